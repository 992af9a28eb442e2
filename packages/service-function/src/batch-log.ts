import type { FastifyBaseLogger } from 'fastify'
import type { Logger } from 'pino'
import { BatchFields, type Refusal } from './batch-fields.ts'
import type { ServiceFunctionError } from './errors.ts'
import type { ReceivedBatch } from './received-batch.ts'

/** Logs how a batch was answered, which does not change any more. */
export type LogBatch = (
  batch: ReceivedBatch,
  status: number,
  seconds: number,
  refusal?: Refusal,
) => void

/** A logger that takes the line of a batch as it is, and prints it with others later. */
export interface BatchLogger {
  readonly [writeBatch]: LogBatch
}

/** Fastify takes other loggers than pino's as well. */
type AnyLogger = FastifyBaseLogger &
  Partial<BatchLogger & Pick<Logger, 'bindings' | 'isLevelEnabled'>>

export const writeBatch: unique symbol = Symbol('spcs.writeBatch')

/** What logs the one line that a batch leaves, at level info, before the answer is sent. */
export function batchLogOf(log: AnyLogger): LogBatch {
  const write = isWithoutFields(log) ? log[writeBatch] : undefined
  if (write === undefined) {
    return (batch, status, seconds, refusal) =>
      log.info(new BatchFields(batch, status, seconds, refusal), 'batch')
  }
  return (batch, status, seconds, refusal) => {
    if (log.isLevelEnabled?.('info') ?? true) write(batch, status, seconds, refusal)
  }
}

/** Fastify makes a child of every logger that it is given, which is all the same unless it has fields of its own. */
function isWithoutFields(log: AnyLogger): boolean {
  return Object.keys(log.bindings?.() ?? {}).length === 0
}

/** The error of a handler in full; the caller is told no more than its row. */
export function logHandlerFailure(
  log: FastifyBaseLogger,
  { functionName, batchId, queryId }: ReceivedBatch,
  { row, cause }: ServiceFunctionError,
): void {
  log.error({ function: functionName, batchId, queryId, row, err: cause }, 'handler failed')
}
