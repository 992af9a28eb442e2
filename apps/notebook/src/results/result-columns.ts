import type { DataType } from '@spcs/sql'
import { formOf, quoteText, type ValueForm, valueSql } from './column-values.ts'
import type { ResultConnection } from './result-engine.ts'
import type { ResultFile } from './result-file.ts'
import { damaged } from './result-gone.ts'

/** A column of a result as a table of DuckDB's. The table's row ids are the result's row numbers. */
export interface ImportedColumn {
  readonly table: string
  readonly kind: DataType['kind']
  readonly form: ValueForm
  /** Digits after the point of a NUMBER's units. */
  readonly scale: number
  /** Whether some texts are no values of the type. */
  readonly hasOddities: boolean
  /** Expressions: the exact text, the value that is compared. Both are NULL for NULL. */
  readonly text: string
  readonly value: string
}

/** More than this in one line and DuckDB needs to be told. */
const USUAL_LINE = 16_000_000
const MOST_SCALE = 37

let tables = 0

/** The columns of one result that were asked about, imported when they first are: not the others. */
export class ResultColumns {
  readonly #file: ResultFile
  readonly #kinds: readonly DataType['kind'][]
  readonly #columns = new Map<number, ImportedColumn>()

  constructor(file: ResultFile, kinds: readonly DataType['kind'][]) {
    this.#file = file
    this.#kinds = kinds
  }

  get count(): number {
    return this.#columns.size
  }

  /** @throws {ServerError} `RESULT_GONE` */
  async column(connection: ResultConnection, index: number): Promise<ImportedColumn> {
    const known = this.#columns.get(index)
    if (known !== undefined) return known
    // An import that is withdrawn leaves no table: its connection closes without a commit.
    await connection.rows('BEGIN')
    const kind = this.#kinds[index] ?? 'VARCHAR'
    const column = await importColumn(connection, this.#file, index, kind)
    await connection.rows('COMMIT')
    this.#columns.set(index, column)
    return column
  }

  /** Frees what they take. */
  async drop(connection: ResultConnection): Promise<void> {
    const all = [...this.#columns.values()]
    this.#columns.clear()
    for (const { table } of all) await connection.rows(`DROP TABLE IF EXISTS ${table}`)
  }
}

/** A table expression over the rows of a file: one column `cells`, a list of texts. */
export async function rowsSql(file: ResultFile): Promise<string> {
  const longest = await file.longestRow()
  const most = longest > USUAL_LINE ? `, maximum_object_size = ${longest + 1}` : ''
  return `read_json(${quoteText(file.path)}, format = 'newline_delimited', records = false, columns = {cells: 'VARCHAR[]'}${most})`
}

async function importColumn(
  connection: ResultConnection,
  file: ResultFile,
  index: number,
  kind: DataType['kind'],
): Promise<ImportedColumn> {
  tables += 1
  const table = `column_${tables}`
  const form = formOf(kind)
  await file.check()
  const texts = `SELECT cells[${index + 1}] AS text FROM ${await rowsSql(file)}`
  const withValues = (scale: number, from: string): string =>
    form === 'text'
      ? `CREATE TABLE ${table} AS ${from}`
      : `CREATE TABLE ${table} AS SELECT text, ${valueSql(kind, 'text', scale)} AS value FROM (${from})`
  let scale = 0
  if (form === 'number') {
    await readFile(connection, `CREATE TEMP TABLE texts AS ${texts}`)
    scale = await scaleOf(connection)
    await connection.rows(withValues(scale, 'FROM texts'))
    await connection.rows('DROP TABLE texts')
  } else await readFile(connection, withValues(0, texts))
  const column = form === 'text' ? 'text' : 'value'
  return {
    table,
    kind,
    form,
    scale,
    hasOddities: form !== 'text' && (await hasOddities(connection, table)),
    text: `${table}.text`,
    value: `${table}.${column}`,
  }
}

async function readFile(connection: ResultConnection, sql: string): Promise<void> {
  try {
    await connection.rows(sql)
  } catch (cause) {
    if (/Malformed JSON|JSON transform error|maximum_object_size/i.test(String(cause))) {
      throw damaged(cause)
    }
    throw cause
  }
}

async function scaleOf(connection: ResultConnection): Promise<number> {
  const [plain] = await connection.rows(
    `SELECT coalesce(max(length(split_part(text, '.', 2))), 0), coalesce(bool_or(contains(lower(text), 'e')), false) FROM texts`,
  )
  let scale = Number(plain?.[0])
  if (plain?.[1] === true) {
    const parts = `regexp_extract(text, '^-?\\d*(?:\\.(\\d*))?[eE]-(\\d{1,2})$', `
    const [small] = await connection.rows(
      `SELECT max(length(${parts}1)) + TRY_CAST(${parts}2) AS INTEGER)) FROM texts WHERE contains(lower(text), 'e')`,
    )
    const fractions = `SELECT max(length(split_part(text, '.', 2))) FROM texts WHERE NOT contains(lower(text), 'e')`
    const [others] = await connection.rows(fractions)
    scale = Math.max(Number(small?.[0] ?? 0), Number(others?.[0] ?? 0))
  }
  return Math.min(scale, MOST_SCALE)
}

async function hasOddities(connection: ResultConnection, table: string): Promise<boolean> {
  const [row] = await connection.rows(
    `SELECT count(*) > 0 FROM ${table} WHERE value IS NULL AND text IS NOT NULL`,
  )
  return row?.[0] === true
}
