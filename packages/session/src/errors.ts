import { CodedError, type CodedErrorOptions } from '@spcs/errors'

export type SessionErrorCode =
  | 'CONNECTION_UNKNOWN' // no section of this name in connections.toml or config.toml
  | 'CONFIG_UNREADABLE' // connections.toml, config.toml or a file they name cannot be read
  | 'OPTION_MISSING' // account, user or credentials are not given anywhere
  | 'OPTION_INVALID' // an option has a value that the driver cannot use
  | 'TOKEN_MISSING' // no token file: not inside a container, and nothing else was given
  | 'TOKEN_REJECTED' // Snowflake refused the token; it is read anew at every login
  | 'LOGIN_REJECTED' // Snowflake refused user, password, key or the user's policies
  | 'UNREACHABLE' // nothing answers at the account's address
  | 'SESSION_EXPIRED' // Snowflake has ended this session, or close() has
  | 'SQL_FAILED' // the statement failed; snowflakeCode and sqlState say how
  | 'CANCELLED' // the statement was cancelled
  | 'BIND_UNSUPPORTED' // a bind value that has no Snowflake value
  | 'PUT_FAILED' // the file could not be put on the stage
  | 'DRIVER_FAILED' // the driver gave up for a reason of its own

/** What Snowflake said, where it said something. */
export interface SnowflakeAnswer {
  /** Snowflake's own error code: `002003`. */
  readonly snowflakeCode?: string | undefined
  readonly sqlState?: string | undefined
  /** Snowflake's own text, unchanged. */
  readonly snowflakeMessage?: string | undefined
  readonly queryId?: string | undefined
}

/** A fault in connecting to Snowflake or in running a statement there. */
export class SessionError extends CodedError<SessionErrorCode> {
  readonly snowflakeCode: string | undefined
  readonly sqlState: string | undefined
  readonly snowflakeMessage: string | undefined
  readonly queryId: string | undefined

  constructor(
    code: SessionErrorCode,
    message: string,
    options: CodedErrorOptions & SnowflakeAnswer = {},
  ) {
    super(code, message, options)
    this.snowflakeCode = options.snowflakeCode
    this.sqlState = options.sqlState
    this.snowflakeMessage = options.snowflakeMessage
    this.queryId = options.queryId
  }
}
