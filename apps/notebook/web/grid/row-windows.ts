import type { ResultRow, ResultWindow } from '../../src/results/result.ts'

/** Rows of one question to the server; windows begin at multiples of it. */
export const WINDOW_ROWS = 200
/** 10,000 rows are held at most. */
const MOST_WINDOWS = 50
/** Rows above and below what is seen that are asked for as well. */
const MARGIN_ROWS = 20
/** Questions at one time; while the reader scrolls, more would only be dropped. */
const MOST_QUESTIONS = 3

export interface RowWindowsOptions {
  /** Rows that are here already, from row 0 on. */
  readonly firstRows: readonly ResultRow[]
  /** How many rows there will be, as far as is known. */
  readonly total: number
  readonly ask: (offset: number, limit: number, signal: AbortSignal) => Promise<ResultWindow>
  /** Something that `row`, `total` or `problem` give has changed. */
  readonly onChange: () => void
  /** How long a view must stay before rows are asked for it. */
  readonly pauseMs?: number
}

/**
 * The rows of one result in one order, as far as they are here. It asks for those that are looked at, in windows, and
 * forgets those that were not looked at for longest. A question for rows that are out of view is dropped.
 */
export class RowWindows {
  #total: number
  #problem: unknown = null
  readonly #options: RowWindowsOptions
  /** By number, in the order of their last use. */
  readonly #windows = new Map<number, readonly ResultRow[]>()
  readonly #questions = new Map<number, AbortController>()
  #view: readonly [first: number, last: number] = [0, 0]
  #timer: ReturnType<typeof setTimeout> | undefined
  #isClosed = false

  constructor(options: RowWindowsOptions) {
    this.#options = options
    this.#total = options.total
  }

  get total(): number {
    return this.#total
  }

  /** Why the last question failed; null while all is well. Nothing is asked until `retry()`. */
  get problem(): unknown {
    return this.#problem
  }

  /** A row, or undefined while it is not here. */
  row(index: number): ResultRow | undefined {
    const { firstRows } = this.#options
    return (
      firstRows[index] ??
      this.#windows.get(windowOf(index))?.[index - windowOf(index) * WINDOW_ROWS]
    )
  }

  /** The reader sees these rows now. */
  look(first: number, last: number): void {
    this.#view = [first, last]
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#askForView()
    }, this.#options.pauseMs ?? 30)
  }

  retry(): void {
    this.#problem = null
    this.#askForView()
    this.#options.onChange()
  }

  /** Rows `first` to `last`, asked for where they are not here; they are not kept. */
  async collect(first: number, last: number, signal: AbortSignal): Promise<readonly ResultRow[]> {
    const rows: ResultRow[] = []
    while (rows.length <= last - first) {
      const at = first + rows.length
      const here = this.row(at)
      if (here !== undefined) {
        rows.push(here)
        continue
      }
      const answer = await this.#askAll(at, Math.min(MOST_ASKED, last - at + 1), signal)
      if (answer.rows.length === 0) break
      rows.push(...answer.rows)
    }
    return rows
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const question of this.#questions.values()) question.abort()
  }

  #askForView(): void {
    if (this.#isClosed || this.#problem !== null) return
    const wanted = this.#wantedWindows()
    for (const [number, question] of this.#questions) {
      if (!wanted.includes(number)) question.abort()
    }
    for (const number of wanted) {
      const known = this.#windows.get(number)
      if (known !== undefined) {
        this.#windows.delete(number)
        this.#windows.set(number, known)
      } else if (!this.#questions.has(number) && this.#questions.size < MOST_QUESTIONS) {
        void this.#ask(number)
      }
    }
  }

  /** Windows of the view and its margin that are not in the first rows, what is seen before what is near. */
  #wantedWindows(): number[] {
    const [first, last] = this.#view
    const ends = [first, last, last + MARGIN_ROWS, first - MARGIN_ROWS]
    const wanted = new Set<number>()
    for (let number = windowOf(first); number <= windowOf(last); number++) wanted.add(number)
    for (const row of ends) wanted.add(windowOf(Math.max(0, Math.min(this.#total - 1, row))))
    const isMissing = (number: number): boolean =>
      Math.min((number + 1) * WINDOW_ROWS, this.#total, last + MARGIN_ROWS + 1) >
      this.#options.firstRows.length
    return [...wanted].filter(isMissing)
  }

  async #ask(number: number): Promise<void> {
    const question = new AbortController()
    this.#questions.set(number, question)
    try {
      const answer = await this.#askAll(number * WINDOW_ROWS, WINDOW_ROWS, question.signal)
      if (question.signal.aborted) return
      this.#keep(number, answer)
    } catch (error) {
      if (question.signal.aborted) return
      this.#problem = error
    } finally {
      if (this.#questions.get(number) === question) this.#questions.delete(number)
      if (!this.#isClosed) this.#askForView()
    }
    this.#options.onChange()
  }

  /** The server gives fewer rows than asked for where they are large. */
  async #askAll(offset: number, limit: number, signal: AbortSignal): Promise<ResultWindow> {
    const rows: ResultRow[] = []
    while (true) {
      const at = offset + rows.length
      const answer = await this.#options.ask(at, limit - rows.length, signal)
      rows.push(...answer.rows)
      const isAll = rows.length >= Math.min(limit, answer.total - offset)
      if (isAll || answer.rows.length === 0) return { offset, rows, total: answer.total }
    }
  }

  #keep(number: number, { rows, total }: ResultWindow): void {
    this.#total = total
    this.#windows.set(number, rows)
    const inView = this.#wantedWindows()
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= MOST_WINDOWS) break
      if (!inView.includes(oldest)) this.#windows.delete(oldest)
    }
  }
}

/** Rows of one question, as the server allows. */
const MOST_ASKED = 1_000

function windowOf(row: number): number {
  return Math.floor(row / WINDOW_ROWS)
}
