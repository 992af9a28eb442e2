import type { BatchAnswerer } from './answer-batch.ts'
import type { BatchContext } from './batch-context.ts'
import {
  handlerCaller,
  handlerFailed,
  nullSkipper,
  type Result,
  resultEncoder,
} from './call-handler.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { type AnswerBody, encodeAnswer } from './encode-answer.ts'
import { type Row, rowReader } from './row-reader.ts'
import { Slots } from './slots.ts'

/** Answers with a handler that is called once a row. Calls that take their time run several at once. */
export function scalarAnswerer(definition: ServiceFunction): BatchAnswerer {
  const readRow = rowReader(definition)
  const callHandler = handlerCaller(definition)
  const encode = resultEncoder(definition)
  const isSkipped = nullSkipper(definition)
  const slots = new Slots(definition.concurrency)

  return (candidates, context) => {
    const rows = candidates.map(readRow)
    const results: Result[] = []
    if (!slots.free) return finish(rows, results, context)
    for (const row of rows) {
      const result = call(row, context)
      if (isPromiseLike(result)) {
        slots.take()
        return finish(rows, results, context, result)
      }
      results.push(encode(result, row[0]))
    }
    return encodeAnswer(rows, results)
  }

  function call(row: Row, context: BatchContext): unknown {
    if (isSkipped(row)) return null
    try {
      return callHandler(row, context)
    } catch (cause) {
      throw handlerFailed(definition, cause, row[0])
    }
  }

  /** Answers the rows that have no result yet, of which the first may be under way, in a slot that it has. */
  async function finish(
    rows: readonly Row[],
    results: Result[],
    context: BatchContext,
    underWay?: PromiseLike<unknown>,
  ): Promise<AnswerBody> {
    const queue = { next: results.length, failed: false }

    const answerRow = async (index: number, start: (row: Row) => unknown): Promise<void> => {
      const row = rows[index] as Row
      try {
        const result = await settled(start(row), row)
        results[index] = encode(result, row[0])
      } catch (error) {
        queue.failed = true
        throw error
      } finally {
        slots.give()
      }
    }
    const work = async (): Promise<void> => {
      while (queue.next < rows.length && !queue.failed) {
        const index = queue.next++
        await slots.wait()
        await answerRow(index, (row) => call(row, context))
      }
    }

    const workers: Promise<void>[] = []
    if (underWay !== undefined) workers.push(answerRow(queue.next++, () => underWay).then(work))
    while (workers.length < definition.concurrency && workers.length < rows.length) {
      workers.push(work())
    }
    await Promise.all(workers)
    return encodeAnswer(rows, results)
  }

  async function settled(result: unknown, row: Row): Promise<unknown> {
    try {
      return await result
    } catch (cause) {
      throw handlerFailed(definition, cause, row[0])
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
