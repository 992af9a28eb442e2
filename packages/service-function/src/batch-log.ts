import type { FastifyBaseLogger } from 'fastify'
import { BatchFields, type Refusal } from './batch-fields.ts'
import type { ServiceFunctionError } from './errors.ts'
import type { ReceivedBatch } from './received-batch.ts'

/** The answer to a batch as its line tells it; the batch does not change any more. */
type WriteBatch = (
  batch: ReceivedBatch,
  status: number,
  seconds: number,
  refusal: Refusal | undefined,
) => void

/** A logger that takes the line of a batch as it is, and prints it with others later; at level info. */
export interface BatchLogger {
  readonly [writeBatch]: WriteBatch
}

export const writeBatch: unique symbol = Symbol('spcs.writeBatch')

/** The one line a batch leaves. It is logged before the answer is sent. */
export function logBatch(
  log: FastifyBaseLogger & Partial<BatchLogger>,
  batch: ReceivedBatch,
  status: number,
  seconds: number,
  refusal?: Refusal,
): void {
  // Not of a child logger, which has fields of its own.
  if (Object.hasOwn(log, writeBatch)) log[writeBatch]?.(batch, status, seconds, refusal)
  else log.info(new BatchFields(batch, status, seconds, refusal), 'batch')
}

/** The error of a handler in full; the caller is told no more than its row. */
export function logHandlerFailure(
  log: FastifyBaseLogger,
  { functionName, batchId, queryId }: ReceivedBatch,
  { row, cause }: ServiceFunctionError,
): void {
  log.error({ function: functionName, batchId, queryId, row, err: cause }, 'handler failed')
}
