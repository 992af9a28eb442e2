import { CodedError } from '@spcs/errors'
import type { FastifyBaseLogger } from 'fastify'
import type { WebSocket } from 'ws'
import type { AppliedOperation, PageRequest, ServerMessage } from '../protocol.ts'
import { decodePageMessage, type ReceivedMessage } from './page-message.ts'
import { CLOSE } from './socket-life.ts'
import type { Client, NotebookMessage, SocketNotebook } from './socket-notebook.ts'

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
  readonly #client: Client
  readonly #log: FastifyBaseLogger
  #subscription: ReturnType<SocketNotebook['subscribe']> | undefined
  /** The last operation that was sent. */
  #sent = 0
  /** The last one that the page has taken in. */
  #received = 0
  /** Of what was sent and not taken in: how long each one is, oldest first. */
  #ahead: number[] = []
  #charactersAhead = 0
  /** Acknowledgements that wait until the page has been sent what they are about. */
  #durable: { readonly number: number; readonly sequence: number }[] = []
  #isPumpDue = false
  #isOver = false

  constructor(socket: WebSocket, notebook: SocketNotebook, client: Client, log: FastifyBaseLogger) {
    this.#socket = socket
    this.#notebook = notebook
    this.#client = client
    this.#log = log
    socket.on('close', () => this.#end())
  }

  get user(): string {
    return this.#client.user
  }

  /** Answers hello, and goes on to tell what is applied. */
  greet(epoch: string | null, sequence: number): void {
    this.#subscription = this.#notebook.subscribe(this.#client, { epoch, sequence }, (message) =>
      this.#onNotebook(message, sequence),
    )
    if (this.#isOver) this.#subscription.close()
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

  #onNotebook(message: NotebookMessage, helloSequence: number): void {
    switch (message.type) {
      case 'snapshot':
        this.#startAt(message.state.sequence)
        return this.#tell(message)
      case 'resumed':
        this.#startAt(helloSequence)
        return this.#tell(message)
      case 'operations':
        return this.#pumpSoon() // fetched when there is room for them
      case 'acknowledged':
        this.#durable.push({
          number: message.number,
          sequence: this.#notebook.state.sequence,
        })
        return this.#acknowledge()
      case 'refused':
      case 'diagnostics':
      case 'usage':
        return this.#tell(message)
      case 'closed':
        return this.close(message.code, message.message)
    }
  }

  #answer(message: ReceivedMessage): void {
    switch (message.type) {
      case 'hello':
        return this.close('PROTOCOL_ERROR', 'Cannot say hello twice')
      case 'operation':
        return this.#subscription?.submit(message.number, message.operation)
      case 'presence':
        return this.#subscription?.presence(message.cellId, message.selection)
      case 'request':
        return void this.#ask(message.requestId, message.request)
      case 'received':
        return this.#onReceived(message.sequence)
      case 'ping':
        return this.#tell({ type: 'pong' })
    }
  }

  async #ask(requestId: number, request: PageRequest): Promise<void> {
    try {
      const answer = await this.#notebook.answer(request)
      this.#tell({ type: 'answer', requestId, answer })
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

  #acknowledge(): void {
    let acknowledged = 0
    this.#durable = this.#durable.filter(({ number, sequence }) => {
      if (sequence > this.#sent) return true
      acknowledged = Math.max(acknowledged, number)
      return false
    })
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
      const operations = this.#notebook.operationsSince(this.#sent)
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
    const parts: string[] = []
    let length = 0
    for (const operation of operations) {
      if (parts.length === MOST_OPERATIONS_A_FRAME || length >= MOST_CHARACTERS_A_FRAME) break
      const text = textOf(operation)
      parts.push(text)
      length += text.length
      this.#ahead.push(text.length)
      this.#charactersAhead += text.length
    }
    const first = this.#sent + 1
    this.#sent += parts.length
    this.#socket.send(`{"type":"operations","first":${first},"operations":[${parts.join(',')}]}`)
  }

  #tell(message: ServerMessage): void {
    if (!this.#isOver) this.#socket.send(JSON.stringify(message))
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#subscription?.close()
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
