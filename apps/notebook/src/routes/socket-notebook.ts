import type { NotebookState } from '../notebook/operations.ts'
import type { AppliedOperation, PageRequest } from '../protocol.ts'

/** Who is at the other end of a socket. */
export interface Client {
  readonly clientId: string
  readonly user: string
}

/** What a socket needs of an open notebook. */
export interface SocketNotebook {
  readonly epoch: string
  readonly state: NotebookState
  /** What was applied after `sequence`, in order; undefined when that is no longer known, or never was. */
  operationsAfter(sequence: number): readonly AppliedOperation[] | undefined
  /** The last operation number of this client that was applied or refused. */
  lastNumber(clientId: string): number
  /**
   * Applies an operation, at once.
   *
   * @returns Settles once it is on disk; rejects with the CodedError that says why it was refused.
   */
  apply(client: Client, number: number, operation: unknown): Promise<void>
  join(client: Client): void
  leave(client: Client): void
  showPresence(
    client: Client,
    cellId: string | null,
    selection: { readonly anchor: number; readonly head: number } | null,
  ): void
  answer(request: PageRequest): Promise<unknown>
  /** Gives a function that ends the subscription. */
  subscribe(listener: {
    /** The sequence grew. */
    onApplied(): void
    /** The notebook is no longer open, and why. */
    onClosed(code: string, message: string): void
  }): () => void
}
