import { applyOperation, emptyCell, initialState } from '../apply-operation.ts'
import type { CellKind } from '../notebook.ts'
import type { Action, NotebookState, Operation } from '../operations.ts'

/** A state with one cell for each kind, named a, b, c … */
export function stateOf(...kinds: CellKind[]): NotebookState {
  const cells = kinds.map((kind, n) => emptyCell(String.fromCharCode(97 + n), kind, `text ${n}`))
  const saved = { at: null, sequence: 0, status: 'saved', problem: null } as const
  return initialState('test.ipynb', { cells, metadata: {} }, saved)
}

/** Applies operations that are all expected to make sense; gives the actions of the last. */
export function applyAll(
  state: NotebookState,
  ...operations: Operation[]
): { state: NotebookState; actions: readonly Action[] } {
  let result: { state: NotebookState; actions: readonly Action[] } = { state, actions: [] }
  for (const operation of operations) {
    const applied = applyOperation(result.state, operation)
    if (applied === null) throw new Error(`refused: ${JSON.stringify(operation)}`)
    result = applied
  }
  return result
}
