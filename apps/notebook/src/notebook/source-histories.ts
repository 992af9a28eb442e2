import { MOST_DELETED } from './apply-operation.ts'
import { MOST_SOURCE_CHARACTERS } from './client-operation.ts'
import { NotebookError } from './errors.ts'
import type { Cell } from './notebook.ts'
import type { NotebookState, Operation } from './operations.ts'
import {
  addToHistory,
  diffSources,
  emptyHistory,
  maybeParseChange,
  rebaseChange,
  type SourceHistory,
} from './source-changes.ts'

/** What became of each cell's text: a change that was made against an older one is mapped over it. */
export class SourceHistories {
  readonly #histories = new Map<string, SourceHistory>()

  /** Keeps what an operation did to texts. */
  follow(operation: Operation, before: NotebookState, after: NotebookState): void {
    if (operation.type === 'change-source') {
      const change = maybeParseChange(operation.changes)
      if (change !== undefined) this.#add(operation.cellId, operation.version, change)
    } else if (operation.type === 'merged') {
      const merged = new Map(operation.cells.map((cell) => [cell.id, cell]))
      for (const cell of before.notebook.cells) {
        const now = merged.get(cell.id)
        if (now === undefined || now.version === cell.version) continue
        this.#add(cell.id, cell.version, diffSources(cell.source, now.source))
      }
    }
    this.#forget(after)
  }

  /**
   * A change of a cell's text as it has to be now; JSON of a ChangeSet, as it came.
   *
   * @throws {NotebookError} `OPERATION_INVALID`, `VERSION_TOO_OLD`
   */
  rebase(cell: Cell, asked: { readonly version: number; readonly changes: unknown }): unknown {
    const change = maybeParseChange(asked.changes)
    if (change === undefined || change.newLength > MOST_SOURCE_CHARACTERS) {
      throw new NotebookError('OPERATION_INVALID', 'Cannot change text: this is no change of it')
    }
    const history = this.#histories.get(cell.id) ?? emptyHistory(cell.version)
    const rebased = rebaseChange(history, asked.version, change)
    if (rebased === undefined || rebased.length !== cell.source.length) {
      throw new NotebookError('VERSION_TOO_OLD', 'Cannot change text: it has changed too often', {
        hint: 'Send the change again, made against the present text',
      })
    }
    return rebased.toJSON()
  }

  #add(cellId: string, version: number, change: SourceHistory['changes'][number]): void {
    const history = this.#histories.get(cellId) ?? emptyHistory(version)
    this.#histories.set(cellId, addToHistory(history, change))
  }

  /** Forgets cells that are neither there nor can come back. */
  #forget({ notebook, deleted }: NotebookState): void {
    if (this.#histories.size <= notebook.cells.length + MOST_DELETED) return
    const known = new Set([...notebook.cells, ...deleted].map(({ id }) => id))
    for (const id of this.#histories.keys()) if (!known.has(id)) this.#histories.delete(id)
  }
}
