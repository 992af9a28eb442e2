import type { Log } from '../account.ts'
import { SnowflakeError } from '../snowflake-error.ts'
import type { Statement } from './statement.ts'

export const CANCELLED: SnowflakeError = new SnowflakeError(
  '000604',
  '57014',
  'SQL execution canceled',
)

export function timedOut(seconds: number): SnowflakeError {
  return new SnowflakeError(
    '000630',
    '57014',
    `Statement reached its statement or warehouse timeout of ${seconds} second(s) and was canceled.`,
  )
}

/** What the client is told when a statement fails. What is no Snowflake error is a fault of ours: logged, not shown. */
export function statementError(error: unknown, statement: Statement, log: Log): SnowflakeError {
  const { signal, queryId } = statement
  // Whatever a cancelled statement failed with, it failed because it was cancelled.
  if (signal.aborted) return signal.reason instanceof SnowflakeError ? signal.reason : CANCELLED
  if (error instanceof SnowflakeError) return error
  log.error({ queryId, error: stackOf(error) }, 'statement failed unexpectedly')
  return internalError(`query ${queryId}`)
}

/** `000603`: what went wrong stands in the account's log, under `incident`. */
export function internalError(incident: string): SnowflakeError {
  return new SnowflakeError(
    '000603',
    'XX000',
    `SQL execution internal error:\nProcessing aborted; the local account's log has the reason under ${incident}.`,
  )
}

export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
