import type { DuckDBDataChunk } from '@duckdb/node-api'
import { MAX_VARCHAR_LENGTH } from '@spcs/sql'
import type { WireColumn, WireRow, WireType } from '../../statement-result.ts'
import type { SqlType } from './sql-type.ts'

/** A column of a result as it is told to drivers. */
export function wireColumn(name: string, type: SqlType, nullable: boolean): WireColumn {
  const plain = { precision: null, scale: null, length: null, byteLength: null }
  const column = (wireType: WireType, sizes: Partial<WireColumn> = {}): WireColumn => ({
    name,
    nullable,
    type: wireType,
    ...plain,
    ...sizes,
  })
  switch (type.kind) {
    case 'NUMBER':
      return column('fixed', { precision: type.precision, scale: type.scale })
    case 'FLOAT':
      return column('real')
    case 'NULL':
      return column('text', textSizes(MAX_VARCHAR_LENGTH))
    case 'VARCHAR':
      return column('text', textSizes(type.length))
    case 'BINARY':
      return column('binary', { length: type.length, byteLength: type.length })
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return column(type.kind.toLowerCase() as WireType, { precision: 0, scale: type.precision })
    default:
      return column(type.kind.toLowerCase() as WireType)
  }
}

function textSizes(length: number): Pick<WireColumn, 'length' | 'byteLength'> {
  return { length, byteLength: Math.min(length * 4, MAX_VARCHAR_LENGTH) }
}

/** A chunk of the engine's as rows of the wire: one tight loop a column. */
export function encodeChunk(chunk: DuckDBDataChunk, types: readonly SqlType[]): WireRow[] {
  const count = chunk.rowCount
  const rows = Array.from({ length: count }, () => Array<string | null>(types.length).fill(null))
  for (const [index, type] of types.entries()) {
    const vector = chunk.getColumnVector(index) as unknown as EngineVector
    const encode = encoderOf(type, vector)
    for (const [row, cells] of rows.entries()) cells[index] = encode(row)
  }
  return rows
}

/** What we need of DuckDB's vectors; decimals give their digits without making an object of each. */
interface EngineVector {
  readonly type: { readonly scale?: number }
  getItem(row: number): unknown
  /** Of a struct: one of its fields, null where it is NULL. */
  getItemValue?(row: number, field: number): unknown
  getScaledValue?(row: number): bigint | number | null
}

type Encoder = (row: number) => string | null

function encoderOf(type: SqlType, vector: EngineVector): Encoder {
  switch (type.kind) {
    case 'NUMBER':
      return encodeNumber(vector)
    case 'FLOAT':
      return orNull(vector, (value) => encodeFloat(Number(value)))
    case 'BOOLEAN':
      return orNull(vector, (value) => (value === true ? '1' : '0'))
    case 'DATE':
      return orNull(vector, (value) => String((value as { days: number }).days))
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ': {
      const digits = type.precision
      if (vector.getItemValue !== undefined) return encodeStruct(vector, digits)
      return orNull(vector, (value) => encodeMicros((value as Moment).micros, digits))
    }
    case 'TIMESTAMP_TZ': {
      const digits = type.precision
      if (vector.getItemValue !== undefined) return encodeZonedStruct(vector, digits)
      // DIFFERS: what a function made is told with the offset of UTC.
      return orNull(
        vector,
        (value) => `${encodeMicros((value as Moment).micros, digits)} ${UTC_MINUTES}`,
      )
    }
    case 'BINARY':
      return orNull(vector, (value) => encodeHex((value as { bytes: Uint8Array }).bytes))
    default:
      return orNull(vector, String)
  }
}

function orNull(vector: EngineVector, encode: (value: unknown) => string): Encoder {
  return (row) => {
    const value = vector.getItem(row)
    return value === null ? null : encode(value)
  }
}

/** A moment of the engine's. */
interface Moment {
  readonly micros: bigint
}

/** A moment in the struct of `printStoredType`: its fields are read by their places. */
function encodeStruct(vector: EngineVector, digits: number): Encoder {
  return (row) => {
    const at = vector.getItemValue?.(row, 0) as Moment | null
    if (at === null) return null
    const nanos = vector.getItemValue?.(row, 1) as number
    return nanos === 0
      ? encodeMicros(at.micros, digits)
      : encodeFraction(at.micros * 1000n + BigInt(nanos), 9, digits)
  }
}

function encodeZonedStruct(vector: EngineVector, digits: number): Encoder {
  const encode = encodeStruct(vector, digits)
  return (row) => {
    const moment = encode(row)
    if (moment === null) return null
    return `${moment} ${UTC_MINUTES + (vector.getItemValue?.(row, 2) as number)}`
  }
}

/** Offsets are told from a day before UTC on. */
const UTC_MINUTES = 1440

function encodeNumber(vector: EngineVector): Encoder {
  const scale = vector.type.scale ?? 0
  const scaled = vector.getScaledValue?.bind(vector)
  if (scaled === undefined) return orNull(vector, String)
  if (scale === 0) {
    return (row) => {
      const value = scaled(row)
      return value === null ? null : String(value)
    }
  }
  return (row) => {
    const value = scaled(row)
    return value === null ? null : withPoint(String(value), scale)
  }
}

/** `1230` with two digits behind the point → `12.30`. */
function withPoint(digits: string, scale: number): string {
  const sign = digits.startsWith('-') ? '-' : ''
  const padded = digits.slice(sign.length).padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

function encodeFloat(value: number): string {
  // NaN and Infinity are spelled as drivers want them.
  return Object.is(value, -0) ? '-0' : String(value)
}

function encodeMicros(micros: bigint, digits: number): string {
  return encodeFraction(micros, 6, digits)
}

/**
 * Units of the sixth or ninth digit as seconds with so many digits: they are cut, not rounded; -1.5 s is `-1.500000000`.
 */
function encodeFraction(units: bigint, unitDigits: number, digits: number): string {
  const sign = units < 0n ? '-' : ''
  const text = withPoint(String(units < 0n ? -units : units), unitDigits)
  if (digits === 0) return sign + text.slice(0, -unitDigits - 1)
  const length = text.length - unitDigits + digits
  return sign + (digits <= unitDigits ? text.slice(0, length) : text.padEnd(length, '0'))
}

function encodeHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase()
}
