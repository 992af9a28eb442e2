import type { BatchAnswerer } from './answer-batch.ts'
import { byKey, handlerFailed, nullSkipper, resultEncoder } from './call-handler.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { encodeAnswer } from './encode-answer.ts'
import { ServiceFunctionError } from './errors.ts'
import { quoteValue } from './quote-value.ts'
import { Slots } from './slots.ts'

/** Answers with a handler that is called once a batch, with columns. */
export function vectorizedAnswerer(definition: ServiceFunction): BatchAnswerer {
  const { handler } = definition
  const keys = definition.arguments.map(({ key }) => key)
  const encode = resultEncoder(definition)
  const isSkipped = nullSkipper(definition)
  const slots = new Slots(definition.concurrency)

  return async ({ rowNumbers, columns: whole }, context) => {
    const skipped = rowNumbers.map((_, row) => isSkipped(whole, row))
    const columns = skipped.includes(true)
      ? whole.map((column) => column.filter((_, row) => skipped[row] !== true))
      : whole
    const called = columns[0]?.length ?? 0
    let computed: unknown = []
    if (called > 0) {
      await slots.wait()
      try {
        const only = columns.length === 1
        computed = await handler(
          only ? columns[0] : byKey(keys, (index) => columns[index]),
          context,
        )
      } catch (cause) {
        throw handlerFailed(definition, cause)
      } finally {
        slots.give()
      }
    }
    if (!Array.isArray(computed) || computed.length !== called) {
      throw wrongColumn(definition, computed, called)
    }
    let next = 0
    const results = rowNumbers.map((rowNumber, row) =>
      skipped[row] === true ? null : encode(computed[next++] as unknown, rowNumber),
    )
    return encodeAnswer(rowNumbers, results)
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
