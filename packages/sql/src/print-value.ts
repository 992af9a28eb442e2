import { printHex } from './print-hex.ts'
import { type JsonStyle, printStyled } from './print-json.ts'
import type { ResultColumn, Value } from './result-set.ts'

/**
 * One value of a result as exact text: what a grid shows, a file holds and `show()` prints.
 *
 * @param scale Of a NUMBER's column: `12.30` has all its digits, as Snowflake prints them.
 * @returns null for SQL NULL. A FLOAT is told from a NUMBER by its fraction (`59.0`), BINARY is upper-case hex, VARIANT,
 *   OBJECT and ARRAY are JSON, dates and times are as the driver prints them.
 */
export function printValue(
  value: Value,
  type: ResultColumn['type'] | undefined,
  scale = 0,
): string | null {
  if (value === null || value === undefined) return null
  // The driver's dates know the session's own format; a plain Date is ISO 8601.
  if (value instanceof Date) return value.toJSON()
  if (value instanceof Uint8Array) return printHex(value)
  switch (typeof value) {
    case 'string':
      return type === 'VARIANT' ? JSON.stringify(value) : value
    case 'number':
      return printNumber(value, type, scale)
    case 'bigint':
      return type === 'NUMBER' ? withScale(String(value), scale) : String(value)
    case 'boolean':
      return String(value)
    default:
      return printStyled(value, SHOWN, []) ?? null
  }
}

function printNumber(value: number, type: ResultColumn['type'] | undefined, scale: number): string {
  switch (type) {
    case 'FLOAT':
      return printFloat(value)
    case 'NUMBER':
      return withScale(printDecimal(value), scale)
    default:
      return String(value)
  }
}

/** The shortest digits that are this double; an exponent of two digits or more below 1e-4 and from 1e16 on. */
function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  const power = Number(exponent)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** `12.3` with two digits behind the point → `12.30`; more digits than that stay. */
function withScale(text: string, scale: number): string {
  if (scale === 0) return text
  const point = text.indexOf('.')
  return point === -1 ? `${text}.${'0'.repeat(scale)}` : text.padEnd(point + 1 + scale, '0')
}

/** A decimal number has no exponent: 1e-7 is 0.0000001. */
function printDecimal(value: number): string {
  const text = String(value)
  const [, sign = '', whole = '', fraction = '', exponent = ''] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? []
  if (exponent === '') return text
  const power = Number(exponent)
  const digits = whole + fraction
  return power < 0
    ? `${sign}0.${digits.padStart(digits.length - power - 1, '0')}`
    : `${sign}${digits.padEnd(power + 1, '0')}`
}

/** As Snowflake prints a VARIANT: NaN and Infinity are words. */
const SHOWN: JsonStyle = { nonFinite: String, circular: () => '"[Circular]"' }
