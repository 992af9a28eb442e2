import type { ClientOperation } from '../../src/notebook/operations.ts'
import type {
  AppliedOperation,
  PageMessage,
  PageRequest,
  ServerMessage,
} from '../../src/protocol.ts'
import type { OpenSocket, SocketEvents } from './socket.ts'

export type ConnectionStatus = 'connecting' | 'open' | 'reconnecting' | 'closed'

export interface PendingOperation {
  readonly number: number
  readonly operation: ClientOperation
}

export type Snapshot = Extract<ServerMessage, { type: 'snapshot' }>
/** What is told beside the operations: only the last of each counts. */
export type Told = Extract<ServerMessage, { type: 'diagnostics' | 'usage' }>
export type Refusal = Extract<ServerMessage, { type: 'refused' }>

/** Why the server did not answer a question. */
export class RequestError extends Error {
  readonly code: string

  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message)
    this.code = code
  }
}

export interface NotebookSocketOptions {
  readonly clientId: string
  readonly open: (events: SocketEvents) => OpenSocket
  readonly onStatus: (status: ConnectionStatus, problem?: { code: string; message: string }) => void
  /**
   * The whole state replaces the copy. `unapplied` are the operations that the server does not have;
   * what is returned is sent in their place, under new numbers.
   */
  readonly onSnapshot: (
    snapshot: Snapshot,
    unapplied: readonly PendingOperation[],
  ) => readonly ClientOperation[]
  readonly onOperations: (operations: readonly AppliedOperation[], first: number) => void
  readonly onRefused: (refusal: Refusal) => void
  readonly onTold: (told: Told) => void
  /** Between 0 and 1; for a test. */
  readonly random?: () => number
}

const PING_MS = 25_000
const SILENCE_MS = 60_000
const FIRST_WAIT_MS = 200
const LONGEST_WAIT_MS = 5_000

interface Question {
  readonly request: PageRequest
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * One notebook's connection over any number of sockets. Every operation reaches the server once and in order,
 * every applied operation reaches the page once and in order, wherever a socket is cut.
 */
export class NotebookSocket {
  readonly #options: NotebookSocketOptions
  #socket: OpenSocket | null = null
  /** After snapshot or resumed: operations may be sent. */
  #ready = false
  #over = false
  #epoch: string | null = null
  #sequence = 0
  #lastNumber = 0
  /** Not known to be on disk; in order. */
  #pending: PendingOperation[] = []
  readonly #questions = new Map<number, Question>()
  #lastQuestion = 0
  #presence: Extract<PageMessage, { type: 'presence' }> | null = null
  #attempts = 0
  #pingTimer: ReturnType<typeof setInterval> | undefined
  #silenceTimer: ReturnType<typeof setTimeout> | undefined
  #retryTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: NotebookSocketOptions) {
    this.#options = options
  }

  get pending(): readonly PendingOperation[] {
    return this.#pending
  }

  get sequence(): number {
    return this.#sequence
  }

  connect(): void {
    if (this.#over || this.#socket !== null) return
    this.#options.onStatus(this.#attempts === 0 ? 'connecting' : 'reconnecting')
    const socket = this.#options.open({
      onOpen: () => {
        if (socket !== this.#socket) return
        this.#write({
          type: 'hello',
          protocol: 1,
          clientId: this.#options.clientId,
          epoch: this.#epoch,
          sequence: this.#sequence,
        })
        this.#pingTimer = setInterval(() => this.#write({ type: 'ping' }), PING_MS)
      },
      onMessage: (data) => {
        if (socket !== this.#socket || typeof data !== 'string') return
        this.#heard()
        this.#onMessage(JSON.parse(data) as ServerMessage)
      },
      onClose: () => {
        if (socket === this.#socket) this.#onLost()
      },
    })
    this.#socket = socket
    // From here on: a connection that never opens is as dead as a silent one.
    this.#heard()
  }

  /** Gives the operation's number; it is sent now, or once there is a connection. */
  send(operation: ClientOperation): number {
    const pending = { number: ++this.#lastNumber, operation }
    this.#pending.push(pending)
    if (this.#ready) this.#write({ type: 'operation', ...pending })
    return pending.number
  }

  /** Asks again after a cut. */
  request(request: PageRequest): Promise<unknown> {
    const requestId = ++this.#lastQuestion
    return new Promise((resolve, reject) => {
      this.#questions.set(requestId, { request, resolve, reject })
      if (this.#ready) this.#write({ type: 'request', requestId, request })
    })
  }

  /** Only the newest counts. */
  showPresence(presence: Omit<Extract<PageMessage, { type: 'presence' }>, 'type'>): void {
    this.#presence = { type: 'presence', ...presence }
    if (this.#ready) this.#write(this.#presence)
  }

  /** Tells the server that everything up to here is taken in. */
  received(): void {
    if (this.#ready) this.#write({ type: 'received', sequence: this.#sequence })
  }

  /** The network is back, or the page is looked at again: do not wait any longer. */
  retryNow(): void {
    if (this.#over || this.#socket !== null) return
    clearTimeout(this.#retryTimer)
    this.connect()
  }

  close(): void {
    this.#over = true
    clearTimeout(this.#retryTimer)
    this.#drop()
    for (const question of this.#questions.values()) question.reject(new Error('closed'))
    this.#questions.clear()
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot': {
        this.#onSnapshot(message)
        return
      }
      case 'resumed': {
        if (message.epoch !== this.#epoch) return this.#reconnect()
        this.#onReady(message.number)
        return
      }
      case 'operations': {
        this.#onOperations(message)
        return
      }
      case 'acknowledged': {
        this.#pending = this.#pending.filter((pending) => pending.number > message.number)
        return
      }
      case 'refused': {
        this.#pending = this.#pending.filter((pending) => pending.number !== message.number)
        this.#options.onRefused(message)
        return
      }
      case 'answer': {
        this.#questions.get(message.requestId)?.resolve(message.answer)
        this.#questions.delete(message.requestId)
        return
      }
      case 'failed': {
        this.#questions.get(message.requestId)?.reject(new RequestError(message))
        this.#questions.delete(message.requestId)
        return
      }
      case 'diagnostics':
      case 'usage': {
        this.#options.onTold(message)
        return
      }
      case 'pong': {
        return
      }
      case 'closed': {
        this.close()
        this.#options.onStatus('closed', { code: message.code, message: message.message })
        return
      }
    }
  }

  #onSnapshot(snapshot: Snapshot): void {
    const applied = this.#pending.filter((pending) => pending.number <= snapshot.number)
    const unapplied = this.#pending.filter((pending) => pending.number > snapshot.number)
    // A new epoch has nothing that is not on disk: what it has applied need not be kept any longer.
    this.#pending = snapshot.epoch === this.#epoch ? applied : []
    this.#epoch = snapshot.epoch
    this.#sequence = snapshot.state.sequence
    this.#lastNumber = snapshot.number
    for (const operation of this.#options.onSnapshot(snapshot, unapplied)) {
      this.#pending.push({ number: ++this.#lastNumber, operation })
    }
    this.#onReady(snapshot.number)
  }

  #onReady(number: number): void {
    this.#ready = true
    this.#attempts = 0
    this.#options.onStatus('open')
    for (const pending of this.#pending) {
      if (pending.number > number) this.#write({ type: 'operation', ...pending })
    }
    for (const [requestId, { request }] of this.#questions) {
      this.#write({ type: 'request', requestId, request })
    }
    if (this.#presence) this.#write(this.#presence)
  }

  #onOperations(message: Extract<ServerMessage, { type: 'operations' }>): void {
    if (message.first > this.#sequence + 1) return this.#reconnect()
    const unseen = message.operations.slice(this.#sequence + 1 - message.first)
    if (unseen.length === 0) return
    const first = this.#sequence + 1
    this.#sequence += unseen.length
    this.#options.onOperations(unseen, first)
  }

  #write(message: PageMessage): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #heard(): void {
    clearTimeout(this.#silenceTimer)
    this.#silenceTimer = setTimeout(() => this.#reconnect(), SILENCE_MS)
  }

  #reconnect(): void {
    this.#drop()
    this.#onLost()
  }

  /** Leaves the socket behind: what it still says is not heard. */
  #drop(): void {
    clearInterval(this.#pingTimer)
    clearTimeout(this.#silenceTimer)
    this.#ready = false
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #onLost(): void {
    this.#drop()
    if (this.#over) return
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts)
    this.#attempts++
    this.#options.onStatus('reconnecting')
    // Half of it at random: a restarted server is not met by all its pages at once.
    const waitMs = longest / 2 + (longest / 2) * (this.#options.random ?? Math.random)()
    this.#retryTimer = setTimeout(() => this.connect(), waitMs)
  }
}
