import type { KernelUsage } from '../kernel/kernel.ts'
import type { AppliedOperation, ServerMessage } from '../protocol.ts'
import { ClientNumbers } from './client-numbers.ts'
import type { NotebookClient } from './notebook-kernel.ts'
import { OperationLog } from './operation-log.ts'
import type { NotebookState, Operation } from './operations.ts'

/** What a page is told; the socket sends these as they are. */
export type NotebookMessage = Extract<
  ServerMessage,
  {
    type:
      | 'snapshot'
      | 'resumed'
      | 'operations'
      | 'acknowledged'
      | 'refused'
      | 'diagnostics'
      | 'usage'
      | 'closed'
  }
>

/** A page that looks at the notebook. */
export interface Listener {
  readonly client: NotebookClient
  readonly listener: (message: NotebookMessage) => void
}

/** How far a page's copy is. */
export interface Copy {
  readonly epoch: string | null
  readonly sequence: number
}

/** An operation that is applied and not on the disk yet. */
export interface Unpublished {
  readonly applied: AppliedOperation
  readonly state: NotebookState
}

/**
 * Those who look at a notebook: they hear of each operation in order, once, and not before it is on the disk, so that
 * nobody ever sees what a killed server would forget.
 */
export class Audience {
  readonly #epoch: string
  readonly #listeners = new Set<Listener>()
  readonly #log: OperationLog
  readonly #numbers: ClientNumbers
  #unpublished: Unpublished[] = []
  /** Sequence number up to which all can be told; 0 when they have been. */
  #durableTo = 0
  #state: NotebookState
  #usage: KernelUsage | undefined

  constructor(epoch: string, state: NotebookState, numbers: ReadonlyMap<string, number>) {
    this.#epoch = epoch
    this.#state = state
    this.#numbers = new ClientNumbers(numbers)
    this.#log = new OperationLog(state.sequence)
  }

  /** The state as it was told. */
  get state(): NotebookState {
    return this.#state
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  /** Operations after a sequence number that were told; undefined when some are forgotten. */
  since(sequence: number): readonly AppliedOperation[] | undefined {
    return this.#log.since(sequence)
  }

  /** Tells what is missing in a page's copy, or everything; from here on it hears of each operation. */
  join(entry: Listener, have: Copy, canRun: boolean): void {
    const { clientId, user } = entry.client
    const number = this.#numbers.last(clientId)
    const epoch = this.#epoch
    const missed = have.epoch === epoch ? this.#log.since(have.sequence) : undefined
    if (missed === undefined) {
      const you = { clientId, user, canRun }
      tell(entry, { type: 'snapshot', epoch, state: this.#state, you, number })
    } else {
      tell(entry, { type: 'resumed', epoch, number })
      if (missed.length > 0) {
        tell(entry, { type: 'operations', first: have.sequence + 1, operations: missed })
      }
    }
    if (this.#usage !== undefined) tell(entry, { type: 'usage', usage: this.#usage })
    this.#listeners.add(entry)
  }

  /** Says whether the client has another page here; undefined when this one had left before. */
  leave(entry: Listener): 'gone' | 'elsewhere' | undefined {
    if (!this.#listeners.delete(entry)) return undefined
    const { clientId } = entry.client
    const isElsewhere = [...this.#listeners].some((other) => other.client.clientId === clientId)
    return isElsewhere ? 'elsewhere' : 'gone'
  }

  /** An operation was applied; it is told once it is written. Those that are written together are told together. */
  async tellAfter(written: Promise<void>, entry: Unpublished): Promise<void> {
    this.#unpublished.push(entry)
    const { sequence } = entry.state
    await written
    const isWaiting = this.#durableTo > 0
    this.#durableTo = Math.max(this.#durableTo, sequence)
    if (isWaiting) return
    queueMicrotask(() => {
      const upTo = this.#durableTo
      this.#durableTo = 0
      this.tellUpTo(upTo)
    })
  }

  /** Tells everyone what was applied up to a sequence number: it is on the disk. */
  tellUpTo(sequence: number): void {
    const upTo = this.#unpublished.findLastIndex(({ state }) => state.sequence <= sequence) + 1
    const entries = this.#unpublished.splice(0, upTo)
    const last = entries.at(-1)
    if (last === undefined) return
    const first = this.#log.last + 1
    const acknowledged = new Set<string>()
    for (const { applied } of entries) {
      this.#log.add(applied, sizeOf(applied.operation))
      if (applied.clientId === null || applied.number === null) continue
      this.#numbers.count(applied.clientId, applied.number)
      acknowledged.add(applied.clientId)
    }
    this.#state = last.state
    const operations = entries.map(({ applied }) => applied)
    for (const entry of this.#listeners) tell(entry, { type: 'operations', first, operations })
    for (const clientId of acknowledged) this.acknowledge(clientId)
  }

  /** Tells what the kernel takes now, those who come later, too; undefined when there is no kernel. */
  tellUsage(usage: KernelUsage | undefined): void {
    this.#usage = usage
    if (usage === undefined) return
    for (const entry of this.#listeners) tell(entry, { type: 'usage', usage })
  }

  /** A refused operation counts like one that was applied: it must not come again. */
  acknowledgeRefused(clientId: string, number: number): void {
    this.#numbers.count(clientId, number)
    this.acknowledge(clientId)
  }

  /** Tells a client's pages up to which of its operations all is on the disk. */
  acknowledge(clientId: string): void {
    const number = this.#numbers.last(clientId)
    if (number === 0) return
    for (const entry of this.#listeners) {
      if (entry.client.clientId === clientId) tell(entry, { type: 'acknowledged', number })
    }
  }

  /** Tells everyone what is no operation: it is not numbered, and the last one holds. */
  announce(message: NotebookMessage): void {
    for (const entry of this.#listeners) tell(entry, message)
  }

  /** The end: everyone is told why. */
  close(message: string): void {
    for (const entry of this.#listeners) {
      tell(entry, { type: 'closed', code: 'NOTEBOOK_CLOSED', message })
    }
    this.#listeners.clear()
  }
}

export function tell({ listener }: Listener, message: NotebookMessage): void {
  try {
    listener(message)
  } catch {
    // A page that cannot be told is no concern of the others; its socket ends by itself.
  }
}

/** Roughly how many characters an operation holds; exact for what can be long. */
function sizeOf(operation: Operation): number {
  switch (operation.type) {
    case 'stream-appended':
      return 200 + operation.text.length
    case 'insert-cell':
      return 200 + operation.source.length
    case 'output-added':
    case 'display-updated':
    case 'change-source':
    case 'set-cell-metadata':
    case 'merged':
      return JSON.stringify(operation).length
    default:
      return 500
  }
}
