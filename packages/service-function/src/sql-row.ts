import type { ServiceFunction, TypedName } from './define-service-function.ts'
import { ServiceFunctionError } from './errors.ts'
import { quoteValue } from './quote-value.ts'
import { codecOf, maybeWithDoubles, type WireValue } from './value-codec.ts'

/** A row as it goes on the wire, without its row number. */
export type WireRow = readonly (WireValue | null)[]

/** Makes a row of the wire out of arguments in their order, or by the keys of the definition. */
export function rowEncoder(definition: ServiceFunction): (row: object, index: number) => WireRow {
  const columns = definition.arguments.map((argument) => ({
    ...argument,
    ...codecOf(argument.type),
  }))
  return (row, index) => {
    const values: readonly unknown[] = Array.isArray(row) ? row : inOrder(definition, row, index)
    if (values.length !== columns.length) throw wrongCount(definition, values.length, index)
    return columns.map(({ encode, expects, expectsResult = expects, ...argument }, position) => {
      const value = values[position]
      if (value === null) return null
      const encoded = encode(value)
      if (encoded !== undefined) return encoded
      throw invalidArgument(argument, value, expectsResult, index)
    })
  }
}

/** Makes the value of TypeScript out of what the service answered for a row. */
export function valueDecoder({
  name,
  returns,
}: ServiceFunction): (value: unknown, index: number) => unknown {
  const codec = codecOf(returns.type)
  return (value, index) => {
    if (value === null) return null
    // Answers are read with all digits of their numbers; those inside of a VARIANT are doubles.
    const decoded = codec.decode(codec.exact === 'integers' ? maybeWithDoubles(value) : value)
    if (decoded !== undefined) return decoded
    throw new ServiceFunctionError(
      'RESULT_INVALID',
      `Cannot read answer for row ${index}: ${name} answered ${quoteValue(value)}, ${returns.sqlType} needs ${codec.expects}`,
      { row: index, hint: `Let the service answer what ${name} promises` },
    )
  }
}

function inOrder(definition: ServiceFunction, row: object, index: number): unknown[] {
  const values = new Map(Object.entries(row))
  const ordered = definition.arguments.map(({ key }) => values.get(key))
  if (values.size !== ordered.length) throw wrongCount(definition, values.size, index)
  return ordered
}

function wrongCount(
  { name, arguments: { length } }: ServiceFunction,
  count: number,
  index: number,
): ServiceFunctionError {
  return new ServiceFunctionError(
    'ARGUMENT_COUNT_WRONG',
    `Cannot send row ${index}: it has ${count} values, ${name} takes ${length}`,
    { row: index, hint: 'Give one value for each argument; NULL is null' },
  )
}

function invalidArgument(
  { name, sqlType }: Pick<TypedName, 'name' | 'sqlType'>,
  value: unknown,
  expects: string,
  index: number,
): ServiceFunctionError {
  return new ServiceFunctionError(
    'ARGUMENT_INVALID',
    `Cannot send row ${index}: argument ${name} is ${quoteValue(value)}, ${sqlType} needs ${expects}`,
    { row: index, argument: name, hint: 'Give the value that a handler gets for it' },
  )
}
