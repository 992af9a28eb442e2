import type { Cell } from './notebook.ts'
import type { Action, NotebookState } from './operations.ts'

/** A state, and what the server has to do because of it. */
export interface AppliedState {
  readonly state: NotebookState
  readonly actions: readonly Action[]
}

export function done(state: NotebookState, actions: readonly Action[] = []): AppliedState {
  return { state, actions }
}

export function isShown(state: NotebookState, cellId: string): boolean {
  return state.notebook.cells.some(({ id }) => id === cellId)
}

export function hasCell(state: NotebookState, cellId: string): boolean {
  return isShown(state, cellId) || state.deleted.some(({ id }) => id === cellId)
}

export function findExecution(state: NotebookState, executionId: string): Cell | undefined {
  const isMeant = (cell: Cell): boolean => executionOf(cell) === executionId
  return state.notebook.cells.find(isMeant) ?? state.deleted.find(isMeant)
}

export function changeShown(
  state: NotebookState,
  cellId: string,
  changeCell: (cell: Cell) => Cell | null,
): AppliedState | null {
  const cell = state.notebook.cells.find(({ id }) => id === cellId)
  const changed = cell === undefined ? null : changeCell(cell)
  if (cell === undefined || changed === null) return null
  return done(replaceCell(state, cell, changed))
}

/** Changes the cell of an execution that has not ended, deleted or not. */
export function changeRunning(
  state: NotebookState,
  executionId: string,
  changeCell: (cell: Cell) => Cell | null,
): AppliedState | null {
  const cell = findExecution(state, executionId)
  if (cell === undefined || !isWaiting(cell)) return null
  const changed = changeCell(cell)
  return changed === null ? null : done(replaceCell(state, cell, changed))
}

export function replaceCell(state: NotebookState, cell: Cell, changed: Cell): NotebookState {
  if (cell === changed) return state
  const at = state.notebook.cells.indexOf(cell)
  if (at >= 0) return withCells(state, state.notebook.cells.with(at, changed))
  return { ...state, deleted: state.deleted.map((other) => (other === cell ? changed : other)) }
}

export function withCells(state: NotebookState, cells: readonly Cell[]): NotebookState {
  return { ...state, notebook: { ...state.notebook, cells } }
}

export function isWaiting(cell: Cell): boolean {
  return cell.run.status === 'queued' || cell.run.status === 'running'
}

export function executionOf(cell: Cell): string | undefined {
  return cell.run.status === 'idle' ? undefined : cell.run.executionId
}

export function isCode(kind: Cell['kind']): boolean {
  return kind === 'typescript' || kind === 'sql'
}
