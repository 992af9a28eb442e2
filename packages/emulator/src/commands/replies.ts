import { type RowsResult, STATEMENT_TYPE, statusResult } from '../statement-result.ts'
import { SnowflakeError } from '../snowflake-error.ts'

/** What a CREATE does when an object of its name is there. */
export type CreateMode = 'fail' | 'replace' | 'keep'

/** Reads it off the groups `OR REPLACE` and `IF NOT EXISTS`, which exclude each other. */
export function createMode(given: ReadonlySet<string>): CreateMode {
  const replaces = given.has('OR REPLACE')
  const keeps = given.has('IF NOT EXISTS')
  if (replaces && keeps) {
    throw new SnowflakeError(
      '001424',
      '42601',
      'SQL compilation error:\noptions IF NOT EXISTS and OR REPLACE are incompatible.',
    )
  }
  if (replaces) return 'replace'
  return keeps ? 'keep' : 'fail'
}

export const executed = (typeId = STATEMENT_TYPE.ddl as RowsResult['typeId']): RowsResult =>
  statusResult('Statement executed successfully.', typeId)

export const created = (kind: string, name: string): RowsResult =>
  statusResult(`${kind} ${name} successfully created.`)

export const existedAlready = (name: string): RowsResult =>
  statusResult(`${name} already exists, statement succeeded.`)

export const dropped = (name: string): RowsResult => statusResult(`${name} successfully dropped.`)

export const wasDroppedAlready = (name: string): RowsResult =>
  statusResult(`Drop statement executed successfully (${name} already dropped).`)
