import { ChangeSet, Text } from '@codemirror/state'
import type { NotebookMessage, OpenNotebook, Subscription } from '../open-notebook.ts'
import {
  acknowledged,
  localChange,
  openSource,
  refused,
  remoteChange,
  remoteSource,
  resend,
  sendNext,
  type SharedSource,
  type SharedStep,
  shownSource,
  snapshotSource,
} from '../shared-source.ts'
import { maybeApplyChange } from '../source-changes.ts'

/** The editor of one cell at a page that is cut off now and then: what a browser does, without one. */
export class TypingPage {
  /** What the user sees. */
  text = ''
  #shared: SharedSource | undefined
  #epoch: string | null = null
  #sequence = 0
  #number = 0
  #inFlight = 0
  #subscription: Subscription | undefined
  #wasRefused = false
  readonly #cellId: string
  readonly #clientId: string

  constructor(clientId: string, cellId: string) {
    this.#clientId = clientId
    this.#cellId = cellId
  }

  get isAtRest(): boolean {
    const shared = this.#shared
    return shared !== undefined && shared.inFlight === null && shared.buffer === null
  }

  get sequence(): number {
    return this.#sequence
  }

  connect(notebook: OpenNotebook): void {
    const client = { clientId: this.#clientId, user: this.#clientId }
    const have = { epoch: this.#epoch, sequence: this.#sequence }
    const messages: NotebookMessage[] = []
    let isReady = false
    const subscription = notebook.subscribe(client, have, (message) => {
      if (isReady) this.#onMessage(message)
      else messages.push(message)
    })
    this.#subscription = subscription
    isReady = true
    for (const message of messages) this.#onMessage(message)
  }

  cut(): void {
    this.#subscription?.close()
    this.#subscription = undefined
  }

  type(at: number, length: number, insert: string): void {
    if (this.#shared === undefined) return
    const from = at % (this.text.length + 1)
    const to = Math.min(this.text.length, from + length)
    const change = ChangeSet.of({ from, to, insert: Text.of([insert]) }, this.text.length)
    this.text = applyTo(this.text, change)
    this.#take(localChange(this.#shared, change))
  }

  #onMessage(message: NotebookMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#epoch = message.epoch
        this.#sequence = message.state.sequence
        this.#onSnapshot(message)
        break
      case 'resumed':
        this.#sendAgain(message.number)
        break
      case 'operations':
        for (const { operation, clientId } of message.operations) {
          this.#sequence++
          const shared = this.#shared
          if (shared === undefined) continue
          if (operation.type === 'merged') {
            const cell = operation.cells.find(({ id }) => id === this.#cellId)
            if (cell !== undefined && cell.version !== shared.version) {
              this.#take(remoteSource(shared, cell.source, cell.version))
            }
          } else if (operation.type === 'change-source' && operation.cellId === this.#cellId) {
            const isMine = clientId === this.#clientId
            this.#take(isMine ? acknowledged(shared) : remoteChange(shared, operation.changes))
          }
        }
        break
      case 'refused':
        if (this.#shared === undefined || message.number !== this.#inFlight) break
        this.#shared = refused(this.#shared)
        this.#wasRefused = true
        break
      case 'acknowledged':
        if (!this.#wasRefused || this.#shared === undefined) break
        this.#wasRefused = false
        this.#take(sendNext(this.#shared))
        break
      case 'diagnostics':
      case 'usage':
      case 'closed':
        this.#subscription = undefined
        break
    }
  }

  #onSnapshot(message: NotebookMessage & { type: 'snapshot' }): void {
    const cell = message.state.notebook.cells.find(({ id }) => id === this.#cellId)
    if (cell === undefined) throw new Error('the cell is gone')
    if (this.#shared === undefined) {
      this.#shared = openSource(cell.source, cell.version)
      this.text = cell.source
      this.#number = message.number
      return
    }
    const isIn = message.number >= this.#inFlight
    const { source, version } = cell
    this.#take(snapshotSource(this.#shared, { source, version, applied: isIn }))
    this.#sendAgain(message.number)
  }

  #sendAgain(known: number): void {
    const again = this.#shared === undefined ? null : resend(this.#shared)
    if (again !== null && known < this.#inFlight) this.#submit(this.#inFlight, again)
  }

  #take({ shared, send, apply }: SharedStep): void {
    this.#shared = shared
    if (apply !== null) this.text = applyTo(this.text, apply)
    if (shownSource(shared) !== this.text) throw new Error('the editor shows something else')
    if (send === null) return
    this.#inFlight = ++this.#number
    this.#submit(this.#inFlight, send)
  }

  #submit(number: number, change: { version: number; changes: unknown }): void {
    this.#subscription?.submit(number, { type: 'change-source', cellId: this.#cellId, ...change })
  }
}

function applyTo(text: string, change: ChangeSet): string {
  const after = maybeApplyChange(text, change)
  if (after === undefined) throw new Error('the change is none of this text')
  return after
}
