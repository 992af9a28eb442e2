import { type QueryRunner, toObjects } from '@spcs/sql'
import type { ShownRow } from './objects/object-kind.ts'

/** The rows of a SHOW, DESCRIBE or LIST, keyed by lower-case column names. */
export async function shownRows(runner: QueryRunner, sql: string): Promise<ShownRow[]> {
  const result = await runner.execute(sql)
  return toObjects(result).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value])),
  )
}

/** The same, but no rows where the object, or what holds it, does not exist or may not be seen. */
export async function rowsOrNone(runner: QueryRunner, sql: string): Promise<ShownRow[]> {
  try {
    return await shownRows(runner, sql)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** True for Snowflake's "does not exist or not authorized". */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'snowflakeCode' in error && MISSING.has(error.snowflakeCode)
}

const MISSING = new Set<unknown>(['002003', '002043'])
