import type { ResultConnection } from './result-engine.ts'
import { type Columns, fromSql, orderSql, rowNumber } from './result-query.ts'
import type { ResultFilter, ResultSort } from './result.ts'

/**
 * A table expression over the rows that pass, in order.
 *
 * @param rows All rows in the file's order, with one column `cells`.
 */
export async function orderedSql(
  connection: ResultConnection,
  columns: Columns,
  {
    sort,
    filters,
  }: { readonly sort: readonly ResultSort[]; readonly filters: readonly ResultFilter[] },
  rows: string,
): Promise<string> {
  const { sql, values } = fromSql(columns, filters)
  const row = rowNumber(columns)
  const place = `row_number() OVER (${orderSql(columns, sort)})`
  await connection.rows(
    `CREATE TEMP TABLE picked AS SELECT ${row} AS row, ${place} AS place ${sql}`,
    values,
  )
  const numbered = `SELECT cells, row_number() OVER () - 1 AS row FROM ${rows}`
  return `(SELECT cells FROM (${numbered}) JOIN picked USING (row) ORDER BY place)`
}
