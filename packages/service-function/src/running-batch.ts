import type { FastifyBaseLogger } from 'fastify'
import type { BatchContext, ContextFunction } from './batch-context.ts'
import { ServiceFunctionError } from './errors.ts'
import type { ReceivedBatch } from './received-batch.ts'

/** What the contexts of a function's batches have in common. */
export interface RunningBatchOptions {
  readonly log: FastifyBaseLogger
  /** Fires when the server stops. */
  readonly stop: AbortSignal
  /** How long Snowflake waits for the answer; undefined for a long-running batch. */
  readonly timeoutMs: number | undefined
}

/** A batch at work. Its signal and the timer behind it are made when a handler asks for them: most never do. */
export class RunningBatch implements BatchContext {
  readonly headers: Readonly<Record<ContextFunction, string>>
  readonly #received: ReceivedBatch
  readonly #options: RunningBatchOptions
  #watch: Watch | undefined
  #over: Error | undefined

  constructor(
    received: ReceivedBatch,
    headers: Readonly<Record<ContextFunction, string>>,
    options: RunningBatchOptions,
  ) {
    this.headers = headers
    this.#received = received
    this.#options = options
  }

  get functionName(): string {
    return this.#received.functionName
  }

  get queryId(): string | undefined {
    return this.#received.queryId
  }

  get batchId(): string | undefined {
    return this.#received.batchId
  }

  get log(): FastifyBaseLogger {
    return this.#options.log
  }

  get signal(): AbortSignal {
    this.#watch ??= this.#startWatch()
    return this.#watch.controller.signal
  }

  /** Ends the batch; with an error, what still works for it is told to stop. */
  end(error?: Error): void {
    this.#over = error
    if (this.#watch === undefined) return
    this.#watch.end()
    if (error !== undefined) this.#watch.controller.abort(error)
  }

  #startWatch(): Watch {
    const controller = new AbortController()
    const { stop, timeoutMs } = this.#options
    if (this.#over !== undefined || stop.aborted) {
      controller.abort(this.#over ?? stop.reason)
      return { controller, end: () => {} }
    }
    const onStop = (): void => controller.abort(stop.reason)
    stop.addEventListener('abort', onStop, { once: true })
    let timer: NodeJS.Timeout | undefined
    if (timeoutMs !== undefined) {
      const left = Math.max(0, timeoutMs - (performance.now() - this.#received.started))
      timer = setTimeout(() => controller.abort(givenUp(timeoutMs)), left).unref()
    }
    const end = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', onStop)
    }
    return { controller, end }
  }
}

/** What fires the signal of a batch, until it ends. */
interface Watch {
  readonly controller: AbortController
  readonly end: () => void
}

function givenUp(timeoutMs: number): ServiceFunctionError {
  return new ServiceFunctionError(
    'BATCH_GIVEN_UP',
    `Cannot answer batch: Snowflake has waited for ${timeoutMs / 1000} s and sends it again`,
    { hint: 'Lower MAX_BATCH_ROWS, or define the function with longRunning: true' },
  )
}
