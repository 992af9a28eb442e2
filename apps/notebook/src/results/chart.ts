import { ServerError } from '../errors.ts'
import { printTime } from './column-values.ts'
import type { ImportedColumn } from './result-columns.ts'
import type { ResultConnection } from './result-engine.ts'
import { type Columns, fromSql, imported, oddity, rowNumber, valueKeys } from './result-query.ts'
import type { ChartData, ResultFilter } from './result.ts'
import { doubleSql } from './statistics.ts'

export const AGGREGATES = ['sum', 'mean', 'count', 'minimum', 'maximum', 'none'] as const

export interface ChartQuestion {
  readonly x: number
  readonly y: number
  readonly color?: number | undefined
  readonly aggregate: (typeof AGGREGATES)[number]
  readonly filters: readonly ResultFilter[]
}

export const MOST_POINTS = 5_000

/**
 * What a chart draws. Without an aggregate: the rows in the result's order. With one: a row for each x and colour, x by
 * value where it is a number or a time, else as it first comes in the result, which a query may have put in order.
 *
 * @throws {ServerError} `REQUEST_INVALID` for the sum or mean of what is no number.
 */
export async function chartData(
  connection: ResultConnection,
  columns: Columns,
  { x, y, color, aggregate, filters }: ChartQuestion,
): Promise<ChartData> {
  const keys = [x, ...(color === undefined ? [] : [color])].map((at) => imported(columns, at))
  const measured = imported(columns, y)
  const from = fromSql(columns, filters)
  const row = rowNumber(columns)
  const sql =
    aggregate === 'none'
      ? `SELECT ${[...keys, measured].flatMap(partsOf).join(', ')} ${from.sql} ORDER BY ${row}`
      : groupedSql(keys, measured, aggregate, row, from.sql)
  const rows = await connection.rows(`${sql} LIMIT ${MOST_POINTS + 1}`, from.values)
  const readers = [...keys, measured].map((column, at) => {
    const isResult = at === keys.length && aggregate !== 'none'
    return isResult && !['minimum', 'maximum'].includes(aggregate) ? readDouble : readerOf(column)
  })
  return {
    rows: rows.slice(0, MOST_POINTS).map((cells) => {
      const values = readers.map((read, at) => read(cells[at * 2], cells[at * 2 + 1]))
      const point = { x: values[0] ?? null, y: values.at(-1) ?? null }
      return color === undefined ? point : { ...point, color: values[1] ?? null }
    }),
    isCut: rows.length > MOST_POINTS,
  }
}

/** Two expressions for each value: what it is compared by, and its text where it is no value. */
function partsOf(column: ImportedColumn): readonly [string, string] {
  const value = column.form === 'number' ? doubleSql(column) : column.value
  return [value, oddity(column)]
}

function groupedSql(
  keys: readonly ImportedColumn[],
  measured: ImportedColumn,
  aggregate: Exclude<ChartQuestion['aggregate'], 'none'>,
  row: string,
  from: string,
): string {
  const parts = keys.flatMap(partsOf)
  const [x] = keys
  const order =
    x === undefined || x.form === 'text'
      ? []
      : valueKeys(x).map((key) => `any_value(${key}) ASC NULLS LAST`)
  const groups = keys.flatMap((column) => [column.value, oddity(column)])
  const selected = parts.map((part, at) => (part === groups[at] ? part : `any_value(${part})`))
  const results = aggregateSql(measured, aggregate)
  return `SELECT ${[...selected, ...results].join(', ')} ${from} GROUP BY ${groups.join(', ')} ORDER BY ${[...order, `min(${row})`].join(', ')}`
}

function aggregateSql(
  column: ImportedColumn,
  aggregate: Exclude<ChartQuestion['aggregate'], 'none'>,
): readonly [string, string] {
  const [value, text] = partsOf(column)
  switch (aggregate) {
    case 'count':
      // Rows, also those that have NULL there.
      return ['count(*)::DOUBLE', 'NULL']
    case 'minimum':
      return [`min(${value})`, `min(${text})`]
    case 'maximum':
      return [`max(${value})`, `max(${text})`]
    case 'sum':
    case 'mean':
      if (column.form !== 'number' && column.form !== 'float') {
        throw new ServerError(
          'REQUEST_INVALID',
          `Cannot read the request: "aggregate" is ${aggregate}, but "y" is a ${column.kind}`,
          { hint: 'Choose a column of numbers, or count, minimum or maximum' },
        )
      }
      return [`${aggregate === 'sum' ? 'fsum' : 'favg'}(${value})`, 'NULL']
  }
}

type Reader = (value: unknown, text: unknown) => unknown

function readDouble(value: unknown): unknown {
  // JSON has neither infinities nor NaN.
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function readerOf({ form, kind }: ImportedColumn): Reader {
  switch (form) {
    case 'number':
    case 'float':
      return (value, text) => (value === null ? text : readDouble(value))
    case 'time':
      return (value, text) => (typeof value === 'bigint' ? printTime(value, kind, 'T') : text)
    case 'boolean':
      return (value, text) => (typeof value === 'boolean' ? String(value) : text)
    case 'text':
      return (value) => value
  }
}
