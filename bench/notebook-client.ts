import { once } from 'node:events'
import type { NotebookState, ClientOperation } from '@spcs/notebook/notebook/operations'
import type { PageMessage, PageRequest, ServerMessage } from '@spcs/notebook/protocol'
import { WebSocket } from 'ws'
import { type NotebookApp, signIn } from './notebook-app.ts'

/** A notebook's socket, as a page has it. */
export class NotebookClient {
  readonly #socket: WebSocket
  readonly #texts: Map<string, { readonly source: string; readonly version: number }>
  readonly #listeners = new Set<(message: ServerMessage) => void>()
  /** The version of each cell's text that something was said of last. */
  readonly #diagnosed = new Map<string, number>()
  #number = 0
  #requestId = 0

  private constructor(socket: WebSocket, state: NotebookState) {
    this.#socket = socket
    this.#texts = new Map(
      state.notebook.cells.map(({ id, source, version }) => [id, { source, version }]),
    )
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ServerMessage
      if (message.type === 'operations') {
        this.#send({ type: 'received', sequence: message.first + message.operations.length - 1 })
      }
      if (message.type === 'diagnostics') this.#diagnosed.set(message.cellId, message.version)
      for (const listener of this.#listeners) listener(message)
    })
  }

  /** Opens a notebook; it is there when this resolves. */
  static async open(app: NotebookApp, path: string): Promise<NotebookClient> {
    const { cookie, origin } = await signIn(app)
    const address = new URL('/api/notebook-socket', origin.replace('http', 'ws'))
    address.searchParams.set('path', path)
    const socket = new WebSocket(address, {
      headers: { cookie, origin },
      perMessageDeflate: false,
    })
    await once(socket, 'open')
    const clientId = crypto.randomUUID()
    const hello: PageMessage = { type: 'hello', protocol: 1, clientId, epoch: null, sequence: 0 }
    socket.send(JSON.stringify(hello))
    const [data] = (await once(socket, 'message')) as [Buffer]
    const message = JSON.parse(data.toString()) as ServerMessage
    if (message.type !== 'snapshot') throw new Error(`the server began with ${message.type}`)
    return new NotebookClient(socket, message.state)
  }

  /** Puts the cursor into a cell. */
  enter(cellId: string): void {
    this.#send({ type: 'presence', cellId, selection: { anchor: 0, head: 0 } })
  }

  /** Writes a cell's text anew. */
  changeSource(cellId: string, source: string): void {
    const before = this.#texts.get(cellId)
    if (before === undefined) throw new Error(`no cell ${cellId}`)
    const changes = [[before.source.length, ...source.split('\n')]]
    this.#operate({ type: 'change-source', cellId, version: before.version, changes })
    this.#texts.set(cellId, { source, version: before.version + 1 })
  }

  #operate(operation: ClientOperation): void {
    this.#number += 1
    this.#send({ type: 'operation', number: this.#number, operation })
  }

  async ask(request: PageRequest): Promise<unknown> {
    this.#requestId += 1
    const requestId = this.#requestId
    this.#send({ type: 'request', requestId, request })
    return await this.#heard((message) => {
      if (message.type === 'failed' || message.type === 'refused') {
        throw new Error(`${message.code}: ${message.message}`)
      }
      return message.type === 'answer' && message.requestId === requestId
        ? { found: message.answer }
        : undefined
    })
  }

  /** Ends when the language server has told what is wrong in a cell as its text is now. */
  async diagnosed(cellId: string): Promise<void> {
    const version = this.#texts.get(cellId)?.version
    const isDone = (): boolean => this.#diagnosed.get(cellId) === version
    if (!isDone()) await this.#heard(() => (isDone() ? { found: null } : undefined))
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.terminate()
    await closed
  }

  #send(message: PageMessage): void {
    this.#socket.send(JSON.stringify(message))
  }

  #heard<Found>(read: (message: ServerMessage) => { found: Found } | undefined): Promise<Found> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.#listeners.delete(listener)
        this.#socket.off('close', onClose)
        settle()
      }
      const onClose = (): void => end(() => reject(new Error('the socket closed')))
      const listener = (message: ServerMessage): void => {
        try {
          const heard = read(message)
          if (heard !== undefined) end(() => resolve(heard.found))
        } catch (error) {
          end(() => reject(error instanceof Error ? error : new Error(String(error))))
        }
      }
      this.#listeners.add(listener)
      this.#socket.on('close', onClose)
    })
  }
}
