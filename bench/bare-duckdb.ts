import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DuckDBInstance } from '@duckdb/node-api'

/** The floor: a server that gives each statement to DuckDB and frames the answer for the driver, no more. */
export async function bareDuckdb(): Promise<
  AsyncDisposable & {
    readonly connection: { accessUrl: string; account: string; user: string; password: string }
  }
> {
  const duckdb = await DuckDBInstance.create(':memory:')
  const connection = await duckdb.connect()
  const parameters = [{ name: 'TIMEZONE', value: 'UTC' }]
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const body = await readBody(request)
    if (request.url?.startsWith('/session/v1/login-request') === true) {
      return { token: 'token', masterToken: 'master', validityInSeconds: 3600, parameters }
    }
    if (request.url?.startsWith('/queries/v1/query-request') !== true) return null
    const { sqlText } = JSON.parse(body) as { sqlText: string }
    const reader = await connection.runAndReadAll(sqlText)
    const rowset = reader.getRows().map((row) => row.map(String))
    const rowtype = reader.columnNames().map((name) => ({ name, type: 'fixed', scale: 0 }))
    return { rowtype, rowset, returned: rowset.length, total: rowset.length, parameters }
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const data = await answer(request)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ data, code: null, message: null, success: true }))
  }
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    connection: {
      accessUrl: `http://127.0.0.1:${port}`,
      account: 'bare',
      user: 'bare',
      password: 'bare',
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      connection.closeSync()
      duckdb.closeSync()
      await once(server, 'close')
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
