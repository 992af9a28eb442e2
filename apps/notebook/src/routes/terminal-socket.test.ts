import { describe, expect, test } from 'vitest'
import type { TerminalServerMessage } from '../protocol.ts'
import { ALICE, CHANGE, listening, testApp, TestSocket } from '../testing/test-app.ts'

interface Served {
  readonly host: string
  readonly call: (method: 'GET' | 'POST' | 'DELETE', url: string) => Promise<[number, unknown]>
  readonly open: (query: string, user?: string) => TestSocket
}

async function served(shells = true): Promise<Served> {
  const { app } = testApp({ identity: { mode: 'ingress' }, shells, logLevel: 'fatal' })
  const host = await listening(app)
  return {
    host,
    call: async (method, url) => {
      const response = await app.inject({
        method,
        url,
        headers: { ...ALICE, ...CHANGE },
        ...(method === 'POST' ? { payload: {} } : {}),
      })
      return [response.statusCode, response.body === '' ? undefined : response.json()]
    },
    open: (query, user = 'ALICE') =>
      new TestSocket(`ws://${host}/api/terminal-socket?${query}`, {
        origin: `http://${host}`,
        'sf-context-current-user': user,
      }),
  }
}

async function startShell({ call }: Served): Promise<string> {
  const [status, body] = await call('POST', '/api/shells')
  expect(status).toBe(201)
  return (body as { id: string }).id
}

/** Reads bytes, and acknowledges them, until they contain a text. */
async function until(socket: TestSocket, text: string): Promise<string> {
  let seen = ''
  while (!seen.includes(text)) {
    const frame = await socket.next()
    if (typeof frame === 'string') continue
    seen += frame.toString()
    await socket.send({ type: 'received', bytes: Math.max(1, frame.length) })
  }
  return seen
}

describe('the terminal socket', () => {
  test('shows a shell, to several at once and again after a cut, until it ends', async () => {
    const all = await served()
    const id = await startShell(all)
    expect(await all.call('GET', '/api/shells')).toEqual([200, [{ id }]])
    const first = all.open(`shell=${id}`)
    expect(JSON.parse(String(await first.next()))).toEqual({
      type: 'attached',
      columns: 80,
      rows: 24,
    })
    await first.send({ type: 'resize', columns: 100, rows: 30 })
    await first.send(Buffer.from('stty size; echo $((6 * 7)) ready\r'))
    expect(await until(first, '42 ready')).toContain('30 100')
    first.socket.terminate()

    const second = all.open(`shell=${id}`)
    await until(second, '42 ready')
    const third = all.open(`shell=${id}`)
    await until(third, '42 ready')
    await second.send(Buffer.from('echo $((40 + 3)) seen\r'))
    await until(second, '43 seen')
    await until(third, '43 seen')
    await third.send(Buffer.from('exit\r'))
    for (const socket of [second, third]) {
      expect(await socket.message<TerminalServerMessage, 'ended'>('ended')).toEqual({
        type: 'ended',
        reason: 'shell exited with 0',
      })
      expect(await socket.closed).toBe(1000)
    }
    expect(await all.call('GET', '/api/shells')).toEqual([200, []])
  })

  test('answers pings, and ends with what is no message', async () => {
    const all = await served()
    const id = await startShell(all)
    const socket = all.open(`shell=${id}`)
    await socket.send({ type: 'ping' })
    await socket.message<TerminalServerMessage, 'pong'>('pong')
    for (const message of [
      'x',
      '{"type":"resize","columns":-1,"rows":5}',
      '{"type":"resize","columns":1e9,"rows":5}',
      '{"type":"resize","columns":"80","rows":24}',
      '{"type":"received","bytes":-5}',
      '{"type":"received","bytes":null}',
      '[]',
      'null',
    ]) {
      const broken = all.open(`shell=${id}`)
      await broken.send(message)
      await broken.message<TerminalServerMessage, 'ended'>('ended')
      expect([message, await broken.closed]).toEqual([message, 1008])
    }
    await socket.send({ type: 'ping' })
    await socket.message<TerminalServerMessage, 'pong'>('pong')
  })

  test("is nobody else's", async () => {
    const all = await served()
    const id = await startShell(all)
    const bob = all.open(`shell=${id}`, 'BOB')
    expect(await bob.message<TerminalServerMessage, 'ended'>('ended')).toEqual({
      type: 'ended',
      reason: 'Cannot find this shell',
    })
    expect(await all.call('DELETE', `/api/shells?id=${id}`)).toEqual([204, undefined])
    expect(await all.call('DELETE', `/api/shells?id=${id}`)).toMatchObject([404, {}])
  })

  test('without NOTEBOOK_SHELLS there are none (GHSA-jcg3-g4m6-7ch5)', async () => {
    const all = await served(false)
    for (const method of ['GET', 'POST'] as const) {
      expect(await all.call(method, '/api/shells')).toMatchObject([403, { code: 'SHELLS_OFF' }])
    }
    const socket = all.open('shell=x')
    expect(await socket.message<TerminalServerMessage, 'ended'>('ended')).toMatchObject({
      reason: 'Cannot use shells: they are off',
    })
    const outside = all.open('notebook=../x.ipynb')
    expect(await outside.message<TerminalServerMessage, 'ended'>('ended')).toMatchObject({
      reason: 'Cannot use this path',
    })
  })
})
