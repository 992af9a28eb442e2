import { inspect } from 'node:util'
import type { ResultSet, Value } from '@spcs/sql'

const MAX_ROWS = 50
const MAX_CELL_CHARACTERS = 50

/** A result as Snowpark's `show()` draws it, cut to 50 rows, and how many there are. */
export function printResult(result: ResultSet): string {
  const header = result.columns.map(({ name }) => `"${name}"`)
  const rows = result.rows.slice(0, MAX_ROWS).map((row) => row.map(cell))
  const widths = header.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)),
  )
  const total = result.rows.length
  const line = '-'.repeat(widths.reduce((sum, width) => sum + width + 3, 1))
  const print = (cells: readonly string[]): string =>
    `|${cells.map((text, index) => `${text.padEnd(widths[index] ?? 0)}  `).join('|')}|`
  const table = [line, print(header), line, ...rows.map(print), line]
  return [...table, footer(result, total)].join('\n')
}

function footer({ rowsAffected, queryId }: ResultSet, total: number): string {
  const count = total === 1 ? '1 row' : `${total} rows`
  const shown = total > MAX_ROWS ? `, the first ${MAX_ROWS} shown` : ''
  const changed = rowsAffected === undefined ? '' : ` · ${rowsAffected} affected`
  return `${count}${shown}${changed} · ${queryId}`
}

function cell(value: Value): string {
  const text = textOf(value).replaceAll('\n', '\\n')
  return text.length > MAX_CELL_CHARACTERS ? `${text.slice(0, MAX_CELL_CHARACTERS - 3)}...` : text
}

function textOf(value: Value): string {
  if (value === null || value === undefined) return 'NULL'
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase()
  if (typeof value === 'object') return JSON.stringify(value)
  if (typeof value === 'bigint') return value.toString()
  return typeof value === 'string' ? value : inspect(value)
}
