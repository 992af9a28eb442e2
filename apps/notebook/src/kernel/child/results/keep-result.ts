import { toUSVString } from 'node:util'
import type { ColumnReader, OpenResult, WireRow } from '@spcs/session'
import { type ResultColumn, toObjects, type Value } from '@spcs/sql'
import { FIRST_ROWS, type ResultBundle, type ResultRow } from '../../../results/result.ts'
import { mostRowsInMemory } from '../../../results/most-rows-in-memory.ts'
import { LargeResult } from './large-result.ts'
import { ResultFile } from './result-file.ts'

/** Of the first rows in the notebook's own file. */
const MOST_FIRST_CHARACTERS = 1_000_000

/** A result whose rows have all been read. */
export interface KeptResult {
  readonly queryId: string
  readonly columns: readonly ResultColumn[]
  readonly rowCount: number
  readonly rowsAffected: number | undefined
  /** There were more rows than were to be read. */
  readonly isCut: boolean
  /** The first ones, as the table in text shows them. */
  readonly firstRows: readonly (readonly Value[])[]
  /** What the page shows; undefined where no rows are kept for it. */
  readonly bundle: ResultBundle | undefined
  /** What a cell works with. */
  readonly value: Record<string, Value>[] | LargeResult
}

/** Where results are kept. */
export interface ResultPlace {
  /** Of their rows; without it they are an array, however many there are. */
  readonly directory: string | undefined
  /** Calls `discard` when the execution ends before what it gives was called. */
  guard(discard: () => void): () => void
}

export interface KeepOptions {
  readonly place: ResultPlace
  /** By `performance.now()`. */
  readonly startedAt: number
  readonly variable: string | null
  /** Reading ends after so many. */
  readonly mostRows?: number | undefined
}

/**
 * Reads a result to its end, into its file and, while it is small, into memory. A result of any size takes no more memory
 * than one of 100,000 rows. When reading fails or is interrupted, the file goes.
 */
export async function keepResult(result: OpenResult, options: KeepOptions): Promise<KeptResult> {
  const { columns, queryId, rowsAffected, readers } = result
  const { place, startedAt, variable, mostRows = Number.POSITIVE_INFINITY } = options
  const { directory } = place
  const file = directory === undefined ? undefined : await ResultFile.create(directory)
  const release = place.guard(() => file?.discard())
  const most = file === undefined ? Number.POSITIVE_INFINITY : mostRowsInMemory(columns.length)
  // Those that no array will have are never made values of.
  let kept: WireRow[] = []
  const firstRows: WireRow[] = []
  let rowCount = 0
  let isCut = false
  try {
    for await (const batch of result.batches) {
      isCut = rowCount + batch.length > mostRows
      const rows = isCut ? batch.slice(0, mostRows - rowCount) : batch
      if (rowCount < FIRST_ROWS) firstRows.push(...rows.slice(0, FIRST_ROWS - rowCount))
      rowCount += rows.length
      if (rowCount <= most) kept.push(...rows)
      else kept = []
      for (const row of rows) file?.add(rowTexts(row, readers))
      await file?.writeMany()
      if (isCut) break
    }
    await file?.close()
  } catch (error) {
    file?.discard()
    throw error
  } finally {
    release()
  }
  const durationMs = performance.now() - startedAt
  const bundle = file && {
    resultId: file.id,
    columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    rowCount,
    firstRows: firstTexts(firstRows, readers),
    queryId,
    durationMs,
    rowsAffected: rowsAffected ?? null,
    variable,
  }
  const values = (rows: readonly WireRow[]): (readonly Value[])[] =>
    rows.map((row) => readers.map((reader, index) => reader.toValue(row[index] ?? null)))
  const value =
    rowCount > most && file !== undefined && bundle !== undefined
      ? new LargeResult(file.path, bundle)
      : toObjects({ queryId, columns, rows: values(kept), rowsAffected })
  return {
    queryId,
    columns,
    rowCount,
    rowsAffected,
    isCut,
    firstRows: values(firstRows),
    bundle,
    value,
  }
}

/** Exact texts of a row, null for SQL NULL. */
function rowTexts(row: WireRow, readers: readonly ColumnReader[]): ResultRow {
  const texts: (string | null)[] = []
  for (const [index, reader] of readers.entries()) texts.push(reader.toText(row[index] ?? null))
  return texts
}

/** As many of the first rows as a notebook's file has room for. */
function firstTexts(rows: readonly WireRow[], readers: readonly ColumnReader[]): ResultRow[] {
  const texts: ResultRow[] = []
  let characters = 0
  for (const row of rows) {
    const printed = rowTexts(row, readers).map((text) => text && toUSVString(text))
    characters += printed.reduce((sum, text) => sum + (text?.length ?? 4), 0)
    if (characters > MOST_FIRST_CHARACTERS) break
    texts.push(printed)
  }
  return texts
}
