import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type LoadFigures, parseLoadFigures } from './load-figures.ts'
import { batchRequest } from './service-function-request.ts'

export const CONNECTIONS = 8

const NODE_LOAD = fileURLToPath(new URL('./service-function-load.mjs', import.meta.url))

/** Sends batches of so many rows to a server: for some time, or a number of them. */
export async function sendBatches(
  server: URL,
  rows: number,
  amount: { readonly seconds: number } | { readonly requests: number },
): Promise<LoadFigures> {
  const child = spawn(process.execPath, [NODE_LOAD], { stdio: ['pipe', 'pipe', 'inherit'] })
  const order = { host: server.hostname, port: server.port, connections: CONNECTIONS, ...amount }
  child.stdin.end(JSON.stringify({ ...order, ...batchRequest(server.host, rows) }))
  return parseLoadFigures(await text(child.stdout))
}
