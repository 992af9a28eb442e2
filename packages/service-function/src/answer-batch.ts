import type { BatchContext } from './batch-context.ts'
import type { Batch } from './batch-reader.ts'
import type { AnswerBody } from './encode-answer.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { scalarAnswerer } from './scalar-answerer.ts'
import { vectorizedAnswerer } from './vectorized-answerer.ts'

/**
 * Computes the answer's body, `{"data":[[0,result],...]}`, of a batch; at once where the handler
 * answers at once, since awaiting every batch would cost most of a short one's time.
 */
export type BatchAnswerer = (
  batch: Batch,
  context: BatchContext,
) => AnswerBody | Promise<AnswerBody>

/**
 * What answers the batches of a service function: same rows, same order, same row numbers.
 *
 * The answerer throws a {@link ServiceFunctionError}, or rejects with it, when a result or the handler is at fault.
 */
export function batchAnswerer(definition: ServiceFunction): BatchAnswerer {
  return definition.vectorized ? vectorizedAnswerer(definition) : scalarAnswerer(definition)
}
