import type { SnowflakeError } from '../snowflake-error.ts'
import { isAuthenticationError } from './authenticate/authentication-error.ts'

/** What every answer of the API is wrapped in; HTTP says 200 for errors too. */
export interface Envelope {
  readonly data: unknown
  readonly code: string | null
  readonly message: string | null
  readonly success: boolean
  readonly headers: null
}

export function success(data: unknown = null): Envelope {
  return { data, code: null, message: null, success: true, headers: null }
}

/**
 * An error for a driver. `sqlState` is always there: the driver would take an error without one for a passing
 * fault and send the statement again.
 */
export function failure(error: SnowflakeError, queryId?: string): Envelope {
  return {
    data: isAuthenticationError(error) ? null : errorData(error, queryId),
    code: error.code,
    message: error.message,
    success: false,
    headers: null,
  }
}

function errorData(error: SnowflakeError, queryId: string | undefined): Record<string, unknown> {
  const { code, sqlState, line, position } = error
  return {
    internalError: code === '000603',
    errorCode: code,
    age: 0,
    sqlState,
    queryId: queryId ?? null,
    line: line ?? -1,
    pos: position ?? -1,
    type: line === undefined ? 'EXECUTION' : 'COMPILATION',
  }
}
