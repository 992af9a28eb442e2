import { CodedError } from '@spcs/errors'
import type { FastifyBaseLogger } from 'fastify'
import type { WebSocket } from 'ws'
import type { AppliedOperation, ServerMessage } from '../protocol.ts'
import { decodePageMessage, type ReceivedMessage } from './page-message.ts'
import { CLOSE } from './socket-life.ts'
import type { Client, SocketNotebook } from './socket-notebook.ts'

/** How far the server goes on sending before the page says what it has taken in. */
const MOST_OPERATIONS_AHEAD = 1000
const MOST_CHARACTERS_AHEAD = 4 * 1024 * 1024
/** One frame: a long one would keep pings and answers waiting. */
const MOST_OPERATIONS_A_FRAME = 200
const MOST_CHARACTERS_A_FRAME = 512 * 1024

/**
 * One page's socket to one open notebook. What a page has not taken in is not buffered here: the notebook keeps its
 * last operations, and this holds the place up to which they were sent. A page so slow that they are gone is closed,
 * comes again and gets a snapshot.
 */
export class NotebookConnection {
  readonly #socket: WebSocket
  readonly #notebook: SocketNotebook
  readonly #log: FastifyBaseLogger
  readonly #client: Client
  readonly #unsubscribe: () => void
  /** The last operation that was sent. */
  #sent = 0
  /** The last one that the page has taken in. */
  #received = 0
  /** Of what was sent and not taken in: how long each one is, oldest first. */
  #ahead: number[] = []
  #charactersAhead = 0
  /** Operations on disk that the page does not know of yet, each with the sequence at which it stands. */
  #durable: { readonly number: number; readonly sequence: number }[] = []
  #isPumpDue = false
  #isOver = false

  constructor(socket: WebSocket, notebook: SocketNotebook, client: Client, log: FastifyBaseLogger) {
    this.#socket = socket
    this.#notebook = notebook
    this.#client = client
    this.#log = log
    this.#unsubscribe = notebook.subscribe({
      onApplied: () => this.#pumpSoon(),
      onClosed: (code, message) => this.close(code, message),
    })
    socket.on('close', () => this.#end())
  }

  get user(): string {
    return this.#client.user
  }

  /** Answers hello. */
  greet(epoch: string | null, sequence: number): void {
    const { state, epoch: own } = this.#notebook
    const number = this.#notebook.lastNumber(this.#client.clientId)
    const isKnown =
      epoch === own &&
      sequence <= state.sequence &&
      this.#notebook.operationsAfter(sequence) !== undefined
    if (isKnown) {
      this.#startAt(sequence)
      this.#tell({ type: 'resumed', epoch: own, number })
    } else {
      this.#startAt(state.sequence)
      const { clientId, user } = this.#client
      const canRun = state.kernelOwner === null || state.kernelOwner === user
      this.#tell({ type: 'snapshot', epoch: own, state, you: { clientId, user, canRun }, number })
    }
    this.#notebook.join(this.#client)
    this.#pump()
  }

  take(text: string): void {
    try {
      this.#answer(decodePageMessage(text))
    } catch (error) {
      if (error instanceof CodedError) return this.close(error.code, error.message)
      this.#log.error({ err: error }, 'notebook socket failed')
      this.close('INTERNAL', 'Cannot go on: internal error')
    }
  }

  /** Closes for good: the page does not come again by itself. */
  close(code: string, message: string): void {
    if (this.#isOver) return
    this.#tell({ type: 'closed', code, message })
    this.#socket.close(code === 'PROTOCOL_ERROR' ? CLOSE.protocolError : CLOSE.done)
    this.#end()
  }

  #answer(message: ReceivedMessage): void {
    switch (message.type) {
      case 'hello':
        return this.close('PROTOCOL_ERROR', 'Cannot say hello twice')
      case 'operation':
        return this.#apply(message.number, message.operation)
      case 'presence':
        return this.#notebook.showPresence(this.#client, message.cellId, message.selection)
      case 'request':
        return void this.#ask(message)
      case 'received':
        return this.#onReceived(message.sequence)
      case 'ping':
        return this.#tell({ type: 'pong' })
    }
  }

  #apply(number: number, operation: unknown): void {
    // Sent again after a cut, though it had arrived.
    if (number <= this.#notebook.lastNumber(this.#client.clientId)) {
      return this.#onDurable(number, this.#sent)
    }
    const durable = this.#notebook.apply(this.#client, number, operation)
    const { sequence } = this.#notebook.state
    void durable.then(
      () => this.#onDurable(number, sequence),
      (error: unknown) => this.#onRefused(number, error),
    )
  }

  #onRefused(number: number, error: unknown): void {
    if (!(error instanceof CodedError)) this.#log.error({ err: error }, 'operation failed')
    const { code, message, hint } =
      error instanceof CodedError
        ? error
        : { code: 'INTERNAL', message: 'Cannot apply: internal error', hint: undefined }
    this.#tell({
      type: 'refused',
      number,
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
    })
  }

  async #ask({ requestId, request }: Extract<ReceivedMessage, { type: 'request' }>): Promise<void> {
    try {
      this.#tell({ type: 'answer', requestId, answer: await this.#notebook.answer(request) })
    } catch (error) {
      if (!(error instanceof CodedError)) this.#log.error({ err: error }, 'request failed')
      const { code, message } =
        error instanceof CodedError
          ? error
          : { code: 'INTERNAL', message: 'Cannot answer: internal error' }
      this.#tell({ type: 'failed', requestId, code, message })
    }
  }

  #startAt(sequence: number): void {
    this.#sent = sequence
    this.#received = sequence
  }

  #onReceived(sequence: number): void {
    const taken = Math.min(sequence, this.#sent) - this.#received
    if (taken <= 0) return
    this.#received += taken
    for (const length of this.#ahead.splice(0, taken)) this.#charactersAhead -= length
    this.#pump()
  }

  /** On disk: the page is told once it has been sent the operation itself. */
  #onDurable(number: number, sequence: number): void {
    this.#durable.push({ number, sequence })
    this.#acknowledge()
  }

  #acknowledge(): void {
    let acknowledged = 0
    const waiting = this.#durable.filter(({ number, sequence }) => {
      if (sequence > this.#sent) return true
      acknowledged = Math.max(acknowledged, number)
      return false
    })
    this.#durable = waiting
    if (acknowledged > 0) this.#tell({ type: 'acknowledged', number: acknowledged })
  }

  /** What is applied in one go is sent in one go. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return
    this.#isPumpDue = true
    setImmediate(() => {
      this.#isPumpDue = false
      this.#pump()
    })
  }

  #pump(): void {
    while (!this.#isOver && this.#sent < this.#notebook.state.sequence && this.#hasRoom()) {
      const operations = this.#notebook.operationsAfter(this.#sent)
      if (operations === undefined) {
        // Not for good: it comes again and gets a snapshot.
        this.#socket.close(CLOSE.comeAgain, 'too slow, come again')
        return this.#end()
      }
      if (operations.length === 0) break
      this.#send(operations)
    }
    this.#acknowledge()
  }

  #hasRoom(): boolean {
    return (
      this.#ahead.length < MOST_OPERATIONS_AHEAD && this.#charactersAhead < MOST_CHARACTERS_AHEAD
    )
  }

  #send(operations: readonly AppliedOperation[]): void {
    const texts: string[] = []
    let length = 0
    for (const operation of operations) {
      if (texts.length === MOST_OPERATIONS_A_FRAME || length >= MOST_CHARACTERS_A_FRAME) break
      const text = textOf(operation)
      texts.push(text)
      length += text.length
      this.#ahead.push(text.length)
      this.#charactersAhead += text.length
    }
    const first = this.#sent + 1
    this.#sent += texts.length
    this.#socket.send(`{"type":"operations","first":${first},"operations":[${texts.join(',')}]}`)
  }

  #tell(message: ServerMessage): void {
    if (!this.#isOver) this.#socket.send(JSON.stringify(message))
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unsubscribe()
    this.#notebook.leave(this.#client)
  }
}

/** Many pages get the same operation: it is printed once. */
const texts = new WeakMap<AppliedOperation, string>()

function textOf(operation: AppliedOperation): string {
  const known = texts.get(operation)
  if (known !== undefined) return known
  const text = JSON.stringify(operation)
  texts.set(operation, text)
  return text
}
