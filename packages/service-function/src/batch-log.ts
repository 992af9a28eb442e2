import type { FastifyBaseLogger } from 'fastify'
import type { ServiceFunctionError } from './errors.ts'
import type { ReceivedBatch } from './received-batch.ts'

/** What is told of a batch that was refused. */
export type Refusal = Pick<ServiceFunctionError, 'code' | 'row' | 'argument'>

/** The one line a batch leaves. It is written before the answer, so whoever has that finds it. */
export function logBatch(
  log: FastifyBaseLogger,
  batch: ReceivedBatch,
  status: number,
  seconds: number,
  refusal?: Refusal,
): void {
  log.info(
    {
      function: batch.functionName,
      batchId: batch.batchId,
      queryId: batch.queryId,
      rows: batch.rows,
      repeated: batch.repeated || undefined,
      code: refusal?.code,
      row: refusal?.row,
      argument: refusal?.argument,
      milliseconds: Math.round(seconds * 1_000_000) / 1000,
      status,
    },
    'batch',
  )
}

/** The error of a handler in full; the caller is told no more than its row. */
export function logHandlerFailure(
  log: FastifyBaseLogger,
  { functionName, batchId, queryId }: ReceivedBatch,
  { row, cause }: ServiceFunctionError,
): void {
  log.error({ function: functionName, batchId, queryId, row, err: cause }, 'handler failed')
}
