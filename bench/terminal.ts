import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { type Measure, measure } from './measure.ts'
import { signIn, startNotebookApp } from './notebook-app.ts'
import { residentMiB } from './resident.ts'
import { end, firstLine } from './start-server.ts'

const BARE = fileURLToPath(new URL('./bare-terminal.mjs', import.meta.url))
const MEGABYTES = 100
/** Lines of 99 characters; the terminal makes \n to \r\n, so a line is 101 bytes on the socket. */
const FLOOD = `yes ${'x'.repeat(99)} | head -n ${MEGABYTES * 10_000}`
const BYTES = MEGABYTES * 10_000 * 101
const ACKNOWLEDGED_BYTES = 64 * 1024

/** What a terminal's output costs the server, beside a bare pseudo-terminal on a socket. */
export async function* terminal(): AsyncGenerator<Measure> {
  const bare = await flood(startBare, () => {})
  const ours = await flood(startNotebook, (socket) => {
    socket.send(
      `require('node:child_process').execSync(${JSON.stringify(FLOOD)}, { stdio: 'inherit' });0\r`,
      { binary: true },
    )
  })
  const name = 'pseudo-terminal on a socket'
  yield measure({
    name: `${MEGABYTES} MB through the terminal`,
    value: ours.ms,
    unit: 'ms',
    better: 'lower',
    beside: { name, value: bare.ms },
  })
  yield measure({
    name: 'growth of the server meanwhile',
    value: ours.grownMiB,
    unit: 'MiB',
    better: 'lower',
    beside: { name, value: bare.grownMiB },
  })
}

interface TerminalServer extends AsyncDisposable {
  readonly process: ChildProcess
  open(): Promise<WebSocket>
}

async function flood(
  start: () => Promise<TerminalServer>,
  begin: (socket: WebSocket) => void,
): Promise<{ ms: number; grownMiB: number }> {
  await using server = await start()
  const before = residentMiB(server.process)
  let most = before
  const watch = setInterval(() => (most = Math.max(most, residentMiB(server.process))), 50)
  const started = performance.now()
  const socket = await server.open()
  try {
    await new Promise<void>((resolve, reject) => {
      let received = 0
      let acknowledged = 0
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        if (!isBinary) return
        received += data.length
        if (received - acknowledged >= ACKNOWLEDGED_BYTES) {
          socket.send(JSON.stringify({ type: 'received', bytes: received - acknowledged }))
          acknowledged = received
        }
        if (received >= BYTES) resolve()
      })
      socket.on('error', reject)
      socket.on('close', () => reject(new Error(`the socket closed after ${received} bytes`)))
      begin(socket)
    })
    return { ms: performance.now() - started, grownMiB: most - before }
  } finally {
    clearInterval(watch)
    socket.removeAllListeners('close')
    socket.terminate()
  }
}

async function startBare(): Promise<TerminalServer> {
  const child = spawn(process.execPath, [BARE, FLOOD], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await firstLine(child, /^(\d+)$/)
  return {
    process: child,
    open: () => connect(`ws://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: () => end(child),
  }
}

async function startNotebook(): Promise<TerminalServer> {
  const app = await startNotebookApp()
  const { cookie, origin } = await signIn(app)
  await fetch(new URL('/api/notebooks', origin), {
    method: 'POST',
    headers: { cookie, origin, 'x-spcs-notebook': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ path: 'bench.ipynb' }),
  })
  const address = `${origin.replace('http', 'ws')}/api/terminal-socket?notebook=bench.ipynb`
  const open = (): Promise<WebSocket> => connect(address, { cookie, origin })
  // The kernel runs before the clock does.
  const first = await open()
  await once(first, 'message')
  first.terminate()
  return { ...app, open }
}

async function connect(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false })
  await once(socket, 'open')
  return socket
}
