import type { OpenResult } from '@spcs/session'
import { type ResultColumn, toObjects, type Value } from '@spcs/sql'
import { FIRST_ROWS, type ResultBundle, type ResultRow } from '../../../results/result.ts'
import { LargeResult } from './large-result.ts'
import { ResultFile } from './result-file.ts'
import { rowTexts } from './row-texts.ts'

/** Up to here a result is an array of objects; beyond, it is read from its file. */
const MOST_ROWS = 100_000
const MOST_VALUES = 2_000_000
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
  const { columns, queryId, rowsAffected } = result
  const { place, startedAt, variable, mostRows = Number.POSITIVE_INFINITY } = options
  const { directory } = place
  const file = directory === undefined ? undefined : await ResultFile.create(directory)
  const release = place.guard(() => file?.discard())
  const most = Math.min(MOST_ROWS, Math.floor(MOST_VALUES / Math.max(1, columns.length)))
  let all: (readonly Value[])[] | undefined = []
  let firstRows: (readonly Value[])[] = []
  const firstTexts: ResultRow[] = []
  let firstCharacters = 0
  let rowCount = 0
  let isCut = false
  try {
    for await (const row of result.rows) {
      if (rowCount === mostRows) {
        isCut = true
        break
      }
      rowCount += 1
      if (all !== undefined) all.push(row)
      if (rowCount <= FIRST_ROWS) firstRows.push(row)
      if (file === undefined) continue
      if (rowCount > most) all = undefined
      const texts = rowTexts(row, columns)
      if (rowCount <= FIRST_ROWS) {
        firstCharacters += texts.reduce((sum, text) => sum + (text?.length ?? 4), 0)
        if (firstCharacters <= MOST_FIRST_CHARACTERS) firstTexts.push(texts)
      }
      const written = file.add(texts)
      if (written !== undefined) await written
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
    columns,
    rowCount,
    firstRows: firstTexts,
    queryId,
    durationMs,
    rowsAffected: rowsAffected ?? null,
    variable,
  }
  const value =
    all === undefined && file !== undefined && bundle !== undefined
      ? new LargeResult(file.path, bundle)
      : toObjects({ queryId, columns, rows: all ?? [], rowsAffected })
  return { queryId, columns, rowCount, rowsAffected, isCut, firstRows, bundle, value }
}
