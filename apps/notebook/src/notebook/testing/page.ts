import { EventEmitter, once } from 'node:events'
import { applyOperation } from '../apply-operation.ts'
import type {
  NotebookClient,
  NotebookMessage,
  OpenNotebook,
  Subscription,
} from '../open-notebook.ts'
import type { ClientOperation, NotebookState } from '../operations.ts'

/** A page without a browser: keeps a copy of the notebook and remembers what it was told. */
export class Page {
  readonly client: NotebookClient
  readonly refusals: (NotebookMessage & { type: 'refused' })[] = []
  readonly types: string[] = []
  epoch: string | null = null
  acknowledged = 0
  #state: NotebookState | undefined
  #number = 0
  #subscription: Subscription | undefined
  readonly #told = new EventEmitter()

  constructor(clientId: string, user = clientId.toUpperCase()) {
    this.client = { clientId, user }
  }

  get state(): NotebookState {
    if (this.#state === undefined) throw new Error('no snapshot yet')
    return this.#state
  }

  connect(notebook: OpenNotebook): this {
    const have = { epoch: this.epoch, sequence: this.#state?.sequence ?? 0 }
    this.#subscription = notebook.subscribe(this.client, have, (message) =>
      this.#onMessage(message),
    )
    return this
  }

  /** Cuts the connection; the copy is kept. */
  cut(): void {
    this.#subscription?.close()
    this.#subscription = undefined
  }

  /** Sends an operation, gives its number. */
  send(operation: ClientOperation): number {
    this.resend(++this.#number, operation)
    return this.#number
  }

  resend(number: number, operation: unknown): void {
    if (this.#subscription === undefined) throw new Error('not connected')
    this.#subscription.submit(number, operation)
  }

  presence(cellId: string | null): void {
    this.#subscription?.presence(cellId, null)
  }

  /** Sends an operation and waits until it is on the disk, or refused. */
  async ask(operation: ClientOperation): Promise<void> {
    const number = this.send(operation)
    await this.until(() => this.acknowledged >= number)
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.#told, 'message')
  }

  cell(id: string): NotebookState['notebook']['cells'][number] {
    const cell = this.state.notebook.cells.find((each) => each.id === id)
    if (cell === undefined) throw new Error(`no cell ${id}`)
    return cell
  }

  #onMessage(message: NotebookMessage): void {
    this.types.push(message.type)
    switch (message.type) {
      case 'snapshot':
        this.#state = message.state
        this.epoch = message.epoch
        this.acknowledged = message.number
        this.#number = Math.max(this.#number, message.number)
        break
      case 'resumed':
        this.acknowledged = message.number
        break
      case 'operations':
        for (const [n, { operation }] of message.operations.entries()) {
          if (message.first + n !== this.state.sequence + 1)
            throw new Error('a gap or a repetition')
          const applied = applyOperation(this.state, operation)
          if (applied === null) throw new Error(`cannot follow ${JSON.stringify(operation)}`)
          this.#state = applied.state
        }
        break
      case 'acknowledged':
        this.acknowledged = message.number
        break
      case 'refused':
        this.refusals.push(message)
        break
      case 'diagnostics':
      case 'usage':
      case 'closed':
        break
    }
    this.#told.emit('message')
  }
}
