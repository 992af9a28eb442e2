import { printName, quoteIdentifier } from '@spcs/sql'

/** The name of the engine's schema for a schema of the account: `DB.SCHEMA`, as the catalog keys it. */
export function engineSchema(database: string, schema: string): string {
  return printName([database, schema])
}

/** The same as the engine's SQL wants it: `"DB.SCHEMA"`. */
export function quotedEngineSchema(database: string, schema: string): string {
  return quoteIdentifier(engineSchema(database, schema))
}
