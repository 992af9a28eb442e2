import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type LoadFigures, parseLoadFigures } from './load-figures.ts'
import { batchRequest } from './service-function-request.ts'
import { wrkScript } from './wrk-script.ts'

export const CONNECTIONS = 8

/** Sends batches of so many rows to a server for some whole seconds. */
export interface Load {
  readonly name: string
  send(server: URL, rows: number, seconds: number): Promise<LoadFigures>
}

const run = promisify(execFile)
const NODE_LOAD = fileURLToPath(new URL('./service-function-load.mjs', import.meta.url))

/** wrk where there is one, which takes less of its core than ours; else ours. */
export async function chooseLoad(): Promise<Load> {
  return (await hasWrk())
    ? { name: 'wrk', send: sendByWrk }
    : { name: 'node:net', send: (server, rows, seconds) => sendByNode(server, rows, { seconds }) }
}

/** Sends batches by our own generator: for some time, or a number of them. */
export async function sendByNode(
  server: URL,
  rows: number,
  amount: { readonly seconds: number } | { readonly requests: number },
): Promise<LoadFigures> {
  const child = spawn(process.execPath, [NODE_LOAD], { stdio: ['pipe', 'pipe', 'inherit'] })
  const order = { host: server.hostname, port: server.port, connections: CONNECTIONS, ...amount }
  child.stdin.end(JSON.stringify({ ...order, ...batchRequest(server.host, rows) }))
  return parseLoadFigures(await text(child.stdout))
}

async function sendByWrk(server: URL, rows: number, seconds: number): Promise<LoadFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'spcs-bench-'))
  try {
    const script = join(folder, 'batches.lua')
    writeFileSync(script, wrkScript(batchRequest(server.host, rows)))
    const amount = [
      '--threads',
      '1',
      '--connections',
      `${CONNECTIONS}`,
      '--duration',
      `${seconds}s`,
    ]
    const { stdout } = await run('wrk', [
      ...amount,
      '--timeout',
      '30s',
      '--script',
      script,
      server.href,
    ])
    return parseLoadFigures(stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function hasWrk(): Promise<boolean> {
  try {
    await run('wrk', ['--version'])
    return true
  } catch (error) {
    // Asked for its version, it says it and ends with 1.
    return error instanceof Error && 'stdout' in error && String(error.stdout).startsWith('wrk')
  }
}
