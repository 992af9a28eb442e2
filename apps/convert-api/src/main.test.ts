import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'

/** The process itself, from source, as `npm run dev` starts it. */
function start(
  environment: Record<string, string>,
): ChildProcess & { stderr: NodeJS.ReadableStream } {
  const main = spawn(process.execPath, ['-C', '@spcs/source', '--import', 'tsx', 'src/main.ts'], {
    cwd: new URL('..', import.meta.url),
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void main.kill('SIGKILL'))
  return main
}

/** Waits for the log line that names the address. */
async function listening({ stdout }: ChildProcess): Promise<URL> {
  if (stdout === null) throw new Error('standard output is not piped')
  for await (const line of createInterface(stdout)) {
    const address = /listening at (http:[^"]+)/.exec(line)?.[1]
    if (address !== undefined) {
      stdout.resume()
      return new URL(address)
    }
  }
  throw new Error('ended without listening')
}

async function exitOf(main: ChildProcess): Promise<unknown[]> {
  return main.exitCode === null ? once(main, 'exit') : [main.exitCode, null]
}

/** Resolves once nobody accepts connections any more. */
async function refusing({ port, hostname }: URL): Promise<void> {
  const socket = connect(Number(port), hostname)
  try {
    await once(socket, 'connect')
  } catch {
    return
  } finally {
    socket.destroy()
  }
  await refusing(new URL(`http://${hostname}:${port}`))
}

describe('the process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('exits with 0 on %s', async (signal) => {
    const main = start({ PORT: '0' })
    await listening(main)
    main.kill(signal)
    expect(await exitOf(main)).toEqual([0, null])
  })

  test('on SIGTERM takes no more connections, finishes what runs, and exits with 0', async () => {
    const main = start({ PORT: '0' })
    const url = await listening(main)
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    const running = request(new URL('/convert', url), {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', expect: '100-continue' },
    })
    running.write('{"data": [[0,')
    await once(running, 'continue')

    main.kill('SIGTERM')
    await refusing(url)
    running.end(' 12]]}')

    const [response] = await once(running, 'response')
    expect(await text(response)).toBe('{"data":[[0,53.6]]}')
    expect(await exitOf(main)).toEqual([0, null])
  })

  test('says that its port is busy, what to do, and exits with 1', async () => {
    const { port } = await listening(start({ PORT: '0' }))
    const main = start({ PORT: port })
    expect(await text(main.stderr)).toBe(
      `PORT_IN_USE: Cannot listen on 127.0.0.1 port ${port}: something else does\n` +
        `  → Stop what listens on port ${port}, or set PORT to another one\n` +
        `  because listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
    )
    expect(await exitOf(main)).toEqual([1, null])
  })

  test('says that its address is none of this machine, and exits with 1', async () => {
    const main = start({ PORT: '0', HOST: '203.0.113.1' })
    expect(await text(main.stderr)).toContain('ADDRESS_UNUSABLE: Cannot listen on 203.0.113.1')
    expect(await exitOf(main)).toEqual([1, null])
  })

  test('reports every problem of its configuration, and exits with 1', async () => {
    const main = start({ PORT: 'x', LOG_LEVEL: 'y' })
    const told = await text(main.stderr)
    expect(told).toContain('CONFIG_INVALID: Cannot start convert-api: PORT is "x"')
    expect(told).toContain('LOG_LEVEL is "y"')
    expect(await exitOf(main)).toEqual([1, null])
  })
})
