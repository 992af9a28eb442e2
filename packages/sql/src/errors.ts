import { CodedError } from '@spcs/errors'

export type SqlErrorCode =
  | 'IDENTIFIER_INVALID' // text that cannot be read as a Snowflake identifier or dotted name
  | 'DATA_TYPE_UNKNOWN' // text that names no Snowflake data type
  | 'LITERAL_UNSUPPORTED' // a value with no Snowflake literal

/** A fault in SQL text that we were asked to read or write. */
export class SqlError extends CodedError<SqlErrorCode> {}
