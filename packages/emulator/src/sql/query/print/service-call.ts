import { type DataType, printIdentifier } from '@spcs/sql'
import type { ServiceFunctionObject } from '../../../catalog/objects.ts'
import type { Answer, Argument } from '../../../engine/call-site.ts'
import { CALL_FLOAT, CALL_TEXT } from '../../../engine/service-calls.ts'
import { SnowflakeError } from '../../../snowflake-error.ts'
import { invalidArgumentTypes } from '../errors.ts'
import type { Scope } from '../scope.ts'
import { isSemiStructured, maybeCommonType, type SqlType, VARCHAR } from '../sql-type.ts'
import { castTo, printSqlType, toText } from './cast.ts'
import { type Printed } from './printed.ts'

/** The function of several with one name that takes such arguments; exact types go first. */
export function chooseOverload(
  name: string,
  overloads: readonly ServiceFunctionObject[],
  args: readonly Printed[],
): ServiceFunctionObject {
  const fitting = overloads.filter((candidate) => candidate.arguments.length === args.length)
  const exact = fitting.find((candidate) =>
    candidate.arguments.every(({ type }, index) => type.kind === args[index]?.type.kind),
  )
  const chosen =
    exact ??
    fitting.find((candidate) =>
      candidate.arguments.every(({ type }, index) => takes(type, args[index]?.type ?? type)),
    )
  if (chosen !== undefined) return chosen
  throw invalidArgumentTypes(
    printIdentifier(name),
    args.map((arg) => printSqlType(arg.type)),
  )
}

/** Prints a call of a service function, and writes its site down. */
export function printServiceCall(
  fn: ServiceFunctionObject,
  args: readonly Printed[],
  scope: Scope,
): Printed {
  const { statement } = scope
  const wires = fn.arguments.map(({ type }, index) =>
    printArgument(castTo(args[index] as Printed, type), type),
  )
  const level = Math.max(scope.rounds, 0, ...args.map((arg) => arg.rounds))
  const site = statement.calls.add({
    level,
    strict: fn.strict,
    immutable: fn.immutable,
    decoders: fn.arguments.map(({ type }) => decoderOf(type)),
  })
  statement.called.push(fn)
  const list = [statement.calls.id, site, ...wires].join(', ')
  const call = (name: string, type: SqlType): Printed => ({
    sql: `${name}(${list})`,
    type,
    rounds: level + 1,
    volatile: true,
  })
  if (fn.returns.kind === 'FLOAT') return call(CALL_FLOAT, fn.returns)
  const text = call(CALL_TEXT, VARCHAR)
  if (!isSemiStructured(fn.returns)) return castTo(text, fn.returns)
  return { ...text, sql: `CAST(${text.sql} AS JSON)`, type: fn.returns }
}

/**
 * What a service answered, as the engine takes it.
 *
 * @throws {SnowflakeError} 100038 for what is no value of the declared type, 100072 for a NULL where none may be.
 */
export function encodeAnswer(value: unknown, fn: ServiceFunctionObject): Answer {
  if (value === null || value === undefined) {
    if (!fn.returnsNotNull) return null
    throw new SnowflakeError('100072', '22000', 'NULL result in a non-nullable column')
  }
  const { kind } = fn.returns
  if (kind === 'FLOAT') {
    if (typeof value === 'number') return value
    const number = typeof value === 'string' ? readFloat(value) : undefined
    if (number !== undefined) return number
    throw new SnowflakeError(
      '100038',
      '22018',
      `Numeric value '${plainText(value)}' is not recognized`,
    )
  }
  return isSemiStructured(fn.returns) ? JSON.stringify(value) : plainText(value)
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function readFloat(text: string): number | undefined {
  const named: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity }
  const known = named[text.trim().toLowerCase()]
  if (known !== undefined) return known
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? undefined : number
}

function takes(declared: DataType, given: SqlType): boolean {
  if (given.kind === 'NULL' || given.kind === declared.kind) return true
  if (declared.kind === 'VARCHAR') return !isSemiStructured(given)
  return maybeCommonType(declared, given) !== undefined
}

/** Numbers up to 15 digits are exact in a DOUBLE; whatever is not a number or boolean goes as text. */
function printArgument(value: Printed, type: DataType): string {
  switch (type.kind) {
    case 'FLOAT':
    case 'BOOLEAN':
    case 'VARCHAR':
      return value.sql
    case 'NUMBER':
      return isSmall(type) ? `CAST(${value.sql} AS DOUBLE)` : `CAST(${value.sql} AS VARCHAR)`
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return `CAST(${value.sql} AS VARCHAR)`
    default:
      return toText(value).sql
  }
}

function isSmall(type: { readonly precision: number }): boolean {
  return type.precision <= 15
}

function decoderOf(type: DataType): (value: Argument) => unknown {
  switch (type.kind) {
    case 'FLOAT':
      return decodeFloat
    case 'NUMBER':
      return isSmall(type) ? (value) => value : decodeNumber
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return (value) => (value === null ? null : (JSON.parse(String(value)) as unknown))
    default:
      return (value) => value
  }
}

// JSON has no such numbers; Snowflake's documentation does not say what it sends.
function decodeFloat(value: Argument): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf'
}

/** Whole numbers that a JavaScript number cannot hold are bigint. */
function decodeNumber(value: Argument): unknown {
  if (value === null) return null
  const number = Number(value)
  const exact = Number.isSafeInteger(number) || String(value).includes('.')
  return exact ? number : BigInt(value)
}
