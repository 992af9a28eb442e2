import { applyOperation } from '../../src/notebook/apply-operation.ts'
import type { ClientOperation, NotebookState } from '../../src/notebook/operations.ts'
import type { PendingOperation } from '../connection/notebook-socket.ts'

/** Structure changes that are shown before the server has answered. */
const SHOWN_AT_ONCE = new Set<ClientOperation['type']>([
  'insert-cell',
  'insert-cells',
  'delete-cell',
  'restore-cell',
  'move-cells',
  'set-cell-kind',
  'set-cell-metadata',
  'set-attachments',
  'clear-outputs',
])

interface Shown {
  /** As it was sent; null while it waits for texts that must go before it. */
  number: number | null
  readonly operation: ClientOperation
}

/** The reader's changes of structure that the page shows though the server has not answered. */
export class ShownOperations {
  #shown: Shown[] = []

  add(operation: ClientOperation): void {
    if (SHOWN_AT_ONCE.has(operation.type)) this.#shown.push({ number: null, operation })
  }

  onSent(operation: ClientOperation, number: number): void {
    for (const shown of this.#shown) if (shown.operation === operation) shown.number = number
  }

  /** The server has applied everything up to this number. */
  onApplied(number: number): void {
    this.#shown = this.#shown.filter((shown) => shown.number === null || shown.number > number)
  }

  onRefused(number: number): void {
    this.#shown = this.#shown.filter((shown) => shown.number !== number)
  }

  /** These are sent again, under numbers that go on from the last one that the server knows. */
  onSentAgain(operations: readonly ClientOperation[], last: number): void {
    const again = operations.map((operation, index) => ({ number: last + 1 + index, operation }))
    this.#shown = [
      ...again.filter(({ operation }) => SHOWN_AT_ONCE.has(operation.type)),
      ...this.#shown.filter((shown) => shown.number === null),
    ]
  }

  /** Whether a cell is being made or brought back here. */
  isComing(cellId: string): boolean {
    return this.#shown.some(({ operation }) => {
      switch (operation.type) {
        case 'insert-cell':
        case 'restore-cell':
          return operation.cellId === cellId
        case 'insert-cells':
          return operation.cells.some((cell) => cell.cellId === cellId)
        default:
          return false
      }
    })
  }

  /** The state as the reader should see it. */
  applyTo(confirmed: NotebookState): NotebookState {
    let state = confirmed
    for (const { operation } of this.#shown) {
      state = applyOperation(state, operation)?.state ?? state
    }
    return state
  }
}

/** What is to be sent again of operations that a server has not applied: texts are sent as they are now. */
export function withoutTexts(unapplied: readonly PendingOperation[]): ClientOperation[] {
  return unapplied.map(({ operation }) => operation).filter(({ type }) => type !== 'change-source')
}
