import { RawJson } from '@spcs/sql'
import type { ServiceFunction, TypedName } from './define-service-function.ts'
import { ServiceFunctionError, type ServiceFunctionErrorOptions } from './errors.ts'
import { quoteValue } from './quote-value.ts'
import { printSignature } from './signature.ts'
import { codecOf, type ExactNumbers, type ValueCodec } from './value-codec.ts'

/** One row of a batch: its row number, then the handler's values in the order of the SQL signature. */
export type Row = [row: number, ...values: unknown[]]

/**
 * A function that checks a parsed row and turns its arguments, in place, into the handler's values.
 * It runs once a row, hence the loop without closures; everything slow waits for a fault.
 */
export function rowReader(definition: ServiceFunction): (candidate: unknown, index: number) => Row {
  const columns = columnsOf(definition)

  return (candidate, index) => {
    if (!isRow(candidate)) throw invalidRow(definition, candidate, index)
    if (candidate.length !== columns.length + 1) throw wrongCount(definition, candidate)
    let position = 0
    for (const column of columns) {
      position += 1
      const value = candidate[position]
      if (value === null) continue
      const decoded = column.decode(value)
      if (decoded === undefined) throw invalidArgument(definition, candidate[0], column, value)
      candidate[position] = decoded
    }
    return candidate
  }
}

/** Which numbers of a batch must keep more than a double holds: what the pickiest of the arguments needs. */
export function exactNumbersOf(definition: ServiceFunction): ExactNumbers {
  const needs = definition.arguments.map(({ type }) => codecOf(type).exact)
  return needs.includes('decimals') ? 'decimals' : needs.includes('integers') ? 'integers' : 'none'
}

/** True when all arguments are numbers that a double holds. */
export function takesPlainNumbers(definition: ServiceFunction): boolean {
  return definition.arguments.every(
    ({ type }) =>
      type.kind === 'FLOAT' || (type.kind === 'NUMBER' && codecOf(type).exact === 'none'),
  )
}

function columnsOf(definition: ServiceFunction): readonly (TypedName & ValueCodec)[] {
  const exact = exactNumbersOf(definition)
  return definition.arguments.map((argument) => {
    const codec = codecOf(argument.type)
    // Fractions that are kept for another argument are doubles inside of a VARIANT.
    const decode =
      exact === 'decimals' && codec.exact === 'integers'
        ? (value: unknown) => codec.decode(withDoubles(value))
        : codec.decode
    return { ...argument, ...codec, decode }
  })
}

function withDoubles(value: unknown): unknown {
  if (value instanceof RawJson) return Number(value.text)
  if (Array.isArray(value)) return value.map(withDoubles)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withDoubles(member)]),
  )
}

function isRow(candidate: unknown): candidate is Row {
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

function wrongCount(definition: ServiceFunction, row: Row): ServiceFunctionError {
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
