import { CodedError } from '@spcs/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RawData, WebSocket } from 'ws'
import type { ServerMessage } from '../protocol.ts'
import { NotebookConnection } from './notebook-connection.ts'
import { decodePageMessage } from './page-message.ts'
import { CLOSE, keepAlive } from './socket-life.ts'
import type { Client, SocketNotebook } from './socket-notebook.ts'

/** A page says hello at once, or it is none. */
const HELLO_MS = 10_000

export interface AskedNotebook {
  readonly path: string
  readonly user: string
  readonly callerToken: string | undefined
}

export interface NotebookSocketOptions {
  /** @throws {CodedError} which is told to the page, for good. */
  readonly open: (asked: AskedNotebook) => Promise<SocketNotebook>
}

export function notebookSocketRoute(app: FastifyInstance, { open }: NotebookSocketOptions): void {
  const connections = new WeakMap<SocketNotebook, Map<string, NotebookConnection>>()
  app.get(
    '/api/notebook-socket',
    { config: { access: 'change' }, websocket: true },
    async (socket, request) => {
      keepAlive(socket)
      // Frames that come before the notebook is open wait for it, in order.
      const waiting: string[] = []
      let onText = (text: string): void => void waiting.push(text)
      const hello = new Promise<string>((resolve) => {
        socket.once('message', (data, isBinary) => {
          resolve(isBinary ? '' : textOf(data))
          socket.on('message', (next, isNextBinary) => onText(isNextBinary ? '' : textOf(next)))
        })
      })
      const timer = setTimeout(() => socket.terminate(), HELLO_MS)
      try {
        const message = decodePageMessage(await hello)
        if (message.type !== 'hello') {
          return refuse(socket, 'PROTOCOL_ERROR', 'Cannot begin without hello')
        }
        const by = asked(request)
        const notebook = await open(by)
        if (socket.readyState !== socket.OPEN) return
        const { user, callerToken } = by
        const client = { clientId: message.clientId, user, callerToken }
        const connection = connect(socket, notebook, client, request, connections)
        if (connection === undefined) {
          return refuse(socket, 'CLIENT_TAKEN', 'Cannot use the client id of another user')
        }
        connection.greet(message.epoch, message.sequence)
        onText = (text) => connection.take(text)
        for (const text of waiting) connection.take(text)
      } catch (error) {
        if (error instanceof CodedError) return refuse(socket, error.code, error.message)
        request.log.error({ err: error }, 'notebook cannot be opened')
        socket.close(CLOSE.internal)
      } finally {
        clearTimeout(timer)
      }
    },
  )
}

/** One connection for a client id: the newer one is the page that came again. */
function connect(
  socket: WebSocket,
  notebook: SocketNotebook,
  client: Client,
  request: FastifyRequest,
  all: WeakMap<SocketNotebook, Map<string, NotebookConnection>>,
): NotebookConnection | undefined {
  const ofNotebook = all.get(notebook) ?? new Map<string, NotebookConnection>()
  all.set(notebook, ofNotebook)
  const older = ofNotebook.get(client.clientId)
  if (older !== undefined && older.user !== client.user) return undefined
  older?.close('REPLACED', 'This page was opened anew elsewhere')
  const connection = new NotebookConnection(socket, notebook, client, request.log)
  ofNotebook.set(client.clientId, connection)
  socket.on('close', () => {
    if (ofNotebook.get(client.clientId) === connection) ofNotebook.delete(client.clientId)
  })
  return connection
}

function asked(request: FastifyRequest): AskedNotebook {
  const { path } = request.query as Readonly<Record<string, unknown>>
  const token = request.headers['sf-context-current-user-token']
  return {
    path: typeof path === 'string' ? path : '',
    user: request.user,
    callerToken: typeof token === 'string' && token !== '' ? token : undefined,
  }
}

function textOf(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString()
}

function refuse(socket: WebSocket, code: string, message: string): void {
  const closed: ServerMessage = { type: 'closed', code, message }
  socket.send(JSON.stringify(closed))
  socket.close(code === 'PROTOCOL_ERROR' ? CLOSE.protocolError : CLOSE.done)
}
