import type { DuckDBVector } from '@duckdb/node-api'

/** What is known of a call before the statement runs. */
export interface CallSiteOptions {
  /** How many rounds of other calls must be answered before this one's arguments are right. */
  readonly level: number
  /** A NULL argument gives NULL, unsent. */
  readonly strict: boolean
  /** Equal arguments are sent once. */
  readonly immutable: boolean
  /** Makes what DuckDB hands over what the wire wants, per argument. */
  readonly decoders: readonly ((value: Argument) => unknown)[]
}

/** Arguments come as these: other types are printed as text. */
export type Argument = number | string | boolean | null

/** An answer as DuckDB takes it. */
export type Answer = number | string | null

/**
 * One call in the statement's text, with the rows it was met with. Rows are not numbered the same in every
 * pass (threads take turns), so an answer belongs to its arguments: equal rows share a chain of answers, and
 * each takes the next one.
 */
export class CallSite {
  readonly level: number
  readonly #options: CallSiteOptions
  readonly #slots = new Map<Argument, number>()
  /** Per slot: its first and its last row, and the next row to take in this pass. */
  readonly #first: number[] = []
  readonly #last: number[] = []
  #turn: number[] = []
  /** Per row: the next one of the same slot. */
  readonly #next: number[] = []
  readonly #answers: Answer[] = []
  #waiting: unknown[][] = []

  constructor(options: CallSiteOptions) {
    this.#options = options
    this.level = options.level
  }

  /** Rows met and not answered yet, as the wire wants them, in the order they were met. */
  get waiting(): readonly (readonly unknown[])[] {
    return this.#waiting
  }

  beginPass(): void {
    this.#turn = this.#first.slice()
  }

  /** Answers for `waiting`, in its order. */
  take(answers: readonly Answer[]): void {
    for (const answer of answers) this.#answers.push(answer)
    this.#waiting = []
  }

  /** Fills a chunk of results: answers where they are there, NULL for rows that are now written down. */
  answer(columns: readonly DuckDBVector[], rows: number, output: DuckDBVector): void {
    const only = columns.length === 1 ? columns[0] : undefined
    const { strict } = this.#options
    if (only !== undefined) {
      for (let row = 0; row < rows; row += 1) {
        const value = only.getItem(row) as Argument
        const skipped = strict && value === null
        output.setItem(row, skipped ? null : this.#lookUp(value, [value]))
      }
      return
    }
    for (let row = 0; row < rows; row += 1) {
      const values = columns.map((column) => column.getItem(row) as Argument)
      const skipped = strict && values.includes(null)
      output.setItem(row, skipped ? null : this.#lookUp(keyOf(values), values))
    }
  }

  #lookUp(key: Argument, values: readonly Argument[]): Answer {
    const slot = this.#slots.get(key)
    if (slot === undefined) {
      const row = this.#write(values)
      this.#slots.set(key, this.#first.length)
      this.#first.push(row)
      this.#last.push(row)
      this.#turn.push(this.#options.immutable ? row : NONE)
      return null
    }
    const row = this.#turn[slot] ?? NONE
    if (row === NONE) {
      const added = this.#write(values)
      this.#next[this.#last[slot] ?? 0] = added
      this.#last[slot] = added
      return null
    }
    if (!this.#options.immutable) this.#turn[slot] = this.#next[row] ?? NONE
    return this.#answers[row] ?? null
  }

  #write(values: readonly Argument[]): number {
    const { decoders } = this.#options
    this.#waiting.push(values.map((value, index) => decoders[index]?.(value) ?? null))
    this.#next.push(NONE)
    return this.#next.length - 1
  }
}

/** Equal for equal rows; JSON alone would take NaN for NULL. */
function keyOf(values: readonly Argument[]): string {
  return JSON.stringify(values, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
}

/** No row. */
const NONE = -1
