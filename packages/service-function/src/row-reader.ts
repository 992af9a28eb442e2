import type { ServiceFunction, TypedName } from './define-service-function.ts'
import { ServiceFunctionError, type ServiceFunctionErrorOptions } from './errors.ts'
import { quoteValue } from './quote-value.ts'
import { printSignature } from './signature.ts'
import { codecOf, type ExactNumbers, type ValueCodec, maybeWithDoubles } from './value-codec.ts'

/** Reads one parsed row: puts the handler's values into the columns, and gives the row's number. */
export type RowReader = (candidate: unknown, index: number, columns: readonly unknown[][]) => number

/** A row as it comes: its number, then the arguments in the order of the SQL signature. */
type ParsedRow = [row: number, ...values: unknown[]]

/** What reads the rows of a function. It runs once a row; everything slow waits for a fault. */
export function rowReader(definition: ServiceFunction, exact: ExactNumbers): RowReader {
  const readers = argumentReaders(definition, exact)

  return (candidate, index, columns) => {
    if (!isRow(candidate)) throw invalidRow(definition, candidate, index)
    if (candidate.length !== readers.length + 1) throw wrongCount(definition, candidate)
    let position = 0
    for (const reader of readers) {
      const value = candidate[position + 1]
      const decoded = value === null ? null : reader.decode(value)
      if (decoded === undefined) throw invalidArgument(definition, candidate[0], reader, value)
      columns[position]?.push(decoded)
      position += 1
    }
    return candidate[0]
  }
}

function argumentReaders(
  definition: ServiceFunction,
  exact: ExactNumbers,
): readonly (TypedName & ValueCodec)[] {
  return definition.arguments.map((argument) => {
    const codec = codecOf(argument.type)
    // Fractions that are kept for another argument are doubles inside of a VARIANT.
    const decode =
      exact === 'decimals' && codec.exact === 'integers'
        ? (value: unknown) => codec.decode(maybeWithDoubles(value))
        : codec.decode
    return { ...argument, ...codec, decode }
  })
}

function isRow(candidate: unknown): candidate is ParsedRow {
  return Array.isArray(candidate) && Number.isSafeInteger(candidate[0])
}

function invalidRow(
  definition: ServiceFunction,
  candidate: unknown,
  index: number,
): ServiceFunctionError {
  const state = Array.isArray(candidate)
    ? `it begins with ${quoteValue(candidate[0])}, not with its row number`
    : `${quoteValue(candidate)} is not an array`
  return unreadable(definition, 'ROW_INVALID', state, { row: index })
}

function wrongCount(definition: ServiceFunction, row: ParsedRow): ServiceFunctionError {
  const { length } = definition.arguments
  const state = `it has ${count(row.length - 1)}, ${definition.name} takes ${length}`
  return unreadable(definition, 'ARGUMENT_COUNT_WRONG', state, { row: row[0] })
}

function invalidArgument(
  definition: ServiceFunction,
  row: number,
  { name, sqlType, expects }: TypedName & ValueCodec,
  value: unknown,
): ServiceFunctionError {
  const state = `argument ${name} is ${quoteValue(value)}, ${sqlType} needs ${expects}`
  return unreadable(definition, 'ARGUMENT_INVALID', state, { row, argument: name })
}

function unreadable(
  definition: ServiceFunction,
  code: 'ROW_INVALID' | 'ARGUMENT_COUNT_WRONG' | 'ARGUMENT_INVALID',
  state: string,
  options: ServiceFunctionErrorOptions & { readonly row: number },
): ServiceFunctionError {
  return new ServiceFunctionError(code, `Cannot read row ${options.row}: ${state}`, {
    ...options,
    hint: `Call ${definition.name} as created with the signature ${printSignature(definition)} RETURNS ${definition.returns.sqlType}`,
  })
}

function count(length: number): string {
  return length === 1 ? '1 argument' : `${length} arguments`
}
