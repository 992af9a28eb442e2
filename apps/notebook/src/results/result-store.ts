import { type ChartQuestion, chartData } from './chart.ts'
import { type ImportedColumn, ResultColumns, rowsSql } from './result-columns.ts'
import { type ResultConnection, ResultEngine, type ResultEngineOptions } from './result-engine.ts'
import { ResultFile } from './result-file.ts'
import { type Columns, fromSql, orderSql, rowNumber } from './result-query.ts'
import { orderedSql } from './ordered-rows.ts'
import type {
  ChartData,
  ColumnStatistics,
  ResultBundleColumn,
  ResultFilter,
  ResultSort,
  ResultWindow,
} from './result.ts'
import { type ExportedRows, type ExportFormat, exportRows } from './row-export.ts'
import { columnStatistics } from './statistics.ts'

/** A result as its notebook shows it, and the file with its rows. */
export interface StoredResult {
  readonly file: string
  readonly columns: readonly ResultBundleColumn[]
  readonly rowCount: number
}

export interface RowsQuestion {
  readonly sort: readonly ResultSort[]
  readonly filters: readonly ResultFilter[]
}

export interface WindowQuestion extends RowsQuestion {
  readonly offset: number
  readonly limit: number
}

export interface ResultStoreOptions extends ResultEngineOptions {
  /** What nobody asked about for so long is forgotten. Default: 10 minutes. */
  readonly idleMs?: number | undefined
}

const IDLE_MS = 600_000
/** Results that are known at once, and values that are imported of them. */
const MOST_OPEN = 64
const MOST_VALUES = 40_000_000
/** Orders of one result that are kept: 4 bytes a row. */
const MOST_ORDERS = 4

interface OpenResult {
  readonly file: ResultFile
  readonly columns: ResultColumns
  readonly rowCount: number
  /** Row numbers by sort and filters, the one that was asked for last at the end. */
  readonly orders: Map<string, Uint32Array>
  /** Questions to one result are answered one after the other: each needs columns that the next one needs, too. */
  turn: Promise<unknown>
  questions: number
  usedAt: number
}

/**
 * Answers questions about the rows of results. Rows come from the file, as exact text; DuckDB tells which rows, and
 * counts. It gets the columns that are asked about, once.
 */
export class ResultStore {
  readonly #engine: ResultEngine
  readonly #open = new Map<string, OpenResult>()
  readonly #forgetting: NodeJS.Timeout

  constructor(options: ResultStoreOptions) {
    this.#engine = new ResultEngine(options)
    const idleMs = options.idleMs ?? IDLE_MS
    this.#forgetting = setInterval(
      () => void this.#forget((open) => Date.now() - open.usedAt >= idleMs),
      Math.min(idleMs, 60_000),
    )
    this.#forgetting.unref()
  }

  /**
   * Rows as they are shown. There may be fewer than asked for where they are large.
   *
   * @throws {ServerError} `RESULT_GONE`, `REQUEST_INVALID`; of every question here.
   */
  async window(
    result: StoredResult,
    { offset, limit, sort, filters }: WindowQuestion,
    signal: AbortSignal,
  ): Promise<ResultWindow> {
    return await this.#asked(result, async (open) => {
      if (sort.length === 0 && filters.length === 0) {
        const rows = await open.file.window(offset, limit)
        return { offset, rows, total: open.file.rowCount ?? result.rowCount }
      }
      const numbers = await this.#order(open, { sort, filters }, signal)
      const rows = await open.file.rows(numbers.subarray(offset, offset + limit))
      return { offset, rows, total: numbers.length }
    })
  }

  async statistics(
    result: StoredResult,
    { column, filters }: { readonly column: number; readonly filters: readonly ResultFilter[] },
    signal: AbortSignal,
  ): Promise<ColumnStatistics> {
    return await this.#asked(result, (open) =>
      this.#inTurn(open, [column, ...indexes(filters)], signal, (connection, columns) =>
        columnStatistics(connection, columns, column, filters),
      ),
    )
  }

  async chart(
    result: StoredResult,
    question: ChartQuestion,
    signal: AbortSignal,
  ): Promise<ChartData> {
    const { x, y, color, filters } = question
    const asked = [x, y, ...(color === undefined ? [] : [color]), ...indexes(filters)]
    return await this.#asked(result, (open) =>
      this.#inTurn(open, asked, signal, (connection, columns) =>
        chartData(connection, columns, question),
      ),
    )
  }

  /** All rows that pass, in order, as a file. */
  async export(
    result: StoredResult,
    format: ExportFormat,
    question: RowsQuestion,
    signal: AbortSignal,
  ): Promise<ExportedRows> {
    return await this.#asked(result, async (open) => {
      const asked = [...indexes(question.sort), ...indexes(question.filters)]
      // The export itself takes its time: only the import of what it needs keeps others waiting.
      const columns =
        asked.length === 0
          ? undefined
          : await this.#inTurn(open, asked, signal, async (_, imported) => imported)
      return await this.#engine.use('export', signal, async (connection) => {
        const rows = await rowsSql(open.file)
        const source =
          columns === undefined ? rows : await orderedSql(connection, columns, question, rows)
        const folder = this.#engine.exportDirectory
        return await exportRows(connection, format, result.columns, source, folder)
      })
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#forgetting)
    for (const { file } of this.#open.values()) file.close()
    this.#open.clear()
    await this.#engine.close()
  }

  async #asked<T>(result: StoredResult, answer: (open: OpenResult) => Promise<T>): Promise<T> {
    const open = this.#openResult(result)
    open.questions += 1
    try {
      await open.file.check()
      return await answer(open)
    } finally {
      open.questions -= 1
      open.usedAt = Date.now()
      void this.#forget((other) => other !== open && this.#isTooMuch())
    }
  }

  #openResult({ file, columns, rowCount }: StoredResult): OpenResult {
    const known = this.#open.get(file)
    if (known !== undefined) {
      this.#open.delete(file)
      this.#open.set(file, known)
      return known
    }
    const resultFile = new ResultFile(file)
    const open: OpenResult = {
      file: resultFile,
      columns: new ResultColumns(
        resultFile,
        columns.map(({ type }) => type),
      ),
      rowCount,
      orders: new Map(),
      turn: Promise.resolve(),
      questions: 0,
      usedAt: Date.now(),
    }
    this.#open.set(file, open)
    return open
  }

  async #order(
    open: OpenResult,
    question: RowsQuestion,
    signal: AbortSignal,
  ): Promise<Uint32Array> {
    const key = JSON.stringify(question)
    const known = open.orders.get(key)
    if (known !== undefined) return known
    const asked = [...indexes(question.sort), ...indexes(question.filters)]
    return await this.#inTurn(open, asked, signal, async (connection, columns) => {
      const from = fromSql(columns, question.filters)
      const numbers =
        open.orders.get(key) ??
        (await connection.numbers(
          `SELECT (${rowNumber(columns)})::UINTEGER ${from.sql} ${orderSql(columns, question.sort)}`,
          from.values,
        ))
      open.orders.set(key, numbers)
      const [oldest] = open.orders.keys()
      if (open.orders.size > MOST_ORDERS && oldest !== undefined) open.orders.delete(oldest)
      return numbers
    })
  }

  /** Runs a job with a connection and the columns that it asks about, after those before it. */
  #inTurn<T>(
    open: OpenResult,
    asked: readonly number[],
    signal: AbortSignal,
    job: (connection: ResultConnection, columns: Columns) => Promise<T>,
  ): Promise<T> {
    const turn = open.turn.then(() =>
      this.#engine.use('question', signal, async (connection) => {
        const columns = new Map<number, ImportedColumn>()
        for (const index of new Set(asked)) {
          columns.set(index, await open.columns.column(connection, index))
        }
        return await job(connection, columns)
      }),
    )
    open.turn = turn.catch(() => undefined)
    return turn
  }

  #isTooMuch(): boolean {
    let values = 0
    for (const { columns, rowCount } of this.#open.values()) values += columns.count * rowCount
    return this.#open.size > MOST_OPEN || values > MOST_VALUES
  }

  /** Forgets results that nobody asks about now, the one that was asked about longest ago first. */
  async #forget(isMeant: (open: OpenResult) => boolean): Promise<void> {
    for (const [path, open] of this.#open) {
      if (open.questions > 0 || !isMeant(open)) continue
      this.#open.delete(path)
      open.file.close()
      if (open.columns.count === 0) continue
      const never = new AbortController().signal
      await this.#engine
        .use('question', never, (connection) => open.columns.drop(connection))
        .catch(() => undefined) // the engine ends, and its tables with it
    }
  }
}

function indexes(parts: readonly { readonly column: number }[]): readonly number[] {
  return parts.map(({ column }) => column)
}
