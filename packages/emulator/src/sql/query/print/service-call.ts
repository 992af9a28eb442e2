import { type DataType, parseJson, printIdentifier, printJson, RawJson } from '@spcs/sql'
import type { ServiceFunctionObject } from '../../../catalog/objects.ts'
import type { Answer, Argument } from '../../../engine/call-site.ts'
import { CALL_FLOAT, CALL_TEXT } from '../../../engine/service-calls.ts'
import { SnowflakeError } from '../../../snowflake-error.ts'
import { invalidArgumentTypes } from '../errors.ts'
import type { Scope } from '../scope.ts'
import {
  isSemiStructured,
  isTimestamp,
  maybeCommonType,
  type SqlType,
  VARCHAR,
} from '../sql-type.ts'
import { castTo, printSqlType, toText } from './cast.ts'
import { printWireMoment } from './exact-moment.ts'
import { type Printed } from './printed.ts'

/** The function of several with one name whose types are closest to those of the arguments. */
export function chooseOverload(
  name: string,
  overloads: readonly ServiceFunctionObject[],
  args: readonly Printed[],
): ServiceFunctionObject {
  let closest: ServiceFunctionObject | undefined
  let least = Infinity
  for (const candidate of overloads) {
    if (candidate.arguments.length !== args.length) continue
    let sum = 0
    for (const [index, arg] of args.entries()) {
      sum += distance((candidate.arguments[index] as TypedArgument).type, arg.type)
    }
    if (sum < least) {
      closest = candidate
      least = sum
    }
  }
  if (closest !== undefined) return closest
  throw invalidArgumentTypes(
    printIdentifier(name),
    args.map((arg) => printSqlType(arg.type)),
  )
}

type TypedArgument = ServiceFunctionObject['arguments'][number]

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
 * What a service answered, as the engine takes it: numbers that a double cannot hold, and all that is no FLOAT, as text.
 *
 * @throws {SnowflakeError} 100038 and 100071 for what is no value of the declared type, 100072 for a NULL where none may be.
 */
export function encodeAnswer(value: unknown, fn: ServiceFunctionObject): Answer {
  if (value === null || value === undefined) {
    if (!fn.returnsNotNull) return null
    throw new SnowflakeError('100072', '22000', 'NULL result in a non-nullable column')
  }
  switch (fn.returns.kind) {
    case 'FLOAT':
      return typeof value === 'number' ? value : readFloat(plainText(value))
    case 'VARIANT':
      return printJson(value)
    case 'OBJECT':
    case 'ARRAY':
      return printJson(readStructure(value, fn.returns.kind))
    default:
      return plainText(value)
  }
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : printJson(value)
}

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i
const NOT_FINITE: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  infinity: Infinity,
  '-inf': -Infinity,
  '-infinity': -Infinity,
}

function readFloat(text: string): number {
  const number = NOT_FINITE[text.trim().toLowerCase()]
  if (number !== undefined) return number
  if (DECIMAL.test(text)) return Number(text)
  throw new SnowflakeError('100038', '22018', `Numeric value '${text}' is not recognized`)
}

/** An object or array, or one in its JSON text: Snowflake's pages do not settle which of the two a service gives. */
function readStructure(value: unknown, kind: 'OBJECT' | 'ARRAY'): unknown {
  const read = typeof value === 'string' ? maybeJson(value) : value
  const isObject = typeof read === 'object' && read !== null && !(read instanceof RawJson)
  if (isObject && Array.isArray(read) === (kind === 'ARRAY')) return read
  const text = `Failed to cast variant value ${printJson(value)} to ${kind}`
  throw new SnowflakeError('100071', '22000', text)
}

function maybeJson(text: string): unknown {
  try {
    return parseJson(text, { exact: true })
  } catch {
    return undefined // it is no JSON, and refused for that
  }
}

/** How far a value is from the type of a parameter, Infinity where it cannot become one: text and VARIANTs are far. */
function distance(declared: DataType, given: SqlType): number {
  if (given.kind === 'NULL' || given.kind === declared.kind) return 0
  if (declared.kind === 'VARCHAR') return isSemiStructured(given) ? Infinity : 4
  if (maybeCommonType(declared, given) === undefined) return Infinity
  if (declared.kind === 'VARIANT') return isSemiStructured(given) ? 1 : 5
  if (isTimestamp(declared) && isTimestamp(given)) return 1
  const isNumeric = ['NUMBER', 'FLOAT'].includes(declared.kind)
  if (isNumeric && ['NUMBER', 'FLOAT'].includes(given.kind)) return 1
  return isTimestamp(declared) ? 2 : 3
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
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return printWireMoment(value, type)
    default:
      return toText(value).sql
  }
}

function isSmall(type: { readonly precision: number }): boolean {
  return type.precision <= EXACT_DIGITS
}

/** Up to so many digits a decimal number is the same as a double. */
const EXACT_DIGITS = 15

function decoderOf(type: DataType): (value: Argument) => unknown {
  switch (type.kind) {
    case 'NUMBER':
      return isSmall(type) ? same : decodeNumber
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return decodeJson
    default:
      return same
  }
}

function same(value: Argument): unknown {
  return value
}

/** A number with all its digits. */
function decodeNumber(value: Argument): unknown {
  if (value === null) return null
  const text = String(value)
  return text.length <= EXACT_DIGITS ? Number(text) : new RawJson(text)
}

/** The text is JSON already, but for words that the engine takes for numbers. */
function decodeJson(value: Argument): unknown {
  if (value === null) return null
  const text = String(value)
  if (!/NaN|Infinity/.test(text)) return new RawJson(text)
  return parseJson(text, { exact: true, words: WORDS })
}

const WORDS = { NaN, Infinity, '-Infinity': -Infinity }
