import type { BatchAnswerer } from './answer-batch.ts'
import type { BatchContext } from './batch-context.ts'
import type { Batch } from './batch-reader.ts'
import {
  handlerFailed,
  nullSkipper,
  type Result,
  resultEncoder,
  rowCaller,
} from './call-handler.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { type AnswerBody, encodeAnswer } from './encode-answer.ts'
import { Slots } from './slots.ts'

/** Answers with a handler that is called once a row. Calls that take their time run several at once. */
export function scalarAnswerer(definition: ServiceFunction): BatchAnswerer {
  const callHandler = rowCaller(definition)
  const encode = resultEncoder(definition)
  const isSkipped = nullSkipper(definition)
  const slots = new Slots(definition.concurrency)

  return (batch, context) => {
    const { rowNumbers } = batch
    const results: Result[] = []
    if (!slots.free) return finish(batch, results, context)
    for (let row = 0; row < rowNumbers.length; row += 1) {
      const result = call(batch, row, context)
      if (isPromiseLike(result)) {
        slots.take()
        return finish(batch, results, context, result)
      }
      results.push(encode(result, rowNumbers[row] as number))
    }
    return encodeAnswer(rowNumbers, results)
  }

  function call({ columns, rowNumbers }: Batch, row: number, context: BatchContext): unknown {
    if (isSkipped(columns, row)) return null
    try {
      return callHandler(columns, row, context)
    } catch (cause) {
      throw handlerFailed(definition, cause, rowNumbers[row])
    }
  }

  /** Answers the rows that have no result yet, of which the first may be under way, in a slot that it has. */
  async function finish(
    batch: Batch,
    results: Result[],
    context: BatchContext,
    underWay?: PromiseLike<unknown>,
  ): Promise<AnswerBody> {
    const { rowNumbers } = batch
    const queue = { next: results.length, failed: false }

    const answerRow = async (row: number, start: () => unknown): Promise<void> => {
      try {
        const result = await settled(start(), rowNumbers[row])
        results[row] = encode(result, rowNumbers[row] as number)
      } catch (error) {
        queue.failed = true
        throw error
      } finally {
        slots.give()
      }
    }
    const work = async (): Promise<void> => {
      while (queue.next < rowNumbers.length && !queue.failed) {
        const row = queue.next++
        await slots.wait()
        await answerRow(row, () => call(batch, row, context))
      }
    }

    const workers: Promise<void>[] = []
    if (underWay !== undefined) workers.push(answerRow(queue.next++, () => underWay).then(work))
    while (workers.length < definition.concurrency && workers.length < rowNumbers.length) {
      workers.push(work())
    }
    await Promise.all(workers)
    return encodeAnswer(rowNumbers, results)
  }

  async function settled(result: unknown, rowNumber: number | undefined): Promise<unknown> {
    try {
      return await result
    } catch (cause) {
      throw handlerFailed(definition, cause, rowNumber)
    }
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
