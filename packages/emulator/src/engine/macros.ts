import type { DuckDBConnection } from '@duckdb/node-api'
import { conversionMacros } from './macros/conversion.sql.ts'
import { dateMacros } from './macros/date.sql.ts'
import { exactMomentMacros } from './macros/exact-moment.sql.ts'
import { numericMacros } from './macros/numeric.sql.ts'
import { semiStructuredMacros } from './macros/semi-structured.sql.ts'
import { stringMacros } from './macros/string.sql.ts'

/**
 * Puts the functions that DuckDB has not, or has with another meaning, into the database. Their names start
 * with `sf_`, so that none hides one of DuckDB's own.
 */
export async function installMacros(connection: DuckDBConnection): Promise<void> {
  const macros = [
    conversionMacros,
    numericMacros,
    stringMacros,
    dateMacros,
    exactMomentMacros,
    semiStructuredMacros,
  ].flat()
  await connection.run(macros.map((macro) => `CREATE OR REPLACE MACRO ${macro.trim()};`).join('\n'))
}
