import { setTimeout as sleep } from 'node:timers/promises'
import { withDeadline } from './deadline.ts'
import { answerText, decodeAnswer } from './decode-answer.ts'
import { encodeBatch } from './encode-batch.ts'
import { ServiceFunctionError } from './errors.ts'
import type { Exchange, HttpAnswer } from './exchange.ts'
import type { InstanceLease } from './instance-lease.ts'
import { unlessAborted } from './unless-aborted.ts'

export interface SendBatchOptions {
  readonly lease: () => Promise<InstanceLease>
  readonly exchange: Exchange
  readonly path: string
  readonly headers: Record<string, string>
  readonly maxBatchRetries: number
  readonly batchTimeoutSecs: number
  readonly requestTimeoutMs: number
  readonly retryPauseMs: (attempt: number) => number
  readonly signal: AbortSignal
}

/**
 * Sends one batch as often as it takes, and polls for it where the service answers 202.
 *
 * @returns One value a row, in row order.
 * @throws {ServiceFunctionError} One of the `BATCH_…` codes.
 * @see https://docs.snowflake.com/en/sql-reference/external-functions-implementation
 */
export async function sendBatch(
  rows: readonly (readonly unknown[])[],
  options: SendBatchOptions,
): Promise<unknown[]> {
  const { batchTimeoutSecs, maxBatchRetries, retryPauseMs } = options
  const timedOut = (): Error => batchTimedOut(`batch took over ${batchTimeoutSecs} s`)
  const body = encodeBatch(rows)

  return withDeadline(batchTimeoutSecs * 1000, options.signal, timedOut, async (signal) => {
    let failures = 0
    let polls = 0
    for (;;) {
      const accepted = polls > 0
      const outcome = await attempt(accepted ? undefined : body, { ...options, signal })
      if (!(outcome instanceof ServiceFunctionError)) {
        if (outcome.status === 200) return decodeAnswer(outcome, rows.length)
        polls += 1
        await sleep(retryPauseMs(polls), undefined, { signal })
        continue
      }
      if (failures === maxBatchRetries) throw outcome
      failures += 1
      await sleep(retryPauseMs(failures), undefined, { signal })
    }
  })
}

/**
 * One request: a POST of the body, or a GET for the answer of a batch that is with the service.
 *
 * @returns A 200 or 202 answer, or an error after which another attempt may do better.
 */
async function attempt(
  body: string | undefined,
  options: SendBatchOptions,
): Promise<HttpAnswer | ServiceFunctionError> {
  const { requestTimeoutMs, signal } = options
  const lease = await leaseUnlessAborted(options.lease, signal)
  const url = new URL(`${lease.url}${options.path}`)
  let answer: HttpAnswer
  try {
    const timedOut = (): Error => batchTimedOut(`no answer within ${requestTimeoutMs} ms`)
    answer = await withDeadline(requestTimeoutMs, signal, timedOut, (requestSignal) =>
      options.exchange(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: options.headers,
        body,
        signal: requestSignal,
      }),
    )
  } catch (error) {
    signal.throwIfAborted()
    return error instanceof ServiceFunctionError ? error : unreachable(url, error)
  } finally {
    lease.release()
  }
  if (answer.status === 200 || answer.status === 202) return answer
  const mayPass = answer.status === 429 || answer.status >= 500
  const refusal = await refused(answer, mayPass ? 'BATCH_FAILED' : 'BATCH_REJECTED')
  if (mayPass) return refusal
  throw refusal
}

/** A lease that comes after the signal fired is given back at once. */
async function leaseUnlessAborted(
  start: () => Promise<InstanceLease>,
  signal: AbortSignal,
): Promise<InstanceLease> {
  signal.throwIfAborted()
  const leased = start()
  try {
    return await unlessAborted(leased, signal)
  } catch (error) {
    void leased.then(
      (lease) => lease.release(),
      () => {},
    )
    throw error
  }
}

async function refused(
  answer: HttpAnswer,
  code: 'BATCH_FAILED' | 'BATCH_REJECTED',
): Promise<ServiceFunctionError> {
  const { status } = answer
  const body = (await answerText(answer)) ?? ''
  return new ServiceFunctionError(code, `Cannot call service: it answered ${status} "${body}"`, {
    status,
    body,
    hint: 'Read the log of the service',
  })
}

function unreachable(url: URL, cause: unknown): ServiceFunctionError {
  return new ServiceFunctionError(
    'BATCH_UNREACHABLE',
    `Cannot call service: no answer from "${url.href}"`,
    {
      cause,
      hint: 'Check with DESCRIBE SERVICE that the service runs and listens on its endpoint',
    },
  )
}

function batchTimedOut(state: string): ServiceFunctionError {
  return new ServiceFunctionError('BATCH_TIMED_OUT', `Cannot call service: ${state}`, {
    hint: 'Lower MAX_BATCH_ROWS, or let the service answer 202 and be polled',
  })
}
