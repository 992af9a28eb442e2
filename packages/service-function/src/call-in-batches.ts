import { setMaxListeners } from 'node:events'
import { ServiceFunctionError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { batchHeaders } from './headers.ts'
import type { InstanceLease } from './instance-lease.ts'
import { sendBatch } from './send-batch.ts'
import { splitBatches } from './split-batches.ts'

export interface CallInBatchesOptions {
  /** Chooses an instance; asked before every attempt, so a restarted one is found. */
  readonly lease: () => Promise<InstanceLease>
  /** How a request reaches the instance. */
  readonly exchange: Exchange
  readonly path: string
  /** The arguments of each row, without row numbers. */
  readonly rows: readonly (readonly unknown[])[]
  readonly name: string
  /** As SQL writes it: `(TEMP_C FLOAT)`. */
  readonly signature: string
  readonly returnType: string
  readonly queryId: string
  /** Tells the calls of one query apart in their batch ids; default 1. */
  readonly callSite?: number | undefined
  /** Default 4096; Snowflake chooses as it sees fit. */
  readonly maxBatchRows?: number | undefined
  /** Attempts after the first; default 3. */
  readonly maxBatchRetries?: number | undefined
  /** What a lost batch does: fail the call, or leave null in its rows; default `abort`. */
  readonly onBatchFailure?: 'abort' | 'return-null' | undefined
  /** The time of one batch with its retries and polls; default 3600. */
  readonly batchTimeoutSecs?: number | undefined
  /** The time of one request; default 30 000. */
  readonly requestTimeoutMs?: number | undefined
  /** Batches under way at once; default 8. */
  readonly concurrency?: number | undefined
  /** The pause before retry or poll number 1, 2, …; by default 100 ms, doubled up to 10 s. */
  readonly retryPauseMs?: ((attempt: number) => number) | undefined
  /** Values by context function: `{ CURRENT_USER: 'DEVELOPER' }`. */
  readonly contextHeaders?: Readonly<Record<string, string>> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Calls a service function as Snowflake does: in batches, several at once, each tried again on 429,
 * 5xx and faults of the network. Rows are values of the wire. NULL arguments are sent; a caller skips such rows where
 * the function returns NULL on NULL input.
 *
 * @returns One value a row, in row order.
 * @throws {ServiceFunctionError} One of the `BATCH_…` codes, unless lost batches return null.
 * @throws What `lease` throws, and the signal's reason, as they are.
 */
export async function callInBatches(options: CallInBatchesOptions): Promise<unknown[]> {
  const { onBatchFailure = 'abort', concurrency = 8, maxBatchRows = 4096 } = options
  const batches = splitBatches(options.rows, maxBatchRows)
  const values: unknown[][] = []
  const call = new AbortController()
  setMaxListeners(0, call.signal) // every batch under way listens
  const onAbort = (): void => call.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', onAbort, { once: true })

  const sendOne = async (rows: readonly (readonly unknown[])[], index: number): Promise<void> => {
    try {
      values[index] = await sendBatch(rows, {
        lease: options.lease,
        exchange: options.exchange,
        path: options.path,
        headers: batchHeaders({
          queryId: options.queryId,
          batchId: `${options.queryId}:${options.callSite ?? 1}:${index + 1}:0:0`,
          name: options.name,
          signature: options.signature,
          returnType: options.returnType,
          contextHeaders: options.contextHeaders ?? {},
        }),
        maxBatchRetries: options.maxBatchRetries ?? 3,
        batchTimeoutSecs: options.batchTimeoutSecs ?? 3600,
        requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
        retryPauseMs: options.retryPauseMs ?? growingPauseMs,
        signal: call.signal,
      })
    } catch (error) {
      const isLost = error instanceof ServiceFunctionError && !call.signal.aborted
      if (!isLost || onBatchFailure === 'abort') throw error
      values[index] = rows.map(() => null)
    }
  }

  try {
    options.signal?.throwIfAborted()
    await forEachOf(batches, concurrency, call, sendOne)
    return values.flat()
  } finally {
    options.signal?.removeEventListener('abort', onAbort)
  }
}

/** Does all items, some at once. The first failure stops the rest, and is thrown when all is still. */
async function forEachOf<Item>(
  items: readonly Item[],
  concurrency: number,
  controller: AbortController,
  run: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries()
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        controller.signal.throwIfAborted()
        await run(item, index)
      } catch (error) {
        controller.abort(error)
        return
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work))
  controller.signal.throwIfAborted()
}

function growingPauseMs(attempt: number): number {
  return Math.min(100 * 2 ** (attempt - 1), 10_000)
}
