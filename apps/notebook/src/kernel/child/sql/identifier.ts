import { parseName, quoteIdentifier } from '@spcs/sql'

/** A name in SQL, as `${identifier(…)}` gives it: quoted, so that it can be nothing else. */
export class Identifier {
  readonly sql: string

  constructor(parts: readonly string[]) {
    this.sql = parts.map(quoteIdentifier).join('.')
  }
}

/**
 * A table's or column's name for SQL. `identifier('db.public.weather')` is read as Snowflake reads it, upper-case where
 * it has no quotes of its own; with several arguments each is one part, exactly as it is stored.
 *
 * @throws {SqlError} `IDENTIFIER_INVALID`
 */
export function identifier(name: string, ...more: readonly string[]): Identifier {
  return new Identifier(more.length === 0 ? parseName(name) : [name, ...more])
}
