import type { BatchContext } from './batch-context.ts'
import type { Batch } from './batch-reader.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { ServiceFunctionError } from './errors.ts'
import { quoteValue } from './quote-value.ts'
import { codecOf, type WireValue } from './value-codec.ts'

/** A result on its way: what the wire carries, or null for SQL NULL, which is legal whatever the type. */
export type Result = WireValue | null

/** Calls the handler for one row as its type promises: with nothing, with the one value, or with all by name. */
export function rowCaller(
  definition: ServiceFunction,
): (columns: Batch['columns'], row: number, context: BatchContext) => unknown {
  const { handler } = definition
  const keys = definition.arguments.map(({ key }) => key)
  switch (keys.length) {
    case 0:
      return (_columns, _row, context) => handler(context)
    case 1:
      return (columns, row, context) => handler(columns[0]?.[row], context)
    default:
      return (columns, row, context) =>
        handler(
          byKey(keys, (index) => columns[index]?.[row]),
          context,
        )
  }
}

/** One value, or column, for each argument's name. */
export function byKey(
  keys: readonly string[],
  valueOf: (index: number) => unknown,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (let index = 0; index < keys.length; index += 1)
    values[keys[index] as string] = valueOf(index)
  return values
}

/** Makes the wire's value of a result. */
export function resultEncoder(
  definition: ServiceFunction,
): (result: unknown, row: number) => Result {
  const { encode, expects, expectsResult = expects } = codecOf(definition.returns.type)
  return (result, row) => {
    if (result === null) return null
    const encoded = encode(result)
    if (encoded !== undefined) return encoded
    throw new ServiceFunctionError(
      'RESULT_INVALID',
      `Cannot answer row ${row}: ${definition.name} computed ${quoteValue(result)}, ${definition.returns.sqlType} needs ${expectsResult}`,
      { row, hint: `Leave the row out, or mend the handler of ${definition.name}` },
    )
  }
}

/** The error of a handler that threw: the cause stays in the service's log, a SQL user must not see its text. */
export function handlerFailed(
  definition: ServiceFunction,
  cause: unknown,
  row?: number,
): ServiceFunctionError {
  const what = row === undefined ? 'batch' : `row ${row}`
  return new ServiceFunctionError(
    'HANDLER_FAILED',
    `Cannot answer ${what}: the handler of ${definition.name} failed`,
    { row, cause, hint: 'Read the log of the service, where the error stands in full' },
  )
}

/** Tells the rows that a function with RETURNS NULL ON NULL INPUT answers without its handler. */
export function nullSkipper(
  definition: ServiceFunction,
): (columns: Batch['columns'], row: number) => boolean {
  if (definition.nullHandling === 'called-on-null-input') return () => false
  return (columns, row) => {
    for (const column of columns) if (column[row] === null) return true
    return false
  }
}
