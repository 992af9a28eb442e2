import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { LayerFile } from '@spcs/deploy'

const READY_WITHIN_MS = 10_000

/**
 * Runs a service's bundle on this machine for as long as one request takes: what the quickstart does with
 * `docker run` and `curl`.
 *
 * @returns The body of the answer to a POST of `body` at `path`.
 */
export async function tryBundle(
  files: readonly LayerFile[],
  path: string,
  body: string,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'spcs-try-'))
  for (const file of files) {
    await mkdir(dirname(join(directory, file.path)), { recursive: true })
    await writeFile(join(directory, file.path), file.content)
  }
  const port = await freePort()
  const child = spawn(process.execPath, [join(directory, 'app/main.js')], {
    env: { PATH: process.env['PATH'], PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const url = `http://127.0.0.1:${port}`
    await answering(`${url}/healthcheck`, child)
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body })
    return await response.text()
  } finally {
    if (child.exitCode === null) {
      child.kill()
      await once(child, 'exit')
    }
    await rm(directory, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await pause(25)) {
    if (child.exitCode !== null)
      throw new Error(`the service ended with ${child.exitCode}: ${errors}`)
    try {
      const { ok } = await fetch(url, { signal: AbortSignal.timeout(1000) })
      if (ok) return
    } catch {
      // not listening yet
    }
  }
  throw new Error(`the service did not answer at ${url} within ${READY_WITHIN_MS} ms: ${errors}`)
}
