import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import type { PageMessage, ServerMessage } from '../../src/protocol.ts'
import { FakeServer, type FakeSocket } from '../testing/fake-server.ts'
import { NotebookSocket } from './notebook-socket.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function connect() {
  const server = new FakeServer([emptyCell('c0', 'typescript', '')])
  const status: string[] = []
  const firsts: number[] = []
  const socket = new NotebookSocket({
    clientId: 'a',
    open: (events) => server.open(events),
    onStatus: (next) => status.push(next),
    onSnapshot: (_snapshot, unapplied) => unapplied.map(({ operation }) => operation),
    onOperations: (_operations, first) => firsts.push(first),
    onRefused: () => {},
    onTold: () => {},
    random: () => 1,
  })
  socket.connect()
  const last = (): FakeSocket => {
    const opened = server.sockets.at(-1)
    if (opened === undefined) throw new Error('no socket')
    return opened
  }
  const say = (message: ServerMessage): void => last().events.onMessage(JSON.stringify(message))
  const sent = (): PageMessage[] => last().toServer.map((text) => JSON.parse(text) as PageMessage)
  const settle = (): void => {
    while (server.step(last(), 'to-server') || server.step(last(), 'to-page')) continue
  }
  return { server, socket, status, firsts, last, say, sent, settle }
}

describe('NotebookSocket', () => {
  test('says hello with what it has, and resumes there', () => {
    const { server, status, firsts, last, sent, settle } = connect()
    settle()
    server.apply({ type: 'interrupt' })
    server.apply({ type: 'context-changed', context: null })
    settle()
    const { sequence } = server.state
    last().cut()
    server.apply({ type: 'context-changed', context: null })
    vi.advanceTimersByTime(200)
    server.step(last(), 'to-server')
    expect(sent()).toEqual([{ type: 'hello', protocol: 1, clientId: 'a', epoch: '1', sequence }])
    settle()
    expect(firsts.at(-1)).toBe(sequence + 1)
    expect(status).toEqual(['connecting', 'open', 'reconnecting', 'reconnecting', 'open'])
  })

  test('leaves a socket on which an operation is missing', () => {
    const { server, last, say, firsts, settle } = connect()
    settle()
    say({ type: 'operations', first: 5, operations: [] })
    expect(last().isCut).toBe(true)
    expect(firsts).toEqual([])
    vi.advanceTimersByTime(200)
    expect(server.sockets).toHaveLength(2)
  })

  test('takes an operation that comes twice once', () => {
    const { say, firsts, settle, socket } = connect()
    settle()
    const operation = { operation: { type: 'save' }, clientId: null, number: null } as const
    say({ type: 'operations', first: 1, operations: [operation] })
    say({ type: 'operations', first: 1, operations: [operation, operation] })
    expect(firsts).toEqual([1, 2])
    expect(socket.sequence).toBe(2)
  })

  test('pings every 25 s, and leaves a server that has been silent for 60 s', () => {
    const { server, last, sent, settle } = connect()
    settle()
    vi.advanceTimersByTime(50_000)
    expect(sent().map((message) => message.type)).toEqual(['ping', 'ping'])
    expect(last().isCut).toBe(false)
    vi.advanceTimersByTime(10_000)
    expect(server.sockets[0]?.isCut).toBe(true)
  })

  test('waits longer after each failure, five seconds at most, and not at all when asked', () => {
    const { server, socket, last } = connect()
    const waits = [200, 400, 800, 1_600, 3_200, 5_000, 5_000].map((expected) => {
      const before = server.sockets.length
      last().cut()
      vi.advanceTimersByTime(expected - 1)
      const isEarly = server.sockets.length > before
      vi.advanceTimersByTime(1)
      return !isEarly && server.sockets.length === before + 1
    })
    expect(waits).toEqual(waits.map(() => true))
    last().cut()
    const before = server.sockets.length
    socket.retryNow()
    expect(server.sockets).toHaveLength(before + 1)
  })

  test('asks again after a cut, and keeps what is not acknowledged', async () => {
    const { server, socket, last, settle } = connect()
    settle()
    const answer = socket.request({ type: 'variables' })
    socket.send({ type: 'save' })
    last().cut()
    vi.advanceTimersByTime(200)
    settle()
    expect(await answer).toEqual([])
    expect(socket.pending).toHaveLength(1)
    server.flush()
    settle()
    expect(socket.pending).toHaveLength(0)
  })

  test('does not come again when the server has closed the notebook', () => {
    const { server, status, say, settle } = connect()
    settle()
    say({ type: 'closed', code: 'NOTEBOOK_CLOSED', message: 'deleted' })
    vi.advanceTimersByTime(60_000)
    expect(server.sockets).toHaveLength(1)
    expect(status.at(-1)).toBe('closed')
  })
})
