import type { AnswerBody } from './encode-answer.ts'
import { ServiceFunctionError } from './errors.ts'

/** How long a finished batch waits for its poll: https://docs.snowflake.com/en/sql-reference/external-functions-implementation */
const KEPT_MS = 12 * 60 * 60 * 1000

/** A batch that was answered 202. */
type LongRunningBatch =
  | { readonly state: 'running' }
  | { readonly state: 'answered'; readonly answer: AnswerBody; readonly at: number }
  | { readonly state: 'failed'; readonly error: unknown; readonly at: number }

/**
 * Batches of long-running functions by their id, from the POST that starts one to the GETs that ask for its answer. An
 * answer is kept for twelve hours, for the GET that brought it may have been lost.
 */
export class LongRunningBatches {
  readonly #mostBytes: number
  readonly #batches = new Map<string, LongRunningBatch>()
  #bytes = 0

  /** @param mostBytes When so many bytes of answers wait, no further batch is started. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /**
   * Starts a batch, unless it is there already and has not failed.
   *
   * @throws {ServiceFunctionError} `TOO_BUSY` when too many answers wait to be fetched.
   */
  start(id: string, run: () => Promise<AnswerBody>): void {
    const state = this.#batches.get(id)?.state
    if (state === 'running' || state === 'answered') return
    this.#forgetExpired()
    if (this.#bytes > this.#mostBytes) {
      throw new ServiceFunctionError(
        'TOO_BUSY',
        `Cannot start batch: answers of ${this.#bytes} bytes wait to be fetched`,
        { hint: 'Wait, or give the service more memory and a higher keptAnswerBytes' },
      )
    }
    this.#batches.set(id, { state: 'running' })
    void this.#settle(id, run)
  }

  /**
   * The batch's answer; undefined while it runs. Throws what the batch failed with.
   *
   * @throws {ServiceFunctionError} `BATCH_UNKNOWN` when it was not started here, or its answer was kept too long.
   */
  poll(id: string): AnswerBody | undefined {
    const batch = this.#batches.get(id)
    if (batch === undefined) throw unknownBatch()
    if (batch.state === 'failed') throw batch.error
    return batch.state === 'running' ? undefined : batch.answer
  }

  async #settle(id: string, run: () => Promise<AnswerBody>): Promise<void> {
    try {
      const answer = await run()
      this.#bytes += answer.length
      this.#batches.set(id, { state: 'answered', answer, at: Date.now() })
    } catch (error) {
      this.#batches.set(id, { state: 'failed', error, at: Date.now() })
    }
  }

  #forgetExpired(): void {
    const expired = Date.now() - KEPT_MS
    for (const [id, batch] of this.#batches) {
      if (batch.state === 'running' || batch.at > expired) continue
      if (batch.state === 'answered') this.#bytes -= batch.answer.length
      this.#batches.delete(id)
    }
  }
}

function unknownBatch(): ServiceFunctionError {
  return new ServiceFunctionError(
    'BATCH_UNKNOWN',
    'Cannot answer poll: the batch was not started on this instance, or before it restarted',
    { hint: 'Run the query again; give a service with long-running functions one instance' },
  )
}
