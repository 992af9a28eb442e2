import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ServerMessage } from './protocol.ts'
import { TestSocket, TOKEN } from './testing/test-app.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

type Running = ChildProcess & {
  readonly stdout: NodeJS.ReadableStream
  readonly stderr: NodeJS.ReadableStream
}

interface Started {
  readonly main: Running
  readonly directory: string
}

/** The process itself, from source, as `npm run dev` starts it. */
function start(environment: Readonly<Record<string, string>> = {}): Started {
  const root = temporaryFolder()
  const [directory, stateDirectory] = [join(root, 'work'), join(root, 'state')]
  mkdirSync(directory)
  const main = spawn(process.execPath, ['-C', '@spcs/source', '--import', 'tsx', 'src/main.ts'], {
    cwd: new URL('..', import.meta.url),
    env: {
      PATH: process.env['PATH'],
      HOME: root,
      PORT: '0',
      NOTEBOOK_DIRECTORY: directory,
      NOTEBOOK_STATE_DIRECTORY: stateDirectory,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void main.kill('SIGKILL'))
  return { main, directory }
}

/** The address that is printed for people. */
async function address({ main }: Started): Promise<URL> {
  main.stderr.resume()
  for await (const line of createInterface(main.stdout)) {
    if (line.startsWith('http://')) return new URL(line)
  }
  throw new Error('ended without an address')
}

async function exitOf({ main }: Started): Promise<unknown[]> {
  return main.exitCode === null && main.signalCode === null
    ? once(main, 'exit')
    : [main.exitCode, main.signalCode]
}

/** Signs in as a browser does. */
async function cookieOf(url: URL): Promise<string> {
  const { headers } = await fetch(url, { redirect: 'manual' })
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}

describe('the process', () => {
  test('prints its address with a token once, and keeps the token to itself otherwise', async () => {
    const started = start({ NOTEBOOK_TOKEN: TOKEN, LOG_LEVEL: 'trace' })
    const logged = text(started.main.stderr)
    const lines = createInterface(started.main.stdout)[Symbol.asyncIterator]()
    await lines.next()
    const url = new URL(String((await lines.next()).value))
    expect([url.hostname, url.searchParams.get('token')]).toEqual(['127.0.0.1', TOKEN])
    expect(await cookieOf(url)).toMatch(/^spcs-notebook-\d+=/)
    started.main.kill('SIGTERM')
    expect(await exitOf(started)).toEqual([0, null])
    expect(await logged).toContain('Server listening')
    expect(await logged).not.toContain(TOKEN)
  }, 20_000)

  test('on SIGTERM saves every notebook, ends every kernel, lets pages come again, and exits with 0', async () => {
    const started = start()
    const url = await address(started)
    const cookie = await cookieOf(url)
    const headers = { cookie, 'x-spcs-notebook': '1', 'content-type': 'application/json' }
    await fetch(new URL('/api/notebooks', url), {
      method: 'POST',
      headers,
      body: '{"path":"a.ipynb"}',
    })
    const socket = new TestSocket(`ws://${url.host}/api/notebook-socket?path=a.ipynb`, {
      cookie,
      origin: url.origin,
    })
    await socket.send({ type: 'hello', protocol: 1, clientId: 'c', epoch: null, sequence: 0 })
    await socket.message<ServerMessage, 'snapshot'>('snapshot')
    const source = 'console.log(`pid ${process.pid}, token ${process.env.NOTEBOOK_TOKEN}`)'
    const operations = [
      { type: 'insert-cell', index: 0, cellId: 'made', kind: 'typescript', source },
      { type: 'run-cells', cellIds: ['made'] },
    ]
    for (const [at, operation] of operations.entries()) {
      await socket.send({ type: 'operation', number: at + 1, operation })
    }
    let printed = ''
    while (!printed.includes('pid')) {
      const message = await socket.message<ServerMessage, 'operations'>('operations')
      for (const { operation } of message.operations) {
        if (operation.type === 'stream-appended') printed += operation.text
      }
    }
    started.main.kill('SIGTERM')
    expect(await socket.closed).toBe(1001)
    expect(await exitOf(started)).toEqual([0, null])
    const file = readFileSync(join(started.directory, 'a.ipynb'), 'utf8')
    expect(file).toContain('pid ')
    expect(printed).toContain('token undefined')
    const kernel = Number(/pid (\d+)/.exec(printed)?.[1])
    expect(() => process.kill(kernel, 0)).toThrow('ESRCH')
  }, 30_000)

  test('behind the ingress prints no address, and believes its header', async () => {
    const started = start({ NOTEBOOK_INGRESS: 'true', HOST: '0.0.0.0' })
    started.main.stderr.resume()
    for await (const line of createInterface(started.main.stdout)) {
      expect(line).not.toContain('token')
      const port = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]
      if (port === undefined) continue
      const me = new URL(`http://127.0.0.1:${port}/api/me`)
      expect((await fetch(me)).status).toBe(401)
      const alice = await fetch(me, { headers: { 'sf-context-current-user': 'ALICE' } })
      expect(await alice.json()).toMatchObject({ user: 'ALICE', mode: 'ingress' })
      break
    }
    started.main.kill('SIGINT')
    expect(await exitOf(started)).toEqual([0, null])
  }, 20_000)

  test('reports every problem of its configuration, and exits with 1', async () => {
    const started = start({ PORT: 'x', LOG_LEVEL: 'y' })
    const told = await text(started.main.stderr)
    expect(told).toContain('CONFIG_INVALID: Cannot start notebook: PORT is "x"')
    expect(told).toContain('LOG_LEVEL is "y"')
    expect(await exitOf(started)).toEqual([1, null])
  }, 20_000)

  test('says that its port is busy, what to do, and exits with 1', async () => {
    const { port } = await address(start())
    const second = start({ PORT: port })
    expect(await text(second.main.stderr)).toContain(
      `PORT_IN_USE: Cannot listen on 127.0.0.1 port ${port}: something else does\n  → Stop what`,
    )
    expect(await exitOf(second)).toEqual([1, null])
  }, 20_000)
})
