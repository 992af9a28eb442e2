import type { ResultColumn, Value } from './result-set.ts'

/**
 * One value of a result as exact text: what a grid shows, a file holds and `show()` prints.
 *
 * @returns null for SQL NULL. A FLOAT is told from a NUMBER by its fraction (`59.0`), BINARY is upper-case hex, VARIANT,
 *   OBJECT and ARRAY are JSON, dates and times are as the driver prints them.
 */
export function printValue(value: Value, type: ResultColumn['type'] | undefined): string | null {
  if (value === null || value === undefined) return null
  // The driver's dates know the session's own format; a plain Date is ISO 8601.
  if (value instanceof Date) return value.toJSON()
  if (value instanceof Uint8Array) return printHex(value)
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return type === 'FLOAT' && Number.isInteger(value) ? `${value}.0` : String(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      return JSON.stringify(value)
  }
}

function printHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
}
