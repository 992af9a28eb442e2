/**
 * An error as Snowflake reports it to a driver: a six-digit code, a SQLSTATE, a message.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions
 */
export class SnowflakeError extends Error {
  readonly code: string
  readonly sqlState: string
  /** 1-based position in the statement's text, where one is known. */
  readonly line: number | undefined
  readonly position: number | undefined

  constructor(
    code: string,
    sqlState: string,
    message: string,
    at: { line?: number | undefined; position?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, at.cause === undefined ? undefined : { cause: at.cause })
    this.name = 'SnowflakeError'
    this.code = code
    this.sqlState = sqlState
    this.line = at.line
    this.position = at.position
  }
}

/** `001003`: text that is no statement. Line and position are 1-based. */
export function syntaxError(detail: string, line: number, position: number): SnowflakeError {
  return new SnowflakeError(
    '001003',
    '42000',
    `SQL compilation error:\nsyntax error line ${line} at position ${position - 1} ${detail}.`,
    { line, position },
  )
}

/** `000002`: something that Snowflake has and this account has not; named, so that nobody is misled. */
export function unsupported(feature: string): SnowflakeError {
  return new SnowflakeError('000002', '0A000', `Unsupported feature '${feature}'.`)
}

/** `002003`: the object is not there, or the role may not see it. */
export function doesNotExist(kind: string, name: string): SnowflakeError {
  return new SnowflakeError(
    '002003',
    '02000',
    `SQL compilation error:\n${kind} '${name}' does not exist or not authorized.`,
  )
}

/** `002043`: what DESCRIBE, ALTER or SHOW IN names is not there; Snowflake does not say which part. */
export function cannotPerform(): SnowflakeError {
  return new SnowflakeError(
    '002043',
    '02000',
    'SQL compilation error:\nObject does not exist, or operation cannot be performed.',
  )
}

/** `002002`: an object of this name is there already. */
export function alreadyExists(name: string): SnowflakeError {
  return new SnowflakeError(
    '002002',
    '42710',
    `SQL compilation error:\nObject '${name}' already exists.`,
  )
}

/** `003001`: the session's roles lack the privilege. */
export function insufficientPrivileges(kind: string, name?: string): SnowflakeError {
  const on = name === undefined ? kind.toLowerCase() : `${kind.toLowerCase()} '${name}'`
  return new SnowflakeError(
    '003001',
    '42501',
    `SQL access control error:\nInsufficient privileges to operate on ${on}.`,
  )
}

/** `100351`: a service function could not be called, or gave an answer that cannot be used. */
export function serviceFunctionError(message: string, cause?: unknown): SnowflakeError {
  // No source gives its SQLSTATE; P0000 is that of errors which code outside SQL causes.
  return new SnowflakeError('100351', 'P0000', message, { cause })
}

/** `001420`: a property has a value that it cannot have. */
export function invalidProperty(property: string, value: string): SnowflakeError {
  return new SnowflakeError(
    '001420',
    '22023',
    `SQL compilation error:\ninvalid value [${value}] for parameter '${property}'`,
  )
}
