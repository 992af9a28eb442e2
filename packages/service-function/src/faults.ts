import type { Exchange } from './exchange.ts'
import { BATCH_ID_HEADER } from './headers.ts'

/**
 * What can go wrong with a request: it never arrives, its answer is lost on the way back, or the caller hangs up while
 * the service still works on it.
 */
export type Fault = 'request-lost' | 'answer-lost' | 'hung-up'

/** One request of a batch that is about to be sent. */
export interface BatchAttempt {
  /** Which batch of the call it is; the first is 0. */
  readonly batch: number
  /** How many requests of the batch came before it. */
  readonly attempt: number
  /** GET asks for the answer of a batch that was accepted with 202. */
  readonly method: 'GET' | 'POST'
}

/** Decides the fate of a request; undefined lets it pass. */
export type Faults = (attempt: BatchAttempt) => Fault | undefined

/** An exchange in which things go wrong as told. */
export function withFaults(exchange: Exchange, faults: Faults): Exchange {
  const attempts = new Map<string, number>()
  return async (url, request) => {
    const batchId = request.headers[BATCH_ID_HEADER] ?? ''
    const attempt = attempts.get(batchId) ?? 0
    attempts.set(batchId, attempt + 1)
    const fault = faults({ batch: numberOf(batchId), attempt, method: request.method })
    if (fault === 'request-lost') throw connectionReset()
    const answer = exchange(url, request)
    if (fault === 'hung-up') {
      answer.catch(() => {}) // nobody waits for it any more
      throw connectionReset()
    }
    await answer
    if (fault === 'answer-lost') throw connectionReset()
    return answer
  }
}

/** `<query id>:1:3:0:0` is batch 2. */
function numberOf(batchId: string): number {
  return Number(batchId.split(':').at(-3)) - 1
}

function connectionReset(): Error {
  return Object.assign(new Error('the connection broke, as the test wants it'), {
    code: 'ECONNRESET',
  })
}
