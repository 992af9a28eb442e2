import { printTable } from '@spcs/dataframe'
import type { MimeBundle } from '../../kernel.ts'
import { RESULT_MIME } from '../../../results/result.ts'
import type { KeptResult } from './keep-result.ts'

interface Shown extends Pick<KeptResult, 'columns' | 'firstRows' | 'rowCount' | 'rowsAffected'> {
  /** Undefined for rows that no query made. */
  readonly queryId: string | undefined
  readonly isCut?: boolean
}

/** A result as a cell shows it. */
export function resultBundle(result: KeptResult): MimeBundle {
  const text = { 'text/plain': printResult(result) }
  return result.bundle === undefined ? text : { [RESULT_MIME]: result.bundle, ...text }
}

/** A result as text: the table of its first rows and how many there are, or what Snowflake says has been done. */
export function printResult(result: Shown): string {
  const done = printDone(result)
  if (done !== undefined) return withQuery(done, result)
  return `${printTable(result.columns, result.firstRows)}\n${footer(result)}`
}

function footer(result: Shown): string {
  const { rowCount, firstRows } = result
  const count = rowCount === 1 ? '1 row' : `${rowCount} rows`
  const shown = rowCount > firstRows.length ? `, the first ${firstRows.length} shown` : ''
  const cut = result.isCut === true ? '; there are more, which were not read' : ''
  return withQuery(`${count}${shown}${cut}`, result)
}

function withQuery(text: string, { queryId }: Shown): string {
  return queryId === undefined ? text : `${text} · ${queryId}`
}

/** `Table T successfully created.`, `2 rows inserted`: of statements that have no rows of their own. */
function printDone({ columns, firstRows, rowCount, rowsAffected }: Shown): string | undefined {
  const [row] = firstRows
  if (row === undefined || rowCount !== 1) return undefined
  const [only] = columns
  if (columns.length === 1 && only?.name.toLowerCase() === 'status') return String(row[0])
  if (rowsAffected === undefined) return undefined
  const counts = columns.map(({ name }, index) => printCount(name, Number(row[index])))
  return counts.includes(undefined) ? undefined : counts.filter((text) => text !== '').join(', ')
}

/** Undefined for what is no count of rows, empty for one that is of interest only where there are any. */
function printCount(name: string, count: number): string | undefined {
  const [, multiJoined, what] = /^number of (multi-joined )?rows (.+)$/i.exec(name) ?? []
  if (what === undefined) return undefined
  if (multiJoined === undefined) return `${plural(count)} ${what}`
  return count === 0 ? '' : `${count} of them joined several times`
}

function plural(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`
}
