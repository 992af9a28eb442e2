import { hasOrder } from './column-values.ts'
import { planBars } from './histogram.ts'
import type { ImportedColumn } from './result-columns.ts'
import type { ResultConnection } from './result-engine.ts'
import {
  type Columns,
  fromSql,
  imported,
  type QueryPart,
  rowNumber,
  valueKeys,
} from './result-query.ts'
import type { ColumnStatistics, ResultFilter } from './result.ts'

const MOST_FREQUENT = 10
/** The squares of larger numbers than this are beyond the largest one. */
const LARGE = 1e150

/** What the rows that pass the filters hold in one column. Infinities and NaN have no part in means and bars. */
export async function columnStatistics(
  connection: ResultConnection,
  columns: Columns,
  index: number,
  filters: readonly ResultFilter[],
): Promise<ColumnStatistics> {
  const column = imported(columns, index)
  const from = fromSql(columns, filters)
  const counts = await readCounts(connection, column, from)
  const range = await readRange(connection, column, from)
  return {
    ...counts,
    ...(await readMoments(connection, column, from, range)),
    histogram: range === null ? null : await readHistogram(connection, column, from, range),
    mostFrequent: await readMostFrequent(connection, column, from, rowNumber(columns)),
  }
}

type Counts = Pick<ColumnStatistics, 'count' | 'nulls' | 'distinct' | 'minimum' | 'maximum'>

async function readCounts(
  connection: ResultConnection,
  column: ImportedColumn,
  { sql, values }: QueryPart,
): Promise<Counts> {
  const { value, text } = column
  const ends = hasOrder(column.kind)
    ? `arg_min(${text}, ${value}), arg_max(${text}, ${value})`
    : 'NULL, NULL'
  const distinct = valueKeys(column).map((key) => `count(DISTINCT ${key})`)
  const [row = []] = await connection.rows(
    `SELECT count(*), count(${text}), ${distinct.join(' + ')}, ${ends} ${sql}`,
    values,
  )
  const [count, present, kinds, minimum, maximum] = row
  return {
    count: Number(count),
    nulls: Number(count) - Number(present),
    distinct: Number(kinds),
    minimum: minimum as string | null,
    maximum: maximum as string | null,
  }
}

/** The smallest and the largest value that can be measured: units of numbers and times, or finite FLOATs. */
type Range = readonly [least: bigint | number, most: bigint | number]

async function readRange(
  connection: ResultConnection,
  column: ImportedColumn,
  { sql, values }: QueryPart,
): Promise<Range | null> {
  if (!isMeasured(column) && column.form !== 'time') return null
  const finite = finiteValue(column)
  const [row = []] = await connection.rows(`SELECT min(${finite}), max(${finite}) ${sql}`, values)
  return row[0] === null ? null : (row as unknown as Range)
}

async function readMoments(
  connection: ResultConnection,
  column: ImportedColumn,
  { sql, values }: QueryPart,
  range: Range | null,
): Promise<Pick<ColumnStatistics, 'mean' | 'standardDeviation'>> {
  if (!isMeasured(column) || range === null) return { mean: null, standardDeviation: null }
  const number = column.form === 'float' ? finiteValue(column) : doubleSql(column)
  const largest = Math.max(...range.map((end) => Math.abs(Number(end) / 10 ** column.scale)))
  const scale = largest > LARGE ? largest : 1
  const [row = []] = await connection.rows(
    `SELECT favg(${number} / ${scale}), stddev_samp(${number} / ${scale}) ${sql}`,
    values,
  )
  const [mean, deviation] = row.map((each) => (each === null ? null : Number(each) * scale))
  return { mean: mean ?? null, standardDeviation: deviation ?? null }
}

async function readHistogram(
  connection: ResultConnection,
  column: ImportedColumn,
  { sql, values }: QueryPart,
  range: Range,
): Promise<NonNullable<ColumnStatistics['histogram']>> {
  const { edges, inner } = planBars(column, ...range)
  const finite = finiteValue(column)
  const bar = ['0', ...inner.map((edge) => `(${finite} >= ${edge})::INT`)].join(' + ')
  const rows = await connection.rows(
    `SELECT bar, count(*) FROM (SELECT CASE WHEN ${finite} IS NOT NULL THEN ${bar} END AS bar ${sql}) WHERE bar IS NOT NULL GROUP BY bar`,
    values,
  )
  const counts = new Map(rows.map(([at, count]) => [Number(at), Number(count)]))
  return edges.slice(0, -1).map((edge, at) => ({
    from: edge,
    to: edges[at + 1] ?? edge,
    count: counts.get(at) ?? 0,
  }))
}

/** Those that come first among equally frequent ones are first in the result, too. */
async function readMostFrequent(
  connection: ResultConnection,
  column: ImportedColumn,
  { sql, values }: QueryPart,
  row: string,
): Promise<ColumnStatistics['mostFrequent']> {
  const keys = valueKeys(column).map((key, at) => `${key} AS key${at}`)
  const names = keys.map((_, at) => `key${at}`)
  const rows = await connection.rows(
    `SELECT arg_min(struct_pack(value := text), row).value, count(*) AS frequency
      FROM (SELECT ${keys.join(', ')}, ${column.text} AS text, ${row} AS row ${sql})
      GROUP BY ${names.join(', ')} ORDER BY frequency DESC, min(row) LIMIT ${MOST_FREQUENT}`,
    values,
  )
  return rows.map(([value, count]) => ({ value: value as string | null, count: Number(count) }))
}

function isMeasured({ form }: ImportedColumn): boolean {
  return form === 'number' || form === 'float'
}

function finiteValue({ form, value }: ImportedColumn): string {
  return form === 'float' ? `CASE WHEN isfinite(${value}) THEN ${value} END` : value
}

/** Numbers as the nearest DOUBLE, which their text gives and their units do not. */
export function doubleSql({ form, value, text }: ImportedColumn): string {
  return form === 'number'
    ? `CASE WHEN ${value} IS NOT NULL THEN TRY_CAST(${text} AS DOUBLE) END`
    : value
}
