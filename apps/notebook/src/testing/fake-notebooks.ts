import { ServerError } from '../errors.ts'
import type { NotebookState, Presence } from '../notebook/operations.ts'
import type { AppliedOperation } from '../protocol.ts'
import type { ServerNotebooks } from '../routes/server-notebooks.ts'
import type { Client, SocketNotebook } from '../routes/socket-notebook.ts'

/** A notebook that keeps operations in a list, the last `kept` of them, and applies all but `save`. */
export class FakeNotebook implements SocketNotebook {
  readonly epoch = 'epoch-1'
  kept = Number.POSITIVE_INFINITY
  owner: string | null = null
  readonly clients: Presence[] = []
  readonly #operations: AppliedOperation[] = []
  readonly #numbers = new Map<string, number>()
  readonly #listeners = new Set<Parameters<SocketNotebook['subscribe']>[0]>()

  get state(): NotebookState {
    return {
      sequence: this.#operations.length,
      path: 'a.ipynb',
      notebook: { cells: [], metadata: {} },
      kernel: { status: 'none' },
      context: null,
      kernelOwner: this.owner,
      clients: this.clients,
      saved: { at: null, sequence: 0, status: 'saved', problem: null },
      inputs: [],
      queue: [],
      deleted: [],
    }
  }

  operationsAfter(sequence: number): readonly AppliedOperation[] | undefined {
    if (sequence < this.#operations.length - this.kept) return undefined
    return this.#operations.slice(sequence)
  }

  lastNumber(clientId: string): number {
    return this.#numbers.get(clientId) ?? 0
  }

  /** What the kernel would tell. */
  print(text: string): void {
    this.#push({
      operation: { type: 'stream-appended', executionId: 'e', name: 'stdout', text },
      clientId: null,
      number: null,
    })
  }

  async apply({ clientId }: Client, number: number, operation: unknown): Promise<void> {
    this.#numbers.set(clientId, number)
    const { type } = operation as { type: string }
    if (type !== 'interrupt') throw new ServerError('REQUEST_INVALID', `Cannot apply "${type}"`)
    this.#push({ operation: { type: 'interrupt' }, clientId, number })
  }

  join({ clientId, user }: Client): void {
    this.clients.push({ clientId, user, cellId: null, selection: null })
  }

  leave({ clientId }: Client): void {
    this.clients.splice(
      this.clients.findIndex((client) => client.clientId === clientId),
      1,
    )
  }

  showPresence(client: Client, cellId: string | null, selection: Presence['selection']): void {
    const { clientId, user } = client
    this.#push({
      operation: { type: 'presence', presence: { clientId, user, cellId, selection } },
      clientId: null,
      number: null,
    })
  }

  async answer(): Promise<unknown> {
    return { from: 0, to: 0, items: [] }
  }

  subscribe(listener: Parameters<SocketNotebook['subscribe']>[0]): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    for (const listener of this.#listeners) {
      listener.onClosed('NOTEBOOK_CLOSED', 'Cannot go on: the notebook was deleted')
    }
  }

  #push(operation: AppliedOperation): void {
    this.#operations.push(operation)
    for (const listener of this.#listeners) listener.onApplied()
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
    isRunning: () => false,
    openPaths: () => [],
    forget: async () => {},
    rename: async () => {},
    wholeOutput: async () => 'printed',
    close: async () => {},
    ...changes,
  }
}
