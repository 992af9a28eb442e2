import { SnowflakeError } from '../snowflake-error.ts'
import type { Session } from '../sql-session.ts'

/** A session parameter: what it is until it is set, and what it may be set to. */
export interface Parameter {
  readonly default: string | number | boolean
  readonly description: string
  /** The only values it takes, upper case; absent: any of its type. */
  readonly oneOf?: readonly string[]
}

/**
 * The session parameters that this account knows; others are refused by name.
 *
 * @see https://docs.snowflake.com/en/sql-reference/parameters
 */
export const SESSION_PARAMETERS: Readonly<Record<string, Parameter>> = {
  ABORT_DETACHED_QUERY: {
    default: false,
    description: 'Abort running queries of a session that is lost',
  },
  AUTOCOMMIT: {
    default: true,
    description: 'Commit each statement that is not inside a transaction',
  },
  BINARY_INPUT_FORMAT: {
    default: 'HEX',
    description: 'Format of text that becomes BINARY',
    oneOf: ['HEX', 'BASE64', 'UTF8', 'UTF-8'],
  },
  BINARY_OUTPUT_FORMAT: {
    default: 'HEX',
    description: 'Format of BINARY that becomes text',
    oneOf: ['HEX', 'BASE64'],
  },
  CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX: {
    default: false,
    description: 'Drivers look for metadata in the current database and schema only',
  },
  CLIENT_RESULT_COLUMN_CASE_INSENSITIVE: {
    default: false,
    description: 'Drivers find result columns in any case',
  },
  CLIENT_SESSION_KEEP_ALIVE: {
    default: false,
    description: 'Drivers keep the session alive while it is idle',
  },
  CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY: {
    default: 3600,
    description: 'Seconds between two heartbeats of a driver',
  },
  // DIFFERS: 100000 in Snowflake; bulk binds always come inline here.
  CLIENT_STAGE_ARRAY_BINDING_THRESHOLD: {
    default: 2_000_000_000,
    description: 'Number of bound values from which drivers use a stage',
  },
  CLIENT_TELEMETRY_ENABLED: { default: false, description: 'Drivers send telemetry' },
  CLIENT_TIMESTAMP_TYPE_MAPPING: {
    default: 'TIMESTAMP_LTZ',
    description: 'Type of TIMESTAMP in drivers',
    oneOf: ['TIMESTAMP_LTZ', 'TIMESTAMP_NTZ'],
  },
  DATE_INPUT_FORMAT: { default: 'AUTO', description: 'Format of text that becomes DATE' },
  DATE_OUTPUT_FORMAT: { default: 'YYYY-MM-DD', description: 'Format of DATE that becomes text' },
  JDBC_QUERY_RESULT_FORMAT: {
    default: 'JSON',
    description: 'Format of results for the JDBC driver',
    oneOf: ['ARROW', 'JSON'],
  },
  JSON_INDENT: { default: 2, description: 'Spaces of indentation in printed JSON' },
  JS_TREAT_INTEGER_AS_BIGINT: {
    default: false,
    description: 'The Node.js driver gives whole numbers as BigInt',
  },
  LOCK_TIMEOUT: { default: 43_200, description: 'Seconds that a statement waits for a lock' },
  MULTI_STATEMENT_COUNT: {
    default: 1,
    description: 'Number of statements in one request; 0 is any',
  },
  PYTHON_CONNECTOR_QUERY_RESULT_FORMAT: {
    default: 'JSON',
    description: 'Format of results for the Python connector',
    oneOf: ['ARROW', 'JSON'],
  },
  QUERY_TAG: { default: '', description: 'Text that marks the queries of the session' },
  QUOTED_IDENTIFIERS_IGNORE_CASE: {
    default: false,
    description: 'Identifiers in double quotes fold to upper case too',
  },
  ROWS_PER_RESULTSET: { default: 0, description: 'Most rows of a result; 0 is no limit' },
  STATEMENT_QUEUED_TIMEOUT_IN_SECONDS: {
    default: 0,
    description: 'Seconds that a statement may be queued; 0 is no limit',
  },
  STATEMENT_TIMEOUT_IN_SECONDS: {
    default: 172_800,
    description: 'Seconds after which a running statement is cancelled',
  },
  TIMESTAMP_DAY_IS_ALWAYS_24H: { default: false, description: 'Adding a day adds 24 hours' },
  TIMESTAMP_INPUT_FORMAT: { default: 'AUTO', description: 'Format of text that becomes TIMESTAMP' },
  TIMESTAMP_LTZ_OUTPUT_FORMAT: {
    default: '',
    description: 'Format of TIMESTAMP_LTZ; empty is TIMESTAMP_OUTPUT_FORMAT',
  },
  TIMESTAMP_NTZ_OUTPUT_FORMAT: {
    default: 'YYYY-MM-DD HH24:MI:SS.FF3',
    description: 'Format of TIMESTAMP_NTZ; empty is TIMESTAMP_OUTPUT_FORMAT',
  },
  TIMESTAMP_OUTPUT_FORMAT: {
    default: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
    description: 'Format of timestamps that become text',
  },
  TIMESTAMP_TYPE_MAPPING: {
    default: 'TIMESTAMP_NTZ',
    description: 'What TIMESTAMP is short for',
    oneOf: ['TIMESTAMP_NTZ'], // DIFFERS: the other two are refused.
  },
  TIMESTAMP_TZ_OUTPUT_FORMAT: {
    default: '',
    description: 'Format of TIMESTAMP_TZ; empty is TIMESTAMP_OUTPUT_FORMAT',
  },
  // DIFFERS: America/Los_Angeles in Snowflake; a local account starts in UTC.
  TIMEZONE: { default: 'Etc/UTC', description: 'Time zone of the session' },
  TIME_INPUT_FORMAT: { default: 'AUTO', description: 'Format of text that becomes TIME' },
  TIME_OUTPUT_FORMAT: { default: 'HH24:MI:SS', description: 'Format of TIME that becomes text' },
  TRANSACTION_ABORT_ON_ERROR: {
    default: false,
    description: 'An error in a transaction aborts the transaction',
  },
  TWO_DIGIT_CENTURY_START: { default: 1970, description: 'First year that two digits mean' },
  USE_CACHED_RESULT: { default: true, description: 'Answer a repeated query from its last result' },
  WEEK_OF_YEAR_POLICY: { default: 0, description: 'How weeks of the year are counted' },
  WEEK_START: { default: 0, description: 'First day of the week; 0 is as ISO has it' },
}

/** Every session parameter with the value that it has in this session, for drivers. */
export function sessionParameters(session: Session): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(SESSION_PARAMETERS).map(([name, parameter]) => {
      const set = session.parameters.get(name)
      return [name, set === undefined ? parameter.default : typed(parameter, set)]
    }),
  )
}

/**
 * A value as `Session.parameters` keeps it, checked.
 *
 * @throws {SnowflakeError} 001006 for an unknown parameter, 001008 for a value that it cannot have.
 */
export function parameterText(name: string, value: string): string {
  const parameter = SESSION_PARAMETERS[name]
  if (parameter === undefined) {
    throw new SnowflakeError(
      '001006',
      '22023',
      `SQL compilation error:\ninvalid parameter '${name}'`,
    )
  }
  const folded = typeof parameter.default === 'boolean' ? value.toLowerCase() : value
  if (isAllowed(name, parameter, folded)) return folded
  throw new SnowflakeError(
    '001008',
    '22023',
    `SQL compilation error:\ninvalid value [${value}] for parameter '${name}'`,
  )
}

/** STRING, NUMBER or BOOLEAN, as SHOW PARAMETERS calls it. */
export function parameterType(parameter: Parameter): 'STRING' | 'NUMBER' | 'BOOLEAN' {
  if (typeof parameter.default === 'boolean') return 'BOOLEAN'
  return typeof parameter.default === 'number' ? 'NUMBER' : 'STRING'
}

function isAllowed(name: string, parameter: Parameter, value: string): boolean {
  if (name === 'TIMEZONE') return isTimeZone(value)
  if (typeof parameter.default === 'boolean') return value === 'true' || value === 'false'
  if (typeof parameter.default === 'number') return /^\d{1,15}$/.test(value)
  return parameter.oneOf?.includes(value.toUpperCase()) ?? true
}

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function typed(parameter: Parameter, text: string): string | number | boolean {
  if (typeof parameter.default === 'boolean') return text === 'true'
  return typeof parameter.default === 'number' ? Number(text) : text
}
