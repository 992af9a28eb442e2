import { ServerError } from '../errors.ts'
import type { NotebookState, Presence } from '../notebook/operations.ts'
import type { AppliedOperation, PageRequest } from '../protocol.ts'
import { gone } from '../results/result-gone.ts'
import type { ServerNotebooks } from '../routes/server-notebooks.ts'
import type { Client, NotebookMessage, SocketNotebook } from '../routes/socket-notebook.ts'

interface Page {
  readonly client: Client
  readonly listener: (message: NotebookMessage) => void
}

/** A notebook that keeps its operations in a list, the last `kept` of them, and applies nothing but `interrupt`. */
export class FakeNotebook implements SocketNotebook {
  kept = Number.POSITIVE_INFINITY
  owner: string | null = null
  readonly #pages = new Set<Page>()
  readonly #operations: AppliedOperation[] = []
  readonly #numbers = new Map<string, number>()

  get clients(): readonly Client[] {
    return [...this.#pages].map(({ client }) => client)
  }

  get state(): NotebookState {
    return {
      sequence: this.#operations.length,
      path: 'a.ipynb',
      notebook: { cells: [], metadata: {} },
      kernel: { status: 'none' },
      context: null,
      kernelOwner: this.owner,
      clients: [],
      saved: { at: null, sequence: 0, status: 'saved', problem: null },
      inputs: [],
      queue: [],
      deleted: [],
    }
  }

  operationsSince(sequence: number): readonly AppliedOperation[] | undefined {
    if (sequence > this.#operations.length) return undefined
    return sequence < this.#operations.length - this.kept
      ? undefined
      : this.#operations.slice(sequence)
  }

  /** What the kernel would tell. */
  print(text: string): void {
    this.#push({
      operation: { type: 'stream-appended', executionId: 'e', name: 'stdout', text },
      clientId: null,
      number: null,
    })
  }

  subscribe(
    client: Client,
    have: { readonly epoch: string | null; readonly sequence: number },
    listener: (message: NotebookMessage) => void,
  ): ReturnType<SocketNotebook['subscribe']> {
    const { clientId, user } = client
    const number = this.#numbers.get(clientId) ?? 0
    const missed = have.epoch === 'epoch-1' ? this.operationsSince(have.sequence) : undefined
    if (missed === undefined) {
      const canRun = this.owner === null || this.owner === user
      const you = { clientId, user, canRun }
      listener({ type: 'snapshot', epoch: 'epoch-1', state: this.state, you, number })
    } else {
      listener({ type: 'resumed', epoch: 'epoch-1', number })
      const first = have.sequence + 1
      if (missed.length > 0) listener({ type: 'operations', first, operations: missed })
    }
    const page = { client, listener }
    this.#pages.add(page)
    return {
      submit: (given, operation) => this.#apply(page, given, operation),
      presence: (cellId, selection) => {
        const presence = { clientId, user, cellId, selection } as Presence
        this.#push({ operation: { type: 'presence', presence }, clientId: null, number: null })
      },
      close: () => void this.#pages.delete(page),
    }
  }

  async answer({ type }: PageRequest): Promise<unknown> {
    if (type !== 'variables') throw new ServerError('REQUEST_INVALID', 'Cannot complete here')
    return [{ name: 'x', type: 'number', preview: '1', size: null }]
  }

  close(): void {
    const message = 'The file was deleted'
    for (const { listener } of this.#pages) {
      listener({ type: 'closed', code: 'NOTEBOOK_CLOSED', message })
    }
  }

  #apply({ client, listener }: Page, number: number, operation: unknown): void {
    const { clientId } = client
    const last = this.#numbers.get(clientId) ?? 0
    if (number <= last) return listener({ type: 'acknowledged', number: last })
    this.#numbers.set(clientId, number)
    if ((operation as { readonly type: string } | undefined)?.type !== 'interrupt') {
      return listener({ type: 'refused', number, code: 'OPERATION_REFUSED', message: 'Cannot' })
    }
    this.#push({ operation: { type: 'interrupt' }, clientId, number })
    listener({ type: 'acknowledged', number })
  }

  #push(operation: AppliedOperation): void {
    this.#operations.push(operation)
    const first = this.#operations.length
    for (const { listener } of this.#pages) {
      listener({ type: 'operations', first, operations: [operation] })
    }
  }
}

/** Every path opens the same notebook, except those with `missing` in them. */
export function fakeNotebooks(
  notebook: FakeNotebook = new FakeNotebook(),
  changes: Partial<ServerNotebooks> = {},
): ServerNotebooks {
  return {
    open: async ({ path }) => {
      if (!path.includes('missing')) return notebook
      throw new ServerError('FILE_MISSING', 'Cannot find this file')
    },
    kernel: async () => {
      throw new ServerError('FILE_MISSING', 'Cannot find a kernel')
    },
    running: async () => new Set(),
    openPaths: () => [],
    remove: async () => {},
    rename: async () => {},
    moved: async () => {},
    deleted: async () => {},
    result: async () => {
      throw gone()
    },
    wholeOutput: async () => undefined,
    close: async () => {},
    ...changes,
  }
}
