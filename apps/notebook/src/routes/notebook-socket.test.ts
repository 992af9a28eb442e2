import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { ServerMessage } from '../protocol.ts'
import { FakeNotebook, fakeNotebooks } from '../testing/fake-notebooks.ts'
import { listening, testApp, TestSocket } from '../testing/test-app.ts'

interface Served {
  readonly notebook: FakeNotebook
  readonly host: string
  readonly open: (path?: string, user?: string, headers?: Record<string, string>) => TestSocket
}

async function served(): Promise<Served> {
  const notebook = new FakeNotebook()
  const { app } = testApp(
    { identity: { mode: 'ingress' }, logLevel: 'fatal' },
    { notebooks: fakeNotebooks(notebook) },
  )
  const host = await listening(app)
  const open: Served['open'] = (path = 'a.ipynb', user = 'ALICE', headers = {}) =>
    new TestSocket(`ws://${host}/api/notebook-socket?path=${path}`, {
      origin: `http://${host}`,
      'sf-context-current-user': user,
      ...headers,
    })
  return { notebook, host, open }
}

const HELLO = { type: 'hello', protocol: 1, clientId: 'page-1', epoch: null, sequence: 0 } as const

async function say(socket: TestSocket, changes: object = {}): Promise<void> {
  await socket.send({ ...HELLO, ...changes })
}

describe('the notebook socket', () => {
  test('answers hello with the whole state, or with what came after the copy', async () => {
    const { notebook, open } = await served()
    notebook.print('one')
    notebook.print('two')
    const first = open()
    await say(first)
    expect(JSON.parse(String(await first.next()))).toEqual({
      type: 'snapshot',
      epoch: 'epoch-1',
      state: expect.objectContaining({ sequence: 2, path: 'a.ipynb' }),
      you: { clientId: 'page-1', user: 'ALICE', canRun: true },
      number: 0,
    })

    const second = open()
    await say(second, { clientId: 'page-2', epoch: 'epoch-1', sequence: 1 })
    expect(JSON.parse(String(await second.next()))).toEqual({
      type: 'resumed',
      epoch: 'epoch-1',
      number: 0,
    })
    expect(JSON.parse(String(await second.next()))).toMatchObject({
      type: 'operations',
      first: 2,
      operations: [{ operation: { text: 'two' } }],
    })
    for (const copy of [
      { epoch: 'older', sequence: 1 },
      { epoch: 'epoch-1', sequence: 3 },
    ]) {
      const other = open()
      await say(other, { clientId: 'page-3', ...copy })
      expect(JSON.parse(String(await other.next()))).toMatchObject({ type: 'snapshot' })
    }
  })

  test('sends every operation once and in order, from any place a socket was cut', async () => {
    const { notebook, open } = await served()
    const seen: string[] = []
    let sequence = 0
    let epoch: string | null = null
    let printed = 0
    for (let cut = 0; cut < 20; cut++) {
      const socket = open()
      await say(socket, { epoch, sequence })
      const greeting = JSON.parse(String(await socket.next())) as ServerMessage
      expect(greeting.type).toBe(cut === 0 ? 'snapshot' : 'resumed')
      epoch = 'epoch-1'
      const until = printed + 37
      for (; printed < until; printed++) notebook.print(String(printed))
      const stopAt = sequence + 1 + Math.floor(Math.random() * (printed - sequence))
      while (sequence < stopAt) {
        const message = await socket.message<ServerMessage, 'operations'>('operations')
        expect(message.first).toBe(sequence + 1)
        for (const { operation } of message.operations) {
          seen.push(operation.type === 'stream-appended' ? operation.text : operation.type)
        }
        sequence += message.operations.length
      }
      socket.socket.terminate()
    }
    expect(seen).toEqual(Array.from({ length: sequence }, (_, at) => String(at)))
    expect(sequence).toBeGreaterThan(400)
  })

  test('acknowledges what is on disk, applies nothing twice, and says why it refuses', async () => {
    const { notebook, open } = await served()
    const socket = open()
    await say(socket)
    await socket.send({ type: 'operation', number: 1, operation: { type: 'interrupt' } })
    await socket.send({ type: 'operation', number: 2, operation: { type: 'nonsense' } })
    await socket.next() // snapshot
    expect(JSON.parse(String(await socket.next()))).toMatchObject({
      type: 'refused',
      number: 2,
      code: 'OPERATION_REFUSED',
    })
    expect(JSON.parse(String(await socket.next()))).toEqual({
      type: 'operations',
      first: 1,
      operations: [{ operation: { type: 'interrupt' }, clientId: 'page-1', number: 1 }],
    })
    expect(JSON.parse(String(await socket.next()))).toEqual({ type: 'acknowledged', number: 1 })
    socket.socket.terminate()

    const again = open()
    await say(again, { epoch: 'epoch-1', sequence: 1 })
    expect(JSON.parse(String(await again.next()))).toMatchObject({ type: 'resumed', number: 2 })
    await again.send({ type: 'operation', number: 1, operation: { type: 'interrupt' } })
    expect(JSON.parse(String(await again.next()))).toEqual({ type: 'acknowledged', number: 2 })
    expect(notebook.state.sequence).toBe(1)
  })

  test('goes no further than a window beyond what the page has taken in', async () => {
    const { notebook, open } = await served()
    const socket = open()
    await say(socket)
    await socket.message<ServerMessage, 'snapshot'>('snapshot')
    for (let at = 0; at < 5000; at++) notebook.print(String(at))
    let sequence = 0
    const take = async (until: number): Promise<void> => {
      while (sequence < until) {
        const message = await socket.message<ServerMessage, 'operations'>('operations')
        expect(message.first).toBe(sequence + 1)
        sequence += message.operations.length
      }
    }
    await take(1000)
    await socket.send({ type: 'ping' })
    // The answer comes next: nothing else was on its way.
    expect(JSON.parse(String(await socket.next()))).toEqual({ type: 'pong' })
    await socket.send({ type: 'received', sequence: 600 })
    await take(1600)
    await socket.send({ type: 'ping' })
    expect(JSON.parse(String(await socket.next()))).toEqual({ type: 'pong' })
    await socket.send({ type: 'received', sequence: 1_000_000 }) // no more than it was sent
    await take(2600)
  })

  test('a page too slow for what the notebook keeps is let go, and resumes with a snapshot', async () => {
    const { notebook, open } = await served()
    notebook.kept = 100
    const socket = open()
    await say(socket)
    await socket.message<ServerMessage, 'snapshot'>('snapshot')
    for (let at = 0; at < 1200; at++) notebook.print(String(at))
    expect(await socket.closed).toBe(1013)
    const again = open()
    await say(again, { epoch: 'epoch-1', sequence: 10 })
    expect(JSON.parse(String(await again.next()))).toMatchObject({
      type: 'snapshot',
      state: { sequence: 1200 },
    })
  })

  test('large operations fill the window by their length', async () => {
    const { notebook, open } = await served()
    const socket = open()
    await say(socket)
    await socket.message<ServerMessage, 'snapshot'>('snapshot')
    const text = 'x'.repeat(1024 * 1024)
    for (let at = 0; at < 10; at++) notebook.print(text)
    for (let first = 1; first <= 4; first++) {
      expect(await socket.message<ServerMessage, 'operations'>('operations')).toMatchObject({
        first,
      })
    }
    await socket.send({ type: 'ping' })
    expect(JSON.parse(String(await socket.next()))).toEqual({ type: 'pong' })
    await socket.send({ type: 'received', sequence: 4 })
    expect(await socket.message<ServerMessage, 'operations'>('operations')).toMatchObject({
      first: 5,
    })
  })

  test('answers requests, tells presence, and leaves with its socket', async () => {
    const { notebook, open } = await served()
    const socket = open()
    await say(socket)
    await socket.message<ServerMessage, 'snapshot'>('snapshot')
    expect(notebook.clients).toMatchObject([{ clientId: 'page-1', user: 'ALICE' }])
    await socket.send({ type: 'request', requestId: 7, request: { type: 'variables' } })
    expect(JSON.parse(String(await socket.next()))).toEqual({
      type: 'answer',
      requestId: 7,
      answer: [expect.objectContaining({ name: 'x' })],
    })
    const complete = { type: 'complete', cellId: 'c1', source: 'x.', offset: 2 }
    await socket.send({ type: 'request', requestId: 8, request: complete })
    expect(JSON.parse(String(await socket.next()))).toMatchObject({ type: 'failed', requestId: 8 })
    await socket.send({ type: 'presence', cellId: 'c1', selection: { anchor: 1, head: 2 } })
    expect(await socket.message<ServerMessage, 'operations'>('operations')).toMatchObject({
      operations: [{ operation: { presence: { user: 'ALICE', cellId: 'c1' } } }],
    })
    socket.socket.close()
    await vi.waitUntil(() => notebook.clients.length === 0)
  })

  test('says who may run: the kernel of one user is not that of another', async () => {
    const { notebook, open } = await served()
    notebook.owner = 'BOB'
    const socket = open()
    await say(socket)
    expect(JSON.parse(String(await socket.next()))).toMatchObject({ you: { canRun: false } })
  })

  test('takes no client id of another user, and a newer page takes the place of the older', async () => {
    const { open } = await served()
    const alice = open()
    await say(alice)
    await alice.message<ServerMessage, 'snapshot'>('snapshot')
    const bob = open('a.ipynb', 'BOB')
    await say(bob)
    expect(await bob.message<ServerMessage, 'closed'>('closed')).toMatchObject({
      code: 'CLIENT_TAKEN',
    })
    const again = open()
    await say(again)
    await again.message<ServerMessage, 'snapshot'>('snapshot')
    expect(await alice.message<ServerMessage, 'closed'>('closed')).toMatchObject({
      code: 'REPLACED',
    })
  })

  test('tells why it closes for good', async () => {
    const { notebook, open } = await served()
    for (const [path, code] of [
      ['missing.ipynb', 'FILE_MISSING'],
      ['../a.ipynb', 'PATH_REFUSED'],
    ] as const) {
      const socket = open(path)
      await say(socket)
      expect(await socket.message<ServerMessage, 'closed'>('closed')).toMatchObject({ code })
      expect(await socket.closed).toBe(1000)
    }
    const socket = open()
    await say(socket)
    await socket.message<ServerMessage, 'snapshot'>('snapshot')
    notebook.close()
    expect(await socket.message<ServerMessage, 'closed'>('closed')).toMatchObject({
      code: 'NOTEBOOK_CLOSED',
    })
  })
})

describe('what is no message of the protocol', () => {
  const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  test.each([
    ['no JSON', 'hello'],
    ['a cut message', '{"type":"hel'],
    ['nothing', ''],
    ['a number', '1'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an unknown type', '{"type":"evil"}'],
    ['a type of Object', '{"type":"constructor"}'],
    ['another protocol', JSON.stringify({ ...HELLO, protocol: 2 })],
    ['a client id with markup', JSON.stringify({ ...HELLO, clientId: '<b>' })],
    ['a prototype', '{"type":"ping","__proto__":{"polluted":true}}'],
    ['a spelt prototype', '{"type":"ping","\\u005f_proto__":{"polluted":true}}'],
    ['depth', `{"type":"operation","number":1,"operation":${DEEP}}`],
    ['a number of operation 0', '{"type":"operation","number":0,"operation":{}}'],
    ['a broken selection', '{"type":"presence","cellId":"a","selection":{"anchor":-1,"head":0}}'],
    ['a fraction', '{"type":"received","sequence":1.5}'],
  ])('%s ends the socket, before and after hello', async (_name, text) => {
    const { open } = await served()
    const [before, after] = [open(), open()]
    await before.send(text)
    await before.message<ServerMessage, 'closed'>('closed')
    expect(await before.closed).toBe(1008)
    await say(after)
    await after.message<ServerMessage, 'snapshot'>('snapshot')
    await after.send(text)
    expect(await after.message<ServerMessage, 'closed'>('closed')).toMatchObject({
      code: 'PROTOCOL_ERROR',
    })
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('binary frames and those of more than 8 MB end the socket', async () => {
    const { open } = await served()
    const [binary, large] = [open(), open()]
    for (const [clientId, socket] of Object.entries({ binary, large })) {
      await say(socket, { clientId })
      await socket.message<ServerMessage, 'snapshot'>('snapshot')
    }
    await binary.send(Buffer.from('{"type":"ping"}'))
    expect(await binary.closed).toBe(1008)
    await large.send(JSON.stringify({ type: 'ping', padding: 'x'.repeat(8 * 1024 * 1024) }))
    expect(await large.closed).toBe(1009)
  })

  test('hundreds of random messages leave a server that answers', async () => {
    const { open } = await served()
    const type = fc.constantFrom('hello', 'operation', 'presence', 'request', 'received', 'ping')
    const message = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({ type, number: fc.anything(), operation: fc.anything(), cellId: fc.anything() }),
      fc.record({
        type,
        requestId: fc.anything(),
        request: fc.anything(),
        sequence: fc.anything(),
      }),
      fc.record({ type, protocol: fc.constant(1), clientId: fc.string(), epoch: fc.anything() }),
    )
    let socket = open()
    await say(socket)
    let wereClosed = 0
    for (const value of fc.sample(message, 300)) {
      const text = typeof value === 'string' ? value : (JSON.stringify(value, plain) ?? '')
      await socket.send(text)
      await socket.send('{"type":"ping"}')
      if ((await socket.oneOf('closed', 'pong')) === 'pong') continue
      wereClosed++
      socket = open()
      await say(socket)
    }
    expect(wereClosed).toBeGreaterThan(30)
    const last = open()
    await say(last, { clientId: 'last' })
    await last.message<ServerMessage, 'snapshot'>('snapshot')
  }, 20_000)
})

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
