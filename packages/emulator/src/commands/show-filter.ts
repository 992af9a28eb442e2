import { printName } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { cannotPerform, SnowflakeError } from '../snowflake-error.ts'
import type { Session } from '../sql-session.ts'
import type { TokenReader } from '../sql/token-reader.ts'

/** What `LIKE`, `STARTS WITH` and `LIMIT … FROM` of a SHOW keep. */
export interface ShowOptions {
  readonly like?: RegExp
  readonly startsWith?: string
  readonly limit?: number
  readonly from?: string
}

/** Where a SHOW looks: `IN ACCOUNT`, `IN DATABASE d`, `IN SCHEMA s`. */
export type Scope =
  | { readonly kind: 'account' }
  | { readonly kind: 'database'; readonly database: string }
  | { readonly kind: 'schema'; readonly database: string; readonly schema: string }

/**
 * Reads all that may follow the object's name in a SHOW, to the end of the statement.
 *
 * @throws {SnowflakeError} 002043 when the scope is not there.
 */
export function readShow(
  reader: TokenReader,
  context: StatementContext,
): { scope: Scope; options: ShowOptions } {
  const before = readShowOptions(reader)
  const scope = readScope(reader, context.session)
  const options = { ...before, ...readShowOptions(reader) }
  reader.end()
  const { databases, schemas } = context.account.catalog
  if (scope.kind !== 'account' && databases.maybe(printName([scope.database])) === undefined) {
    throw cannotPerform()
  }
  if (
    scope.kind === 'schema' &&
    schemas.maybe(printName([scope.database, scope.schema])) === undefined
  ) {
    throw cannotPerform()
  }
  return { scope, options }
}

/** Reads `[LIKE '…'] [STARTS WITH '…'] [LIMIT n [FROM '…']]`, as much of it as is there. */
export function readShowOptions(reader: TokenReader): ShowOptions {
  const like = reader.maybeWords('LIKE') ? likePattern(reader.string('a pattern')) : undefined
  const startsWith = reader.maybeWords('STARTS', 'WITH') ? reader.string() : undefined
  const limit = reader.maybeWords('LIMIT') ? reader.integer() : undefined
  const from = limit !== undefined && reader.maybeWords('FROM') ? reader.string() : undefined
  if (limit !== undefined && (limit < 1 || limit > 10_000)) {
    throw new SnowflakeError(
      '001003',
      '42000',
      `SQL compilation error:\nInvalid value [${limit}] for parameter 'LIMIT', expected 1 to 10000`,
    )
  }
  return {
    ...(like !== undefined && { like }),
    ...(startsWith !== undefined && { startsWith }),
    ...(limit !== undefined && { limit }),
    ...(from !== undefined && { from }),
  }
}

/**
 * Reads `IN ACCOUNT`, `IN DATABASE [d]`, `IN SCHEMA [s]` or `IN s`. Without any: the current schema, else the
 * current database, else the account.
 */
export function readScope(reader: TokenReader, session: Session): Scope {
  if (!reader.maybeWords('IN')) {
    const { database, schema } = session
    if (database === null) return { kind: 'account' }
    if (schema === null) return { kind: 'database', database }
    return { kind: 'schema', database, schema }
  }
  if (reader.maybeWords('ACCOUNT')) return { kind: 'account' }
  if (reader.maybeWords('DATABASE')) {
    const database = isName(reader) ? reader.identifier() : currentDatabase(session)
    return { kind: 'database', database }
  }
  reader.maybeWords('SCHEMA')
  if (isName(reader)) {
    const { database, schema } = resolveName([...reader.name(), ''], session)
    return { kind: 'schema', database, schema }
  }
  const { database, schema } = resolveName([''], session)
  return { kind: 'schema', database, schema }
}

/** True when the object lives in the scope. */
export function isInScope(
  object: { readonly database: string; readonly schema?: string },
  scope: Scope,
): boolean {
  if (scope.kind === 'account') return true
  if (object.database !== scope.database) return false
  return scope.kind === 'database' || object.schema === scope.schema
}

/** The rows that the options keep, sorted by name as SHOW gives them. */
export function applyShowOptions<T>(
  rows: readonly T[],
  options: ShowOptions,
  nameOf: (row: T) => string,
): T[] {
  const { like, startsWith = '', from, limit } = options
  return rows
    .filter((row) => like?.test(nameOf(row)) ?? true)
    .filter((row) => nameOf(row).startsWith(startsWith))
    .filter((row) => from === undefined || nameOf(row) > from)
    .toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
    .slice(0, limit ?? 10_000)
}

/** A LIKE pattern of SHOW: any case, `%` and `_` as in SQL, a backslash before one that is meant itself. */
export function likePattern(pattern: string): RegExp {
  const source = pattern.replaceAll(
    /\\([%_\\])|[\\^$.*+?()[\]{}|%_/-]/g,
    (found, plain?: string) => {
      if (plain !== undefined) return plain === '\\' ? '\\\\' : plain
      if (found === '%') return '[^]*'
      return found === '_' ? '[^]' : `\\${found}`
    },
  )
  return new RegExp(`^${source}$`, 'i')
}

/** A name may come next, and not a clause that follows the scope. */
function isName(reader: TokenReader): boolean {
  const token = reader.peek()
  if (token?.kind === 'quoted-identifier') return true
  return token?.kind === 'word' && !['STARTS', 'LIMIT', 'LIKE'].includes(token.value.toUpperCase())
}

function currentDatabase(session: Session): string {
  return resolveName(['', ''], session).database
}
