import { printValue, type Value } from '@spcs/sql'
import { DataFrameError } from './errors.ts'

/** A value as SQL text with at most one `?`, and what is bound to it: text, a number or a boolean. */
export interface PrintedLiteral {
  readonly sql: string
  readonly binds: readonly (string | number | boolean)[]
}

const MAX_NUMBER = 10n ** 38n

/**
 * A value as a literal that keeps its type whoever binds it: a bind alone would make a bigint and a Date text.
 *
 * @throws {DataFrameError} `LITERAL_UNSUPPORTED` for what Snowflake has no value for.
 */
export function printLiteral(value: Value): PrintedLiteral {
  if (value === null) return { sql: 'NULL', binds: [] }
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return { sql: '?', binds: [value] }
    case 'number':
      return printNumber(value)
    case 'bigint':
      if (value > -MAX_NUMBER && value < MAX_NUMBER) {
        return { sql: '?::NUMBER(38,0)', binds: [String(value)] }
      }
      throw unsupported(`bigint ${value}`, 'a NUMBER has at most 38 digits')
    case 'object':
      return printObject(value)
    default:
      throw unsupported(typeof value, 'it is no value')
  }
}

function printNumber(value: number): PrintedLiteral {
  if (Number.isNaN(value)) return { sql: '?::FLOAT', binds: ['NaN'] }
  if (!Number.isFinite(value)) return { sql: '?::FLOAT', binds: [value > 0 ? 'inf' : '-inf'] }
  if (Object.is(value, -0)) return { sql: '?::FLOAT', binds: ['-0'] }
  // A whole number is bound as a NUMBER, which would give a double more digits than it has.
  const isWhole = Number.isInteger(value)
  if (isWhole && !Number.isSafeInteger(value)) return { sql: '?::FLOAT', binds: [String(value)] }
  return { sql: isWhole ? '?' : '?::FLOAT', binds: [value] }
}

function printObject(value: object): PrintedLiteral {
  if (value instanceof Date) return { sql: '?::TIMESTAMP_NTZ', binds: [printDate(value)] }
  if (value instanceof Uint8Array) {
    return { sql: `TO_BINARY(?, 'HEX')`, binds: [printValue(value, 'BINARY') ?? ''] }
  }
  if (Array.isArray(value)) {
    return { sql: 'PARSE_JSON(?)::ARRAY', binds: [printValue(value, 'ARRAY') ?? ''] }
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) {
    return { sql: 'PARSE_JSON(?)::OBJECT', binds: [printValue(value, 'OBJECT') ?? ''] }
  }
  throw unsupported(value.constructor.name, 'it is no plain object')
}

/** In UTC and without a zone; the driver's own dates know their nanoseconds. */
function printDate(date: Date): string {
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString()
  if (!/^\d{4}-/.test(text)) {
    throw unsupported(`Date ${String(date)}`, 'Snowflake has the years 0 to 9999')
  }
  const [day = '', time = ''] = text.split(/[TZ]/)
  if (!('getNanoSeconds' in date) || typeof date.getNanoSeconds !== 'function') {
    return `${day} ${time}`
  }
  const nanoseconds = String(date.getNanoSeconds()).padStart(9, '0')
  return `${day} ${time.split('.')[0]}.${nanoseconds}`
}

function unsupported(what: string, why: string): DataFrameError {
  return new DataFrameError('LITERAL_UNSUPPORTED', `Cannot use ${what} as a literal: ${why}`, {
    hint: 'Use null, a boolean, number, bigint, string, Date, Uint8Array, array or plain object',
  })
}
