import { SnowflakeError } from '../snowflake-error.ts'

/**
 * Something about a service, pool or image that cannot be. Snowflake documents the texts of some of these, and the
 * code of none.
 */
export function serviceError(message: string, cause?: unknown): SnowflakeError {
  return new SnowflakeError('395018', '22023', message, { cause })
}
