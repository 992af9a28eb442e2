import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OpenSocket, SocketEvents } from '../connection/socket.ts'
import { TerminalSocket } from './terminal-socket.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

interface FakeSocket extends OpenSocket {
  readonly events: SocketEvents
  readonly sent: unknown[]
  isClosed: boolean
}

function startTerminal() {
  const sockets: FakeSocket[] = []
  const told: unknown[] = []
  const pending: (() => void)[] = []
  const terminal = new TerminalSocket({
    open: (events) => {
      const socket: FakeSocket = {
        events,
        sent: [],
        isClosed: false,
        send: (data) => {
          socket.sent.push(typeof data === 'string' ? (JSON.parse(data) as unknown) : data)
        },
        close: () => {
          socket.isClosed = true
        },
      }
      sockets.push(socket)
      return socket
    },
    onAttached: (columns, rows) => told.push(['attached', columns, rows]),
    onBytes: (bytes, taken) => {
      told.push(['bytes', bytes.length])
      pending.push(taken)
    },
    onStatus: (...status) => told.push(status),
  })
  terminal.connect()
  const last = () => {
    const socket = sockets.at(-1)
    if (socket === undefined) throw new Error('no socket')
    return socket
  }
  const say = (data: unknown) =>
    last().events.onMessage(data instanceof ArrayBuffer ? data : JSON.stringify(data))
  return { terminal, sockets, told, pending, last, say }
}

describe('TerminalSocket', () => {
  test('tells what the terminal has drawn, every 64 KB, and nothing that it has not', () => {
    const { pending, last, say } = startTerminal()
    last().events.onOpen()
    say({ type: 'attached', columns: 80, rows: 24 })
    say(new ArrayBuffer(40_000))
    say(new ArrayBuffer(40_000))
    expect(last().sent).toEqual([])
    pending[0]?.()
    expect(last().sent).toEqual([])
    pending[1]?.()
    expect(last().sent).toEqual([{ type: 'received', bytes: 80_000 }])
  })

  test('takes a cut terminal up again with its size, and does not count bytes of the old socket', () => {
    const { terminal, sockets, pending, last, say, told } = startTerminal()
    terminal.resize(120, 40)
    last().events.onOpen()
    expect(last().sent).toEqual([{ type: 'resize', columns: 120, rows: 40 }])
    say(new ArrayBuffer(100_000))
    last().events.onClose()
    vi.advanceTimersByTime(5_000)
    expect(sockets).toHaveLength(2)
    last().events.onOpen()
    pending[0]?.()
    expect(last().sent).toEqual([{ type: 'resize', columns: 120, rows: 40 }])
    expect(told).toContainEqual(['reconnecting'])
  })

  test('leaves a silent socket after a minute and comes again', () => {
    const { sockets, last } = startTerminal()
    last().events.onOpen()
    vi.advanceTimersByTime(59_999)
    expect(sockets[0]?.isClosed).toBe(false)
    expect(sockets[0]?.sent).toEqual([{ type: 'ping' }, { type: 'ping' }])
    vi.advanceTimersByTime(1_000)
    expect(sockets[0]?.isClosed).toBe(true)
    expect(sockets).toHaveLength(2)
  })

  test('does not come again when the terminal has ended', () => {
    const { sockets, last, say, told } = startTerminal()
    last().events.onOpen()
    say({ type: 'ended', reason: 'exit' })
    last().events.onClose()
    vi.advanceTimersByTime(60_000)
    expect(sockets).toHaveLength(1)
    expect(told).toEqual([['ended', 'exit']])
  })
})
