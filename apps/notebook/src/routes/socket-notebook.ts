import type { NotebookMessage } from '../notebook/audience.ts'
import type { NotebookState } from '../notebook/operations.ts'
import type { AppliedOperation, PageRequest } from '../protocol.ts'

export type { NotebookMessage } from '../notebook/audience.ts'

/** Who is at the other end of a socket. */
export interface Client {
  readonly clientId: string
  readonly user: string
  readonly callerToken?: string | undefined
}

/** What a socket needs of an open notebook. */
export interface SocketNotebook {
  readonly state: NotebookState
  /** The first message is `snapshot` or `resumed`, before this returns. */
  subscribe(
    client: Client,
    have: { readonly epoch: string | null; readonly sequence: number },
    listener: (message: NotebookMessage) => void,
  ): {
    submit(number: number, operation: unknown): void
    presence(cellId: unknown, selection: unknown): void
    close(): void
  }
  /** In order; undefined when some are forgotten. */
  operationsSince(sequence: number): readonly AppliedOperation[] | undefined
  /** Answers a question that changes nothing; rejects with a CodedError. */
  answer(request: PageRequest): Promise<unknown>
}
