import type { FastifyBaseLogger } from 'fastify'

/** The functions that CONTEXT_HEADERS may list: https://docs.snowflake.com/en/sql-reference/sql/create-function-spcs */
export const CONTEXT_FUNCTIONS = [
  'CURRENT_ACCOUNT',
  'CURRENT_CLIENT',
  'CURRENT_DATABASE',
  'CURRENT_DATE',
  'CURRENT_IP_ADDRESS',
  'CURRENT_REGION',
  'CURRENT_ROLE',
  'CURRENT_SCHEMA',
  'CURRENT_SCHEMAS',
  'CURRENT_SESSION',
  'CURRENT_STATEMENT',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'CURRENT_TRANSACTION',
  'CURRENT_USER',
  'CURRENT_VERSION',
  'CURRENT_WAREHOUSE',
  'LAST_QUERY_ID',
  'LAST_TRANSACTION',
  'LOCALTIME',
  'LOCALTIMESTAMP',
] as const

/** A context function whose value Snowflake can send with each batch. */
export type ContextFunction = (typeof CONTEXT_FUNCTIONS)[number]

/** What a handler learns about the batch that it is called for. */
export interface BatchContext<Headers extends ContextFunction = ContextFunction> {
  /** The function's name as Snowflake stores it: `CONVERT_UDF`. */
  readonly functionName: string
  /** The id of the SQL query; undefined when the caller sent none. */
  readonly queryId: string | undefined
  /** The same on every attempt and poll of one batch; undefined when the caller sent none. */
  readonly batchId: string | undefined
  /** The values of the definition's `contextHeaders`: `{ CURRENT_USER: 'DEVELOPER' }`. */
  readonly headers: Readonly<Record<Headers, string>>
  /** Fires when Snowflake has given the request up, which it does after 30 s, and when the server stops. */
  readonly signal: AbortSignal
  /** The service's log. */
  readonly log: FastifyBaseLogger
}
