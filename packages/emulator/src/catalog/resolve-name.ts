import { printName } from '@spcs/sql'
import { doesNotExist, SnowflakeError } from '../snowflake-error.ts'
import type { Catalog } from './catalog.ts'

/** Where an object inside a schema lives. */
export interface QualifiedName {
  readonly database: string
  readonly schema: string
  readonly name: string
  /** As the catalog's collections key it: `DB.SCHEMA.NAME`. */
  readonly key: string
}

/** The session's current place, for names that are not fully qualified. */
export interface CurrentNamespace {
  readonly database: string | null
  readonly schema: string | null
}

/**
 * Fills a name of one to three parts up from the current database and schema.
 *
 * @throws {SnowflakeError} 090105 without a current database, 090106 without a current schema.
 */
export function resolveName(parts: readonly string[], current: CurrentNamespace): QualifiedName {
  const name = parts.at(-1) ?? ''
  const database = parts.at(-3) ?? current.database
  const schema = parts.at(-2) ?? current.schema
  if (database === null) {
    throw new SnowflakeError(
      '090105',
      '22000',
      `Cannot perform operation. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.`,
    )
  }
  if (schema === null) {
    throw new SnowflakeError(
      '090106',
      '22000',
      `Cannot perform operation. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.`,
    )
  }
  return { database, schema, name, key: printName([database, schema, name]) }
}

/**
 * The same for an object about to be created: its database and schema must be there.
 *
 * @throws {SnowflakeError} 002003 when they are not.
 */
export function resolveNewName(
  parts: readonly string[],
  current: CurrentNamespace,
  catalog: Catalog,
): QualifiedName {
  const name = resolveName(parts, current)
  if (catalog.databases.maybe(printName([name.database])) === undefined) {
    throw doesNotExist('Database', printName([name.database]))
  }
  if (catalog.schemas.maybe(printName([name.database, name.schema])) === undefined) {
    throw doesNotExist('Schema', printName([name.database, name.schema]))
  }
  return name
}
