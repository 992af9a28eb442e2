import { type DataType, MAX_BINARY_LENGTH, MAX_VARCHAR_LENGTH, parseDataType } from '@spcs/sql'

/** The type of an expression: a data type, or that of a bare NULL, which goes with every other. */
export type SqlType = DataType | { readonly kind: 'NULL' }

export const FLOAT: DataType = { kind: 'FLOAT' }
export const BOOLEAN: DataType = { kind: 'BOOLEAN' }
export const DATE: DataType = { kind: 'DATE' }
export const VARIANT: DataType = { kind: 'VARIANT' }
export const OBJECT: DataType = { kind: 'OBJECT' }
export const ARRAY: DataType = { kind: 'ARRAY' }
export const NULL: SqlType = { kind: 'NULL' }
export const VARCHAR: DataType = { kind: 'VARCHAR', length: MAX_VARCHAR_LENGTH }
export const BINARY: DataType = { kind: 'BINARY', length: MAX_BINARY_LENGTH }
export const TIME: DataType = { kind: 'TIME', precision: 9 }
export const TIMESTAMP_NTZ: DataType = { kind: 'TIMESTAMP_NTZ', precision: 9 }
export const TIMESTAMP_LTZ: DataType = { kind: 'TIMESTAMP_LTZ', precision: 9 }
export const TIMESTAMP_TZ: DataType = { kind: 'TIMESTAMP_TZ', precision: 9 }
/** NUMBER(38,0), the type of every whole number. */
export const INTEGER: DataType = { kind: 'NUMBER', precision: 38, scale: 0 }

/** NUMBER(38, scale), the type of results of arithmetic. */
export function decimal(scale: number, precision = 38): DataType & { kind: 'NUMBER' } {
  return { kind: 'NUMBER', precision, scale }
}

/** A VARIANT, OBJECT or ARRAY: JSON in DuckDB. */
export function isSemiStructured(type: SqlType): boolean {
  return type.kind === 'VARIANT' || type.kind === 'OBJECT' || type.kind === 'ARRAY'
}

export function isTimestamp(type: SqlType): boolean {
  return type.kind.startsWith('TIMESTAMP_')
}

/** The DuckDB type that holds values of a Snowflake type. */
export function printEngineType(type: SqlType): string {
  switch (type.kind) {
    case 'NUMBER':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'FLOAT':
      return 'DOUBLE'
    case 'BINARY':
      return 'BLOB'
    // DIFFERS: functions see six digits of a second's fraction, and a TIMESTAMP_TZ in the session's time zone.
    case 'TIMESTAMP_NTZ':
      return 'TIMESTAMP'
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return 'TIMESTAMPTZ'
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return 'JSON'
    case 'NULL':
      return 'VARCHAR'
    default:
      return type.kind
  }
}

/** TIME and the timestamps; a DATE fits the engine's own type. */
export type MomentType = Extract<DataType, { kind: 'TIME' | `TIMESTAMP_${string}` }>

/** Digits of a second's fraction in the engine's own types. */
const ENGINE_DIGITS = 6

/** How many digits of a second's fraction such a moment has beyond those of the engine's type. */
export function digitsBeyondEngine({ precision }: MomentType): number {
  return Math.max(0, precision - ENGINE_DIGITS)
}

/** True for moments that the engine's own types have no room for: with more digits, or an offset of their own. */
export function needsStruct(type: SqlType): type is MomentType {
  if (type.kind !== 'TIME' && !isTimestamp(type)) return false
  return type.kind === 'TIMESTAMP_TZ' || digitsBeyondEngine(type as MomentType) > 0
}

/** The DuckDB type of a table's column: that of the values, or a struct where that type has no room for them. */
export function printStoredType(type: SqlType): string {
  const at = printEngineType(type)
  if (!needsStruct(type)) return at
  return `STRUCT("at" ${at}, "nanos" SMALLINT${type.kind === 'TIMESTAMP_TZ' ? ', "ahead" SMALLINT' : ''})`
}

/** True when DuckDB describes a column as such a struct. */
export function isStoredAsStruct(engineType: string): boolean {
  return engineType.startsWith('STRUCT')
}

/** The Snowflake type of a column that DuckDB describes so; the column's comment may know it better. */
export function readEngineType(engineType: string, declared: string | undefined): DataType {
  if (declared !== undefined) return parseDataType(declared)
  const [, name = '', precision, scale] = /^(\w+)(?:\((\d+),(\d+)\))?/.exec(engineType) ?? []
  if (name === 'DECIMAL') return decimal(Number(scale), Number(precision))
  return ENGINE_TYPES[engineType] ?? VARCHAR
}

const ENGINE_TYPES: Record<string, DataType> = {
  TINYINT: INTEGER,
  SMALLINT: INTEGER,
  INTEGER,
  BIGINT: INTEGER,
  HUGEINT: INTEGER,
  FLOAT,
  DOUBLE: FLOAT,
  BOOLEAN,
  DATE,
  TIME,
  TIMESTAMP: TIMESTAMP_NTZ,
  'TIMESTAMP WITH TIME ZONE': TIMESTAMP_LTZ,
  BLOB: BINARY,
  JSON: VARIANT,
}

/** True when DuckDB's type alone tells the Snowflake type, so that none has to be written beside it. */
export function isToldByEngine(type: DataType): boolean {
  switch (type.kind) {
    case 'VARCHAR':
      return type.length === MAX_VARCHAR_LENGTH
    case 'BINARY':
      return type.length === MAX_BINARY_LENGTH
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
    case 'OBJECT':
    case 'ARRAY':
      return false
    default:
      return true
  }
}

/** The type that can hold values of both, as UNION, CASE, COALESCE and VALUES need it; undefined for none. */
export function maybeCommonType(left: SqlType, right: SqlType): SqlType | undefined {
  if (left.kind === 'NULL') return right
  if (right.kind === 'NULL') return left
  if (left.kind === 'NUMBER' && right.kind === 'NUMBER') {
    const scale = Math.max(left.scale, right.scale)
    const whole = Math.max(left.precision - left.scale, right.precision - right.scale)
    return decimal(scale, Math.min(38, whole + scale))
  }
  if (left.kind === right.kind) {
    if ('length' in left && 'length' in right) return left.length >= right.length ? left : right
    return left
  }
  const kinds = [left.kind, right.kind]
  if (kinds.includes('VARIANT')) return VARIANT
  if (isSemiStructured(left) && isSemiStructured(right)) return VARIANT
  if (kinds.includes('VARCHAR')) return left.kind === 'VARCHAR' ? right : left
  if (kinds.every((kind) => kind === 'NUMBER' || kind === 'FLOAT')) return FLOAT
  if (kinds.every((kind) => kind === 'NUMBER' || kind === 'BOOLEAN')) return BOOLEAN
  if (kinds.includes('DATE') && (isTimestamp(left) || isTimestamp(right))) {
    return left.kind === 'DATE' ? right : left
  }
  if (isTimestamp(left) && isTimestamp(right)) {
    return kinds.includes('TIMESTAMP_TZ') ? TIMESTAMP_TZ : TIMESTAMP_LTZ
  }
  return undefined
}
