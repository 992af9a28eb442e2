import type { FastifyInstance } from 'fastify'
import type { RawData, WebSocket } from 'ws'
import { CodedError } from '@spcs/errors'
import { ServerError } from '../errors.ts'
import type { TerminalPageMessage, TerminalServerMessage } from '../protocol.ts'
import type { Attachment, SharedTerminal, Viewer } from '../terminal/shared-terminal.ts'
import { CLOSE, keepAlive } from './socket-life.ts'

const MOST_COLUMNS = 1000
const MOST_ROWS = 1000

/** A terminal that a request asks for, and whether its user may type. */
export interface OpenedTerminal {
  readonly terminal: SharedTerminal
  /** Asked with every key: a kernel's owner can change. */
  readonly mayType: () => boolean
}

export interface AskedTerminal {
  readonly user: string
  readonly callerToken: string | undefined
  readonly notebook: string | undefined
  readonly shell: string | undefined
}

export interface TerminalSocketOptions {
  /** @throws {CodedError} whose message the page shows. */
  readonly open: (asked: AskedTerminal) => Promise<OpenedTerminal>
}

export function terminalSocketRoute(app: FastifyInstance, { open }: TerminalSocketOptions): void {
  app.get(
    '/api/terminal-socket',
    { config: { access: 'change' }, websocket: true },
    async (socket, request) => {
      keepAlive(socket)
      const { notebook, shell } = request.query as Readonly<Record<string, unknown>>
      const token = request.headers['sf-context-current-user-token']
      // What comes before the terminal is there waits for it.
      const early: [RawData, boolean][] = []
      const onEarly = (data: RawData, isBinary: boolean): void => void early.push([data, isBinary])
      socket.on('message', onEarly)
      let opened: OpenedTerminal
      try {
        opened = await open({
          user: request.user,
          callerToken: typeof token === 'string' ? token : undefined,
          notebook: typeof notebook === 'string' ? notebook : undefined,
          shell: typeof shell === 'string' ? shell : undefined,
        })
      } catch (error) {
        if (!(error instanceof CodedError)) request.log.error({ err: error }, 'terminal failed')
        const reason = error instanceof CodedError ? error.message : 'internal error'
        tell(socket, { type: 'ended', reason })
        return socket.close(CLOSE.done)
      }
      socket.off('message', onEarly)
      if (socket.readyState !== socket.OPEN) return
      const attachment = opened.terminal.attach(viewerOf(socket))
      socket.on('close', () => attachment.detach())
      const onMessage = (data: RawData, isBinary: boolean): void => {
        try {
          take(socket, attachment, opened, data, isBinary)
        } catch (error) {
          const reason = error instanceof CodedError ? error.message : 'message cannot be read'
          tell(socket, { type: 'ended', reason })
          socket.close(CLOSE.protocolError)
        }
      }
      for (const [data, isBinary] of early) onMessage(data, isBinary)
      socket.on('message', onMessage)
    },
  )
}

function viewerOf(socket: WebSocket): Viewer {
  return {
    onData: (bytes) => socket.send(bytes, { binary: true }),
    onAttached: (columns, rows) => tell(socket, { type: 'attached', columns, rows }),
    onEnded: (reason) => {
      tell(socket, { type: 'ended', reason })
      socket.close(CLOSE.done)
    },
    onTooSlow: () => socket.close(CLOSE.comeAgain, 'too slow, come again'),
  }
}

function take(
  socket: WebSocket,
  attachment: Attachment,
  { mayType }: OpenedTerminal,
  data: RawData,
  isBinary: boolean,
): void {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)
  if (isBinary) {
    if (mayType()) attachment.write(bytes)
    return
  }
  const message = decodeTerminalMessage(bytes.toString())
  switch (message.type) {
    case 'resize':
      if (mayType()) attachment.resize(message.columns, message.rows)
      return
    case 'received':
      return attachment.received(message.bytes)
    case 'ping':
      return tell(socket, { type: 'pong' })
  }
}

/** @throws {ServerError} `PROTOCOL_ERROR`. */
export function decodeTerminalMessage(text: string): TerminalPageMessage {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch (cause) {
    throw unreadable(cause)
  }
  if (typeof message !== 'object' || message === null) throw unreadable()
  const { type, columns, rows, bytes } = message as Readonly<Record<string, unknown>>
  if (type === 'ping') return { type }
  if (type === 'received' && isCount(bytes, Number.MAX_SAFE_INTEGER)) return { type, bytes }
  if (type === 'resize' && isCount(columns, MOST_COLUMNS) && isCount(rows, MOST_ROWS)) {
    return { type, columns: Math.max(2, columns), rows }
  }
  throw unreadable()
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most
}

function unreadable(cause?: unknown): ServerError {
  return new ServerError('PROTOCOL_ERROR', 'Cannot read the message: it is none of a terminal', {
    hint: 'Load the page again: it may be older than the server',
    cause,
  })
}

function tell(socket: WebSocket, message: TerminalServerMessage): void {
  socket.send(JSON.stringify(message))
}
