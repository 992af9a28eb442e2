import { applyOperation } from './apply-operation.ts'
import type { JournalContent, JournalHeader } from './journal.ts'
import type { Notebook } from './notebook.ts'
import type { NotebookState } from './operations.ts'

/** Where a notebook stood when its journal ends. */
export interface RecoveredNotebook {
  readonly state: NotebookState
  readonly besides: JournalHeader['besides']
  /** What the file is known to have held last. */
  readonly base: Base | null
  /** A save had begun: the file may hold this instead, or only its beginning. */
  readonly saving: Base | null
  readonly numbers: ReadonlyMap<string, number>
}

/** A content of the file and what it says. */
export interface Base {
  readonly hash: string
  readonly notebook: Notebook
}

/** Goes through a journal again; pure. */
export function recoverNotebook({ header, lines }: JournalContent): RecoveredNotebook {
  let { state } = header
  let base: Base | null = header.base && {
    hash: header.base.hash,
    notebook: header.base.notebook ?? state.notebook,
  }
  let saving: Base | null = header.torn ?? null
  const numbers = new Map(Object.entries(header.numbers))
  for (const line of lines) {
    switch (line.type) {
      case 'applied': {
        // Operations that are not in the journal have sequence numbers too; the first line may know more.
        if (line.sequence > state.sequence) {
          const at = { ...state, sequence: line.sequence - 1 }
          state = applyOperation(at, line.operation)?.state ?? state
        }
        if (line.clientId !== null && line.number !== null) numbers.set(line.clientId, line.number)
        break
      }
      case 'saving':
        saving = { hash: line.hash, notebook: state.notebook }
        break
      case 'saved':
        if (saving?.hash === line.hash) base = saving
        saving = null
        break
      case 'read':
        base = { hash: line.hash, notebook: line.notebook }
        break
    }
  }
  return { state, besides: header.besides, base, saving, numbers }
}
