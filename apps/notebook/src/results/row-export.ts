import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { quoteText } from './column-values.ts'
import { writeParquet } from './parquet.ts'
import type { ResultConnection } from './result-engine.ts'
import type { ResultBundleColumn } from './result.ts'
import { uniqueNames } from './unique-names.ts'

/*
 * Files of rows. DuckDB writes each into a temporary file, on threads of its own, and that is sent:
 *
 *   CSV      RFC 4180: a header, lines ended by CR LF, quotes where they are needed. NULL is nothing, an empty text "".
 *   JSON     an array of objects; numbers are literals with every digit, whatever their size, and VARIANT, OBJECT and ARRAY
 *            are what they hold. NaN and infinities, which JSON has not, are strings.
 *   Parquet  columns of their types, where every value of the column is kept to the last digit; else texts.
 *
 * A text that begins with = + - or @ is a formula to a spreadsheet. It is written as it is all the same: the files are
 * for programs, and a quote in front would change negative numbers and what is read back.
 */

export const EXPORT_FORMATS = ['csv', 'json', 'parquet'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What is sent around the rows that DuckDB wrote. */
interface Frame {
  readonly before: string
  readonly after: string
  /** Bytes of the written rows that are left out at their beginning. */
  readonly skip: number
  readonly rowCount: number
}

export interface ExportedRows {
  readonly rowCount: number
  readonly bytes: number
  readonly stream: Readable
}

/**
 * Writes rows into a temporary file and gives what to send; the file goes with the stream.
 *
 * @param source A table expression with one column `cells`, a list of texts, in the order to write.
 */
export async function exportRows(
  connection: ResultConnection,
  format: ExportFormat,
  columns: readonly ResultBundleColumn[],
  source: string,
  folder: string,
): Promise<ExportedRows> {
  const path = join(folder, `${randomUUID()}.${format}`)
  try {
    const frame = await WRITERS[format](connection, columns, source, quoteText(path))
    const handle = await open(path)
    const { size } = await handle.stat()
    const rows = Math.max(0, size - frame.skip)
    const around = Buffer.byteLength(frame.before) + Buffer.byteLength(frame.after)
    return {
      rowCount: frame.rowCount,
      bytes: around + rows,
      stream: Readable.from(framed(handle, frame)),
    }
  } finally {
    // Its name goes at once, its bytes with the last reader.
    await rm(path, { force: true })
  }
}

async function* framed(handle: FileHandle, { before, after, skip }: Frame): AsyncGenerator<Buffer> {
  try {
    if (before !== '') yield Buffer.from(before)
    yield* handle.createReadStream({ start: skip, highWaterMark: 1 << 18 })
    if (after !== '') yield Buffer.from(after)
  } finally {
    await handle.close()
  }
}

type Writer = (
  connection: ResultConnection,
  columns: readonly ResultBundleColumn[],
  source: string,
  file: string,
) => Promise<Frame>

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  csv: writeCsv,
  json: writeJson,
  parquet: async (connection, columns, source, file) => {
    const rowCount = await writeParquet(connection, columns, source, file)
    return { before: '', after: '', skip: 0, rowCount }
  },
}

async function writeCsv(
  connection: ResultConnection,
  columns: readonly ResultBundleColumn[],
  source: string,
  file: string,
): Promise<Frame> {
  const cells = columns.map((_, at) => `cells[${at + 1}] AS c${at}`)
  const [copied] = await connection.rows(
    `COPY (SELECT ${cells.join(', ')} FROM ${source}) TO ${file} (FORMAT csv, HEADER false, NEW_LINE '\\r\\n')`,
  )
  const header = columns.map(({ name }) => quoteField(name)).join(',')
  return { before: `${header}\r\n`, after: '', skip: 0, rowCount: Number(copied?.[0]) }
}

function quoteField(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

async function writeJson(
  connection: ResultConnection,
  columns: readonly ResultBundleColumn[],
  source: string,
  file: string,
): Promise<Frame> {
  const names = uniqueNames(columns, (name) => name)
  const fields = columns.map(({ type }, at) => {
    const key = `${at === 0 ? '' : ','}${JSON.stringify(names[at])}:`
    return `${quoteText(key)}, ${literalSql(type, `cells[${at + 1}]`)}`
  })
  // Of the comma before every object the first is left out when it is sent.
  const [copied] = await connection.rows(
    `COPY (SELECT concat(',{', ${[...fields, "'}'"].join(', ')}) FROM ${source}) TO ${file} ${PLAIN_LINES}`,
  )
  return { before: '[\n', after: ']\n', skip: 1, rowCount: Number(copied?.[0]) }
}

/** The JSON of a value by its text: literals where they are the same to the last digit, else a string. */
function literalSql(type: ResultBundleColumn['type'], text: string): string {
  const string = `to_json(${text})::VARCHAR`
  const whenRaw = (condition: string): string =>
    `CASE WHEN ${text} IS NULL THEN 'null' WHEN ${condition} THEN ${text} ELSE ${string} END`
  switch (type) {
    case 'NUMBER':
    case 'FLOAT':
      return whenRaw(`regexp_full_match(${text}, '${JSON_NUMBER}')`)
    case 'BOOLEAN':
      return whenRaw(`${text} IN ('true', 'false')`)
    case 'OBJECT':
    case 'ARRAY':
    case 'VARIANT':
      // Snowflake's JSON has words that JSON has not, and DuckDB takes them.
      return whenRaw(`json_valid(${text}) AND NOT regexp_matches(${text}, 'NaN|Infinity')`)
    default:
      return `coalesce(${string}, 'null')`
  }
}

const JSON_NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`

/** DuckDB's writer of one text a line, as it is. */
const PLAIN_LINES = `(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001')`
