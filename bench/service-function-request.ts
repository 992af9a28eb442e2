import { batchHeaders, encodeBatch } from '@spcs/service-function'

/**
 * The text of one batch's request, open where its number stands: with a batch id that came before, it would be
 * a batch that is sent again.
 */
export interface BatchRequest {
  readonly beforeNumber: string
  readonly afterNumber: string
}

const NUMBER = '{number}'

/** A request to `/convert` as Snowflake sends it, with all headers. */
export function batchRequest(host: string, rows: number): BatchRequest {
  const body = encodeBatch(celsiusRows(rows))
  const headers = { host, ...convertHeaders(NUMBER), 'content-length': String(body.length) }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const text = `POST /convert HTTP/1.1\r\n${head.join('')}\r\n`
  const [beforeNumber = '', afterNumber = ''] = text.split(NUMBER)
  return { beforeNumber, afterNumber: afterNumber + body }
}

/** The headers of a batch with this number within a query of its own. */
export function convertHeaders(number: string): Record<string, string> {
  const queryId = crypto.randomUUID()
  return batchHeaders({
    queryId,
    batchId: `${queryId}:1:${number}:0:0`,
    name: 'CONVERT_UDF',
    signature: '(TEMP_C FLOAT)',
    returnType: 'FLOAT',
    contextHeaders: {},
  })
}

/** Rows of one temperature each; from one to the next they differ in length and value. */
export function celsiusRows(count: number): [celsius: number][] {
  return Array.from({ length: count }, (_, row) => [((row * 37) % 1000) / 10])
}
