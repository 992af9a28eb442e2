import type { BatchAnswerer } from './answer-batch.ts'
import { handlerCaller, handlerFailed, nullSkipper, resultEncoder } from './call-handler.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { encodeAnswer } from './encode-answer.ts'
import { ServiceFunctionError } from './errors.ts'
import { quoteValue } from './quote-value.ts'
import { rowReader } from './row-reader.ts'
import { Slots } from './slots.ts'

/** Answers with a handler that is called once a batch, with columns. */
export function vectorizedAnswerer(definition: ServiceFunction): BatchAnswerer {
  const readRow = rowReader(definition)
  const callHandler = handlerCaller(definition)
  const encode = resultEncoder(definition)
  const isSkipped = nullSkipper(definition)
  const slots = new Slots(definition.concurrency)

  return async (candidates, context) => {
    const rows = candidates.map(readRow)
    const called = rows.filter((row) => !isSkipped(row))
    const columns = definition.arguments.map((_, index) => called.map((row) => row[index + 1]))
    let computed: unknown = []
    if (called.length > 0) {
      await slots.wait()
      try {
        computed = await callHandler([undefined, ...columns], context)
      } catch (cause) {
        throw handlerFailed(definition, cause)
      } finally {
        slots.give()
      }
    }
    if (!Array.isArray(computed) || computed.length !== called.length) {
      throw wrongColumn(definition, computed, called.length)
    }
    let next = 0
    const results = rows.map((row) =>
      isSkipped(row) ? null : encode(computed[next++] as unknown, row[0]),
    )
    return encodeAnswer(rows, results)
  }
}

function wrongColumn(
  definition: ServiceFunction,
  computed: unknown,
  expected: number,
): ServiceFunctionError {
  const got = Array.isArray(computed) ? `${computed.length} results` : quoteValue(computed)
  return new ServiceFunctionError(
    'RESULT_INVALID',
    `Cannot answer batch: ${definition.name} computed ${got} for ${expected} rows`,
    { hint: `Mend the handler of ${definition.name}: one result a row, in row order` },
  )
}
