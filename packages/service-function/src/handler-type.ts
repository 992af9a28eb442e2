import type { DataType } from '@spcs/sql'
import type { ServiceFunction } from './define-service-function.ts'
import { codecOf } from './value-codec.ts'

/** What a function's handler gets for an argument, as TypeScript: `number`, `readonly (string | null)[]`. */
export function printArgumentType(
  { vectorized, nullHandling }: ServiceFunction,
  type: DataType,
): string {
  const value = printValueType(type)
  const nullable = nullHandling === 'called-on-null-input' ? orNull(value) : value
  return vectorized ? printColumn(nullable) : nullable
}

/** What a function's handler returns, or promises. */
export function printResultType({ vectorized, returns: { type } }: ServiceFunction): string {
  const value = printValueType(type)
  // A wide number may be had as number, too.
  const nullable = orNull(isWide(type) ? `${value} | number` : value)
  return vectorized ? printColumn(nullable) : nullable
}

function printValueType(type: DataType): string {
  switch (type.kind) {
    case 'NUMBER':
      return isWide(type) ? (type.scale === 0 ? 'bigint' : 'string') : 'number'
    case 'FLOAT':
      return 'number'
    case 'BOOLEAN':
      return 'boolean'
    case 'BINARY':
      return 'Uint8Array'
    case 'VARIANT':
      return 'unknown'
    case 'OBJECT':
      return 'Readonly<Record<string, unknown>>'
    case 'ARRAY':
      return 'readonly unknown[]'
    default:
      return 'string'
  }
}

/** True for a number of more digits than a double holds. */
function isWide(type: DataType): boolean {
  return type.kind === 'NUMBER' && codecOf(type).exact !== 'none'
}

function orNull(value: string): string {
  return value === 'unknown' ? value : `${value} | null`
}

function printColumn(value: string): string {
  return `readonly ${/[ ]/.test(value) ? `(${value})` : value}[]`
}
