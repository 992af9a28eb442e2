import type { IncomingHttpHeaders } from 'node:http'

/** What Snowflake tells a service about a batch, by header; names are compared in lower case. */
export const QUERY_ID_HEADER = 'sf-external-function-current-query-id'
/** The same on every attempt and poll, so it tells a batch that comes twice. */
export const BATCH_ID_HEADER = 'sf-external-function-query-batch-id'

/** What the headers of one batch are made from. */
export interface BatchHeaderValues {
  readonly queryId: string
  readonly batchId: string
  readonly name: string
  readonly signature: string
  readonly returnType: string
  /** Values by context function: `{ CURRENT_USER: 'DEVELOPER' }`. */
  readonly contextHeaders: Readonly<Record<string, string>>
}

/**
 * The headers that Snowflake sends with a batch, and again when it polls for the answer.
 *
 * @see https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 */
export function batchHeaders(values: BatchHeaderValues): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'snowflake/1.0',
    accept: '*/*',
    'accept-encoding': 'gzip',
    'sf-external-function-format': 'json',
    'sf-external-function-format-version': '1.0',
    [QUERY_ID_HEADER]: values.queryId,
    [BATCH_ID_HEADER]: values.batchId,
    ...withBase64('sf-external-function-name', values.name),
    ...withBase64('sf-external-function-signature', values.signature),
    ...withBase64('sf-external-function-return-type', values.returnType),
  }
  for (const [name, value] of Object.entries(values.contextHeaders)) {
    Object.assign(headers, withBase64(contextHeader(name), value))
  }
  return headers
}

/** The value of a context function that came with a batch; its base64 twin has what the plain header had to fold. */
export function readContextHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const header = contextHeader(name)
  const base64 = headers[`${header}-base64`]
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64').toString()
  const plain = headers[header]
  return typeof plain === 'string' ? plain : undefined
}

/** The header that carries a context function's value: `sf-context-current-user`. */
export function contextHeader(contextFunction: string): string {
  return `sf-context-${contextFunction.toLowerCase().replaceAll('_', '-')}`
}

/** A header and its twin: what HTTP cannot carry is folded to single spaces in the plain one. */
function withBase64(name: string, value: string): Record<string, string> {
  return {
    [name]: value.replaceAll(/[^\x21-\x7e]+/g, ' ').trim(),
    [`${name}-base64`]: Buffer.from(value).toString('base64'),
  }
}
