import { printIdentifier } from '@spcs/sql'
import type { TokenReader } from '../../sql/token-reader.ts'
import { serviceError } from '../service-error.ts'

/**
 * Reads the name of a new service, compute pool or image repository: it becomes part of host names and paths, so
 * every part must do without quotes.
 *
 * @throws {SnowflakeError} when one does not.
 */
export function readUnquotedName(reader: TokenReader, kind: string): string[] {
  const parts = reader.name(`a name for the ${kind}`)
  const quoted = parts.find((part) => printIdentifier(part) !== part)
  if (quoted === undefined) return parts
  throw serviceError(
    `Invalid name "${quoted}": names of a ${kind} and of its database and schema must be unquoted identifiers`,
  )
}
