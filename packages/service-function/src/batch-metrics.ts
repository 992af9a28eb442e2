/** What is known of a batch once it is answered. */
export type RecordBatch = (rows: number, seconds: number, errorCode?: string) => void

/** How long batches took, as a histogram. */
export interface SecondsHistogram {
  readonly count: number
  readonly sum: number
  /** Upper bounds of the buckets, inclusive; the last bucket has none. */
  readonly bounds: readonly number[]
  /** One more than bounds. */
  readonly counts: readonly number[]
}

/** All that one service function did since {@link BatchMetrics.startedAt}. */
export interface FunctionMetrics {
  readonly functionName: string
  readonly batches: number
  /** Rows that came in, whatever became of their batches. */
  readonly rows: number
  /** How many batches ended with each code. */
  readonly errors: Readonly<Record<string, number>>
  readonly seconds: SecondsHistogram
}

/** Snowflake gives up a batch after 30 seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/**
 * Counts batches while they are answered, for `exportMetrics` or a page of one's own. Numbers are all that a record
 * touches, since it is made with every answer.
 */
export class BatchMetrics {
  readonly startedAt: Date = new Date()
  readonly #totals = new Map<string, Totals>()
  readonly #inFlight: (() => number)[] = []

  /** @param functionNames Those that are counted from the start, with no batches. */
  constructor(functionNames: readonly string[] = []) {
    for (const name of functionNames) this.recorderOf(name)
  }

  /** What records the batches of a function; ask once, when its route is registered. */
  recorderOf(functionName: string): RecordBatch {
    const totals = this.#totals.get(functionName) ?? new Totals()
    this.#totals.set(functionName, totals)
    return (rows, seconds, errorCode) => totals.add(rows, seconds, errorCode)
  }

  /** @param count How many batches are being answered, asked whenever somebody wants to know. */
  observeInFlight(count: () => number): void {
    this.#inFlight.push(count)
  }

  /** How many batches are being answered. */
  inFlight(): number {
    return this.#inFlight.reduce((sum, count) => sum + count(), 0)
  }

  snapshot(): readonly FunctionMetrics[] {
    return [...this.#totals].map(([functionName, totals]) => totals.snapshot(functionName))
  }
}

class Totals {
  #rows = 0
  #seconds = 0
  readonly #counts: number[] = Array.from({ length: BOUNDS.length + 1 }, () => 0)
  readonly #errors = new Map<string, number>()

  add(rows: number, seconds: number, errorCode: string | undefined): void {
    this.#rows += rows
    this.#seconds += seconds
    const bucket = bucketOf(seconds)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    if (errorCode !== undefined) this.#errors.set(errorCode, (this.#errors.get(errorCode) ?? 0) + 1)
  }

  snapshot(functionName: string): FunctionMetrics {
    const count = this.#counts.reduce((sum, inBucket) => sum + inBucket, 0)
    return {
      functionName,
      batches: count,
      rows: this.#rows,
      errors: Object.fromEntries(this.#errors),
      seconds: { count, sum: this.#seconds, bounds: BOUNDS, counts: [...this.#counts] },
    }
  }
}

/** Most batches are in the first few. */
function bucketOf(seconds: number): number {
  let bucket = 0
  for (const bound of BOUNDS) {
    if (seconds <= bound) break
    bucket += 1
  }
  return bucket
}
