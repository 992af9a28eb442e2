import { printDataType } from '@spcs/sql'
import { invalidArgumentTypes } from '../errors.ts'
import {
  BINARY,
  BOOLEAN,
  decimal,
  FLOAT,
  isSemiStructured,
  isTimestamp,
  maybeCommonType,
  needsStruct,
  printEngineType,
  type SqlType,
  VARCHAR,
} from '../sql-type.ts'
import { maybeMomentLiteral } from './moment-literal.ts'
import { compose, type Printed } from './printed.ts'
import {
  convertExactly,
  maybeWallClock,
  maybeZonedText,
  readExactly,
  structOf,
} from './exact-moment.ts'
import { formatTimestamp } from './date-format.ts'

/** How a value becomes of another type: failing, or giving NULL, for what cannot be read. */
type Mode = 'cast' | 'try'

/**
 * The value as one of the type, by Snowflake's rules: numbers round half away from zero, text is read.
 *
 * @throws {SnowflakeError} 001044 when no value of its type can become one.
 */
export function castTo(value: Printed, type: SqlType): Printed {
  return convert(value, type, 'cast')
}

/** TRY_CAST: the same, NULL for what cannot be read. */
export function tryCastTo(value: Printed, type: SqlType): Printed {
  return convert(value, type, 'try')
}

/**
 * The value as a column of the type stores it: text that is too long is refused, not cut.
 */
export function assignTo(value: Printed, type: SqlType): Printed {
  const fits = value.type.kind === 'VARCHAR' && 'length' in type && value.type.length <= type.length
  if (type.kind !== 'VARCHAR' || type.length >= VARCHAR_MAX || fits) return castTo(value, type)
  return compose(type, [castTo(value, VARCHAR)], (text) => `sf_fit(${text}, ${type.length})`)
}

/** The value as a column of a table holds it. */
export function storeIn(
  column: { readonly type: SqlType; readonly isStruct: boolean },
  value: Printed,
): Printed {
  const assigned = assignTo(value, column.type)
  return column.isStruct ? { ...assigned, sql: structOf(assigned), exact: undefined } : assigned
}

const VARCHAR_MAX = VARCHAR.kind === 'VARCHAR' ? VARCHAR.length : 0

export function toText(value: Printed): Printed {
  return value.type.kind === 'VARCHAR' ? value : castTo(value, VARCHAR)
}

export function toBoolean(value: Printed): Printed {
  return value.type.kind === 'BOOLEAN' ? value : castTo(value, BOOLEAN)
}

export function toFloat(value: Printed): Printed {
  return value.type.kind === 'FLOAT' ? value : castTo(value, FLOAT)
}

/** A FLOAT or NUMBER as it is; text and variants as the NUMBER they hold. */
export function toNumber(value: Printed): Printed {
  const { kind } = value.type
  if (kind === 'NUMBER' || kind === 'FLOAT') return value
  if (kind === 'VARCHAR') return castTo(value, numberInText(value))
  // DIFFERS: arithmetic on a VARIANT is done in FLOAT; in Snowflake a whole number in it stays exact.
  if (kind === 'VARIANT') return castTo(value, FLOAT)
  return castTo(value, decimal(0))
}

/** A whole number, as DuckDB's functions want counts and positions. */
export function toBigInt(value: Printed): Printed {
  const number = toNumber(value)
  if (number.integer === true && typeof number.literal === 'number') return number
  return compose(decimal(0), [number], (sql) => `CAST(${sql} AS BIGINT)`, { integer: true })
}

/** All values as one type that holds them all. */
export function unify(values: readonly Printed[], context: string): Printed[] {
  const type = commonType(values, context)
  return values.map((value) => (value.type.kind === 'NULL' ? value : castTo(value, type)))
}

/**
 * The type that holds all values, as CASE, COALESCE, IN and UNION give it.
 *
 * @throws {SnowflakeError} 001044 when there is none.
 */
export function commonType(
  values: readonly Pick<Printed, 'type' | 'literal'>[],
  context: string,
): SqlType {
  let type: SqlType = { kind: 'NULL' }
  for (const value of values) {
    const common = maybeCommonType(type, value.type)
    if (common === undefined) throw mismatch(context, values)
    const text = value.type.kind === 'VARCHAR' ? value : undefined
    type =
      common.kind === 'NUMBER' && text !== undefined
        ? (maybeCommonType(common, numberInText(text)) ?? common)
        : common
  }
  return type
}

/** The values as they are compared: text with a number is read as one, a variant as the other's type. */
export function comparable(left: Printed, right: Printed, operator: string): [Printed, Printed] {
  const pair = [left, right] as const
  if (left.type.kind === 'NULL' || right.type.kind === 'NULL') return [left, right]
  const variant = pair.find((value) => value.type.kind === 'VARIANT')
  const other = pair.find((value) => value.type.kind !== 'VARIANT')
  if (variant !== undefined && other !== undefined && !isSemiStructured(other.type)) {
    const type = other.type.kind === 'NUMBER' ? FLOAT : other.type
    return [castTo(left, type), castTo(right, type)]
  }
  const type = commonType(pair, operator)
  const same = type.kind === 'NUMBER' && pair.every((value) => value.type.kind === 'NUMBER')
  return same ? [left, right] : [castTo(left, type), castTo(right, type)]
}

/** The NUMBER that a text is read as in arithmetic: a literal keeps its digits. */
// DIFFERS: other text gets six digits after the point.
function numberInText(text: Pick<Printed, 'literal'>): SqlType {
  const { literal } = text
  if (typeof literal !== 'string') return decimal(6)
  return decimal(Math.min(37, /^\s*[+-]?\d*\.(\d*)\s*$/.exec(literal)?.[1]?.length ?? 0))
}

function convert(value: Printed, type: SqlType, mode: Mode): Printed {
  const from = value.type
  if (from.kind === 'NULL') {
    const none = { ...value, sql: `CAST(NULL AS ${printEngineType(type)})`, type }
    return needsStruct(type) ? { ...none, exact: structOf(none) } : none
  }
  if (isSameType(from, type)) {
    const same = (sql: string): string => sql
    const exact = from.kind === type.kind ? value.exact : convertExactly(value, type, same)
    return { ...value, type, exact }
  }
  // The moments of a VARIANT are text.
  if (from.kind === 'VARIANT' && needsStruct(type))
    return convert(castTo(value, VARCHAR), type, mode)
  const wallClock = hasNoZone(type) ? maybeWallClock(value) : undefined
  if (wallClock !== undefined) return convert(wallClock, type, mode)
  const zonedText = isText(type) ? maybeZonedText(value) : undefined
  if (zonedText !== undefined) {
    return castTo({ ...value, sql: zonedText, exact: undefined, type: VARCHAR }, type)
  }
  const moment =
    typeof value.literal === 'string' ? maybeMomentLiteral(value.literal, type) : undefined
  const sql = maybeConversion(from, type, mode, moment)
  if (sql === undefined) throw mismatch(mode === 'try' ? 'TRY_CAST' : 'CAST', [value, { type }])
  const converted = compose(type, [value], sql)
  const exact =
    from.kind === 'VARCHAR' ? readExactly(value, type, sql, mode) : convertExactly(value, type, sql)
  return { ...converted, exact }
}

function isText({ kind }: SqlType): boolean {
  return kind === 'VARCHAR' || kind === 'VARIANT'
}

function hasNoZone({ kind }: SqlType): boolean {
  return kind === 'TIMESTAMP_NTZ' || kind === 'DATE' || kind === 'TIME'
}

/** True when the engine holds values of both in the same way, so that nothing has to be done. */
function isSameType(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'NUMBER' || to.kind === 'NUMBER') return false
  if (from.kind === 'VARCHAR' && to.kind === 'VARCHAR') return from.length <= to.length
  if (to.kind === 'VARIANT') return isSemiStructured(from)
  if (from.kind === to.kind) {
    return !('precision' in from) || !('precision' in to) || from.precision <= to.precision
  }
  return isZoned(from) && isZoned(to)
}

function isZoned(type: SqlType): boolean {
  return type.kind === 'TIMESTAMP_LTZ' || type.kind === 'TIMESTAMP_TZ'
}

type Conversion = (sql: string) => string

/** @param moment The value, where it is text that holds a moment in the usual form. */
function maybeConversion(
  from: SqlType,
  to: SqlType,
  mode: Mode,
  moment?: string,
): Conversion | undefined {
  const read = (name: string): Conversion =>
    moment === undefined ? macro(name, mode) : () => moment
  const plain: Conversion = (sql) =>
    `${mode === 'try' ? 'TRY_CAST' : 'CAST'}(${sql} AS ${printEngineType(to)})`
  if (from.kind === 'VARIANT') return fromVariant(to, mode)
  if (from.kind === 'OBJECT' || from.kind === 'ARRAY') {
    return to.kind === 'VARCHAR' ? (sql) => `CAST(${sql} AS VARCHAR)` : undefined
  }
  switch (to.kind) {
    case 'VARCHAR':
      return toVarchar(from, to.length)
    case 'NUMBER':
    case 'FLOAT':
      if (from.kind === 'VARCHAR') return (sql) => plain(`trim(${sql})`)
      return ['NUMBER', 'FLOAT', 'BOOLEAN'].includes(from.kind) ? plain : undefined
    case 'BOOLEAN':
      if (from.kind === 'VARCHAR') return macro('boolean', mode)
      return from.kind === 'NUMBER' || from.kind === 'FLOAT' ? (sql) => `(${sql} <> 0)` : undefined
    case 'DATE':
      if (from.kind === 'VARCHAR') return read('date')
      return isTimestamp(from) ? plain : undefined
    case 'TIME':
      if (from.kind === 'VARCHAR') return truncated(read('time'), to)
      if (from.kind === 'TIME') return truncated(plain, to)
      return isTimestamp(from) ? truncated(plain, to) : undefined
    case 'TIMESTAMP_NTZ':
      if (from.kind === 'VARCHAR') return truncated(read('timestamp'), to)
      return isTimestamp(from) || from.kind === 'DATE' ? truncated(plain, to) : undefined
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      if (from.kind === 'VARCHAR') return truncated(read('timestamptz'), to)
      return isTimestamp(from) || from.kind === 'DATE' ? truncated(plain, to) : undefined
    case 'BINARY':
      if (from.kind === 'BINARY') return (sql) => sql
      return from.kind === 'VARCHAR' ? macro('binary', mode) : undefined
    case 'VARIANT':
      return toVariant(from)
    default:
      return undefined
  }
}

function macro(name: string, mode: Mode): Conversion {
  return (sql) => `sf_${mode === 'try' ? 'try_' : ''}${name}(${sql})`
}

/** Cuts the fraction of a second to the type's digits. */
function truncated(conversion: Conversion, type: { readonly precision: number }): Conversion {
  if (type.precision >= 6) return conversion
  const unit = type.precision >= 3 ? 'millisecond' : 'second'
  const engineType = (type as SqlType).kind === 'TIME' ? 'TIME' : undefined
  if (engineType === undefined) return (sql) => `date_trunc('${unit}', ${conversion(sql)})`
  return (sql) => `CAST(date_trunc('${unit}', DATE '1970-01-01' + ${conversion(sql)}) AS TIME)`
}

function toVarchar(from: SqlType, length: number): Conversion | undefined {
  const cut = (sql: string): string => (length >= VARCHAR_MAX ? sql : `left(${sql}, ${length})`)
  switch (from.kind) {
    case 'FLOAT':
      return (sql) => cut(`sf_float_text(${sql})`)
    case 'BINARY':
      return (sql) => cut(`hex(${sql})`)
    case 'TIME':
      return (sql) => cut(`left(CAST(${sql} AS VARCHAR), 8)`)
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return (sql) => cut(formatTimestamp(sql, from.kind))
    case 'VARCHAR':
      return cut
    default:
      return (sql) => cut(`CAST(${sql} AS VARCHAR)`)
  }
}

function toVariant(from: SqlType): Conversion | undefined {
  switch (from.kind) {
    case 'NUMBER':
      return from.scale === 0
        ? (sql) => `to_json(${sql})`
        : (sql) => `CAST(regexp_replace(CAST(${sql} AS VARCHAR), '\\.?0+$', '') AS JSON)`
    case 'FLOAT':
    case 'BOOLEAN':
    case 'VARCHAR':
      return (sql) => `to_json(${sql})`
    default: {
      const text = toVarchar(from, VARCHAR_MAX)
      return text === undefined ? undefined : (sql) => `to_json(${text(sql)})`
    }
  }
}

function fromVariant(to: SqlType, mode: Mode): Conversion | undefined {
  const text: Conversion = (sql) => `(${sql} ->> '$')`
  switch (to.kind) {
    case 'VARCHAR':
      return to.length >= VARCHAR_MAX ? text : (sql) => `left(${text(sql)}, ${to.length})`
    case 'OBJECT':
    case 'ARRAY':
      return (sql) => `sf_${to.kind.toLowerCase()}(${sql})`
    case 'BINARY':
      return maybeConversion(BINARY, to, mode)
    default: {
      const read = maybeConversion(VARCHAR, to, mode)
      return read === undefined ? undefined : (sql) => read(text(sql))
    }
  }
}

function mismatch(
  name: string,
  values: readonly { readonly type: SqlType }[],
): ReturnType<typeof invalidArgumentTypes> {
  return invalidArgumentTypes(
    name,
    values.map(({ type }) => printSqlType(type)),
  )
}

/** A type as errors name it. */
export function printSqlType(type: SqlType): string {
  return type.kind === 'NULL' ? 'NULL' : printDataType(type)
}
