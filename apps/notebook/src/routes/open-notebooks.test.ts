import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Config } from '../config.ts'
import { printEmptyNotebook } from '../files/sample-notebook.ts'
import type { ClientOperation, Operation } from '../notebook/operations.ts'
import type { ServerMessage, TerminalServerMessage } from '../protocol.ts'
import { CHANGE, listening, testApp, type TestApp, TestSocket } from '../testing/test-app.ts'
import { KernelTerminals } from '../terminal/kernel-terminals.ts'
import { openNotebooks } from './open-notebooks.ts'

interface Page {
  readonly socket: TestSocket
  readonly do: (operation: ClientOperation) => Promise<void>
  /** Reads on until an operation is one that is looked for. */
  readonly until: (isIt: (operation: Operation) => boolean) => Promise<Operation>
}

interface Served extends TestApp {
  readonly page: (path: string, user?: string, token?: string) => Promise<Page>
  readonly terminal: (path: string, user?: string) => TestSocket
  readonly call: (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) => Promise<number>
}

/** The real thing: notebooks on disk, kernels in processes of their own. */
async function served(changes: Partial<Config> = {}): Promise<Served> {
  const terminals = new KernelTerminals()
  const parts = { terminals, notebooks: undefined as ReturnType<typeof openNotebooks> | undefined }
  const all = testApp(
    { identity: { mode: 'ingress' }, logLevel: 'fatal', ...changes },
    {
      terminals,
      // The folders are known once the configuration is made.
      notebooks: new Proxy({} as ReturnType<typeof openNotebooks>, {
        get: (_target, name: keyof ReturnType<typeof openNotebooks>) => parts.notebooks?.[name],
      }),
    },
  )
  parts.notebooks = openNotebooks(all.config, terminals)
  writeFileSync(join(all.directory, 'a.ipynb'), printEmptyNotebook())
  const host = await listening(all.app)
  const headersOf = (user: string): Record<string, string> => ({
    origin: `http://${host}`,
    'sf-context-current-user': user,
  })
  return {
    ...all,
    page: async (path, user = 'ALICE', token) => {
      const socket = new TestSocket(
        `ws://${host}/api/notebook-socket?path=${encodeURIComponent(path)}`,
        {
          ...headersOf(user),
          ...(token === undefined ? {} : { 'sf-context-current-user-token': token }),
        },
      )
      const clientId = `page-of-${user}`
      await socket.send({ type: 'hello', protocol: 1, clientId, epoch: null, sequence: 0 })
      const snapshot = await socket.message<ServerMessage, 'snapshot'>('snapshot')
      let { number } = snapshot
      let waiting: Operation[] = []
      return {
        socket,
        do: (operation) => socket.send({ type: 'operation', number: ++number, operation }),
        until: async (isIt) => {
          for (;;) {
            const found = waiting.findIndex(isIt)
            const operation = waiting[found]
            if (operation !== undefined) {
              waiting = waiting.slice(found + 1)
              return operation
            }
            const message = await socket.message<ServerMessage, 'operations'>('operations')
            waiting.push(...message.operations.map((applied) => applied.operation))
          }
        },
      }
    },
    terminal: (path, user = 'ALICE') =>
      new TestSocket(`ws://${host}/api/terminal-socket?notebook=${path}`, headersOf(user)),
    call: async (method, url, body) => {
      const response = await all.app.inject({
        method,
        url,
        headers: { 'sf-context-current-user': 'ALICE', ...CHANGE },
        ...(body === undefined ? {} : { payload: body }),
      })
      return response.statusCode
    },
  }
}

async function run(page: Page, source: string): Promise<void> {
  const cellId = `cell-${Math.random().toString(36).slice(2)}`
  await page.do({ type: 'insert-cell', index: 0, cellId, kind: 'typescript', source })
  await page.do({ type: 'run-cells', cellIds: [cellId] })
}

async function untilPrinted(page: Page, text: string): Promise<Operation> {
  return page.until(
    (operation) => operation.type === 'stream-appended' && operation.text.includes(text),
  )
}

async function untilShown(terminal: TestSocket, text: string): Promise<void> {
  let seen = ''
  while (!seen.includes(text)) {
    const frame = await terminal.next()
    if (typeof frame === 'string') continue
    seen += frame.toString()
    await terminal.send({ type: 'received', bytes: Math.max(1, frame.length) })
  }
}

describe('notebooks behind their sockets', () => {
  test('a cell and the terminal share one kernel, which outlives every socket', async () => {
    const { page, terminal, call, app } = await served()
    const first = await page('a.ipynb')
    await run(first, 'const answer = 41\nconsole.log(`cell ${answer}`)')
    await untilPrinted(first, 'cell 41')
    first.socket.socket.terminate()

    const cut = terminal('a.ipynb')
    await cut.send(Buffer.from('answer + 1\r'))
    await untilShown(cut, '42')
    cut.socket.terminate()
    const again = terminal('a.ipynb')
    await untilShown(again, '42')

    const output = await app.inject({
      url: '/api/notebooks/output?path=a.ipynb&cell=none',
      headers: { 'sf-context-current-user': 'ALICE' },
    })
    expect([output.statusCode, output.body]).toEqual([200, ''])
    expect(await call('GET', '/api/notebooks/output?path=a.ipynb&cell=..%2f..%2fx')).toBe(400)
    const files = await app.inject({
      url: '/api/files',
      headers: { 'sf-context-current-user': 'ALICE' },
    })
    expect(files.json()).toMatchObject([{ path: 'a.ipynb', running: true }])

    const second = await page('a.ipynb')
    await second.do({ type: 'shut-down' })
    expect(await again.message<TerminalServerMessage, 'ended'>('ended')).toMatchObject({
      type: 'ended',
    })
  }, 30_000)

  test('a terminal that is opened first starts the kernel', async () => {
    const { page, terminal } = await served()
    const shown = terminal('a.ipynb')
    await shown.send(Buffer.from('globalThis.fromTerminal = 6 * 7\r'))
    await untilShown(shown, '42')
    const first = await page('a.ipynb')
    await run(first, 'console.log(`terminal ${globalThis.fromTerminal}`)')
    expect(await untilPrinted(first, 'terminal 42')).toMatchObject({ name: 'stdout' })
  }, 30_000)

  test('an open notebook is renamed with its kernel, and closed when its file is deleted', async () => {
    const { page, call, directory, config } = await served()
    mkdirSync(join(directory, 'f'))
    const results = join(config.stateDirectory, 'results')
    const owners = (): unknown[] =>
      readdirSync(results).map((id) =>
        JSON.parse(readFileSync(join(results, id, 'notebook.json'), 'utf8')),
      )
    const alice = await page('a.ipynb')
    await run(alice, 'globalThis.kept = 1; console.log("set")')
    await untilPrinted(alice, 'set')
    expect(await call('POST', '/api/files/rename', { from: 'a.ipynb', to: 'f/b.ipynb' })).toBe(200)
    expect(await alice.until(({ type }) => type === 'renamed')).toMatchObject({
      path: 'f/b.ipynb',
    })
    await run(alice, 'console.log(`kept ${globalThis.kept}`)')
    await untilPrinted(alice, 'kept 1')
    expect([
      existsSync(join(directory, 'a.ipynb')),
      existsSync(join(directory, 'f/b.ipynb')),
    ]).toEqual([false, true])
    expect(owners()).toEqual([{ path: 'f/b.ipynb' }])
    expect(await call('DELETE', '/api/files?path=f/b.ipynb')).toBe(204)
    expect(owners()).toEqual([])
    expect(await alice.socket.message<ServerMessage, 'closed'>('closed')).toMatchObject({
      code: 'NOTEBOOK_CLOSED',
    })
    expect(existsSync(join(directory, 'f/b.ipynb'))).toBe(false)
  }, 30_000)

  test("a kernel with caller's rights is its owner's alone; others look on", async () => {
    const { page, terminal } = await served({ callersRights: true })
    const alice = await page('a.ipynb', 'ALICE', 'token-of-alice')
    await run(alice, 'console.log("mine"); globalThis.secret = 1')
    await untilPrinted(alice, 'mine')
    const bob = await page('a.ipynb', 'BOB', 'token-of-bob')
    await bob.do({ type: 'interrupt' })
    expect(await bob.socket.message<ServerMessage, 'refused'>('refused')).toMatchObject({
      number: 1,
      code: 'KERNEL_OF_ANOTHER_USER',
    })
    const shown = terminal('a.ipynb', 'BOB')
    expect(await shown.message<TerminalServerMessage, 'ended'>('ended')).toMatchObject({
      reason: expect.stringContaining('Cannot'),
    })
    await run(alice, 'console.log("still mine")')
    await untilPrinted(bob, 'still mine')
  }, 30_000)

  test('opening a notebook runs nothing in it (CVE-2022-39286, CVE-2022-21699, CVE-2023-35174)', async () => {
    const { page, directory } = await served()
    const file = join(directory, 'a.ipynb')
    const hostile = readFileSync(file, 'utf8').replace(
      '"source": []',
      "\"source\": [\"require('fs').writeFileSync('ran', '')\"]",
    )
    writeFileSync(file, hostile)
    const alice = await page('a.ipynb')
    await alice.do({ type: 'save' })
    await vi.waitUntil(() => existsSync(file))
    expect(existsSync(join(directory, 'ran'))).toBe(false)
    // The same text does run when it is asked for.
    await alice.do({ type: 'run-cells', cellIds: ['first'] })
    await alice.until(({ type }) => type === 'execution-finished')
    expect(existsSync(join(directory, 'ran'))).toBe(true)
  }, 30_000)
})
