import type { FastifyBaseLogger } from 'fastify'
import { BatchFields, type Refusal } from './batch-fields.ts'
import type { ServiceFunctionError } from './errors.ts'
import type { ReceivedBatch } from './received-batch.ts'

/** A logger that takes the line of a batch as it is, and prints it with others later; at level info. */
export interface BatchLogger {
  readonly [writeBatch]: (fields: BatchFields) => void
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
  const fields = new BatchFields(batch, status, seconds, refusal)
  // Not of a child logger, which has fields of its own.
  if (Object.hasOwn(log, writeBatch)) log[writeBatch]?.(fields)
  else log.info(fields, 'batch')
}

/** The error of a handler in full; the caller is told no more than its row. */
export function logHandlerFailure(
  log: FastifyBaseLogger,
  { functionName, batchId, queryId }: ReceivedBatch,
  { row, cause }: ServiceFunctionError,
): void {
  log.error({ function: functionName, batchId, queryId, row, err: cause }, 'handler failed')
}
