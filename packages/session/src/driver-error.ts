import { SessionError, type SessionErrorCode } from './errors.ts'

/** What was being done when the driver failed; it decides what a code means. */
export type Doing = 'connect' | 'run statement' | 'cancel statement' | 'close session'

/** The fields that the driver's errors may carry. */
interface DriverError {
  readonly message: string
  readonly code?: unknown
  readonly sqlState?: unknown
  readonly data?: { readonly queryId?: unknown } | undefined
  readonly cause?: unknown
}

interface Meaning {
  readonly code: SessionErrorCode
  readonly hint?: string
}

const REJECTED_LOGIN: Meaning = {
  code: 'LOGIN_REJECTED',
  hint: 'Check account, user and credentials, and that the user may sign in this way',
}
const REJECTED_TOKEN: Meaning = {
  code: 'TOKEN_REJECTED',
  hint: 'Get a new token; inside a container connect again, because Snowflake renews the token file',
}
const ENDED: Meaning = {
  code: 'SESSION_EXPIRED',
  hint: 'Call connect() again for a new session',
}
const NO_ANSWER: Meaning = {
  code: 'UNREACHABLE',
  hint: 'Check the account name and the network, or start the local account with `npx spcs local`',
}
const BAD_OPTION: Meaning = {
  code: 'OPTION_INVALID',
  hint: 'Correct the option that the message names',
}

// https://docs.snowflake.com/en/developer-guide/node-js/nodejs-driver-error-codes (4xxxxx) and Snowflake's own 39xxxx
const MEANINGS: Record<string, Meaning> = {
  '390100': REJECTED_LOGIN,
  '390101': REJECTED_LOGIN,
  '390144': REJECTED_LOGIN,
  '390195': REJECTED_TOKEN,
  '390303': REJECTED_TOKEN,
  '390318': REJECTED_TOKEN,
  '394400': REJECTED_TOKEN,
  '390104': ENDED,
  '390111': ENDED,
  '390112': ENDED,
  '390114': ENDED,
  '405501': ENDED,
  '405502': ENDED,
  '405503': ENDED,
  '407001': ENDED,
  '407002': ENDED,
  '401001': NO_ANSWER,
  '401002': NO_ANSWER,
  '401004': REJECTED_LOGIN,
  '000604': { code: 'CANCELLED' },
  '000606': {
    code: 'SQL_FAILED',
    hint: 'Name a warehouse in the connection, or run USE WAREHOUSE',
  },
  '002003': { code: 'SQL_FAILED', hint: 'Check the name, and that the current role may see it' },
  '003001': { code: 'SQL_FAILED', hint: 'Ask the owner for the privilege, or use another role' },
  '090105': { code: 'SQL_FAILED', hint: 'Name a database in the connection, or run USE DATABASE' },
}

/** An error of the driver as a SessionError: one table from its codes to ours. */
export function translateDriverError(error: unknown, doing: Doing, queryId?: string): SessionError {
  if (error instanceof SessionError) return error
  const driver = asDriverError(error)
  const code = codeOf(driver.code)
  const sqlState = typeof driver.sqlState === 'string' ? driver.sqlState : undefined
  const meaning = meaningOf(code, sqlState, doing)
  // As the official CLI prints it: `002003 (42S02): …`; what people search for.
  const number =
    meaning.code === 'SQL_FAILED' && sqlState !== undefined ? `${code} (${sqlState}): ` : ''
  return new SessionError(meaning.code, `Cannot ${doing}: ${number}${messageOf(driver)}`, {
    hint: meaning.hint,
    cause: error,
    snowflakeCode: code,
    sqlState,
    snowflakeMessage: driver.message,
    queryId: queryId ?? textOf(driver.data?.queryId),
  })
}

function meaningOf(code: string | undefined, sqlState: string | undefined, doing: Doing): Meaning {
  const known = code === undefined ? undefined : MEANINGS[code]
  // At login an ended session means an old token: https://github.com/apache/airflow/pull/60027
  if (known === ENDED && doing === 'connect') return REJECTED_TOKEN
  if (known !== undefined) return known
  if (code !== undefined && /^39[04]3?\d\d/.test(code)) return REJECTED_LOGIN
  if (code !== undefined && /^40[34]\d{3}$/.test(code)) return BAD_OPTION
  if (sqlState !== undefined) return { code: 'SQL_FAILED' }
  return doing === 'connect' && code !== undefined ? REJECTED_LOGIN : { code: 'DRIVER_FAILED' }
}

function asDriverError(error: unknown): DriverError {
  return error instanceof Error ? error : { message: String(error) }
}

function messageOf(error: DriverError): string {
  const message = error.message.replace(/\.\s*$/, '')
  const cause = error.cause instanceof Error ? error.cause.message : ''
  if (message === '') return cause === '' ? 'the driver gave no reason' : cause
  return cause === '' || message.includes(cause) ? message : `${message} (${cause})`
}

/** Snowflake's codes are text, the driver's own are numbers. */
function codeOf(code: unknown): string | undefined {
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
