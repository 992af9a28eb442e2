import type { DataType } from '@spcs/sql'

/*
 * Values of a result are exact text. To compare and count them, DuckDB gets a second form of each column:
 *
 *   NUMBER            HUGEINT: units of the last digit of its longest fraction, 1.5 and 0.25 are 150 and 25
 *   DATE, TIME(STAMP) HUGEINT: nanoseconds since 1970 or midnight, which holds all years with all digits
 *   FLOAT             DOUBLE, with NaN and infinities
 *   BOOLEAN           BOOLEAN
 *   everything else   the text itself
 *
 * Text that is no value of its column's type has the value NULL.
 */

export type ValueForm = 'number' | 'time' | 'float' | 'boolean' | 'text'

/** How values of a type are compared. */
export function formOf(kind: DataType['kind']): ValueForm {
  switch (kind) {
    case 'NUMBER':
      return 'number'
    case 'FLOAT':
      return 'float'
    case 'BOOLEAN':
      return 'boolean'
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return 'time'
    case 'VARCHAR':
    case 'BINARY':
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return 'text'
  }
}

/** Whether Snowflake can put the values of a type in order. */
export function hasOrder(kind: DataType['kind']): boolean {
  return kind !== 'VARIANT' && kind !== 'OBJECT' && kind !== 'ARRAY'
}

const DAY = 86_400_000_000_000n
const SECOND = 1_000_000_000n
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE
const DATE_TEXT = String.raw`\d{4}-\d{2}-\d{2}`
const TIME_TEXT = String.raw`\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?`
const ZONE_TEXT = String.raw`\s?(?:Z|[+-]\d{2}:?\d{2})?`

/**
 * DuckDB's expression for the value of `text`, an expression itself. It never fails.
 *
 * @param scale Digits after the point that the column's numbers have at most.
 */
export function valueSql(kind: DataType['kind'], text: string, scale: number): string {
  switch (kind) {
    case 'NUMBER': {
      const digits = `concat(split_part(${text}, '.', 1), rpad(split_part(${text}, '.', 2), ${scale}, '0'))`
      // 1e-7, which few numbers are written as, goes the slow way.
      const other = `replace(TRY_CAST(TRY_CAST(${text} AS DECIMAL(38,${scale})) AS VARCHAR), '.', '')`
      return `TRY_CAST(CASE WHEN regexp_full_match(${text}, '-?\\d+(?:\\.\\d*)?') THEN ${digits} WHEN contains(lower(${text}), 'e') THEN ${other} END AS HUGEINT)`
    }
    case 'FLOAT':
      return `TRY_CAST(${text} AS DOUBLE)`
    case 'BOOLEAN':
      return `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END`
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ': {
      const { isTime, microseconds, fraction } = timeSql(kind, text)
      return `CASE WHEN ${isTime} THEN (${microseconds})::HUGEINT * 1000 + ${fraction} END`
    }
    default:
      return text
  }
}

export interface TimeSql {
  /** True for text that is a value of the type: what DuckDB takes for one is more, "2024-01-01 and more" or "infinity". */
  readonly isTime: string
  /** To the second, since 1970 or midnight, in UTC where there is a zone. */
  readonly microseconds: string
  /** Nanoseconds of the second. */
  readonly fraction: string
}

/** The parts of a date or time, all of them BIGINT: DuckDB divides HUGEINTs slowly. */
export function timeSql(kind: DataType['kind'], text: string): TimeSql {
  const like = (pattern: string): string => `regexp_full_match(${text}, '${pattern}')`
  if (kind === 'DATE') {
    const microseconds = `epoch_us(TRY_CAST(${text} AS DATE)::TIMESTAMP)`
    return { isTime: like(DATE_TEXT), microseconds, fraction: '0' }
  }
  const isClock = kind === 'TIME'
  const [whole, type] = isClock ? [8, 'TIME'] : [19, 'TIMESTAMP']
  const seconds = `epoch_us(TRY_CAST(left(${text}, ${whole}) AS ${type}))`
  const hasZone = kind === 'TIMESTAMP_LTZ' || kind === 'TIMESTAMP_TZ'
  const digits = `regexp_extract(substr(${text}, ${whole + 1}), '^\\.(\\d+)', 1)`
  return {
    isTime: like(isClock ? TIME_TEXT : `${DATE_TEXT}[T ]${TIME_TEXT}${ZONE_TEXT}`),
    microseconds: hasZone ? `${seconds} - ${offsetSql(text)}` : seconds,
    fraction: `TRY_CAST(rpad(${digits}, 9, '0') AS BIGINT)`,
  }
}

/** The zone's distance from UTC in microseconds. */
function offsetSql(text: string): string {
  const part = (group: number): string =>
    `TRY_CAST(nullif(regexp_extract(substr(${text}, 20), '([+-])(\\d{2}):?(\\d{2})$', ${group}), '') AS BIGINT)`
  const isWest = `contains(substr(${text}, 20), '-')`
  return `coalesce((${part(2)} * 60 + ${part(3)}) * CASE WHEN ${isWest} THEN -60000000 ELSE 60000000 END, 0)`
}

/** A number as somebody types it, in units of `scale` digits: rounded down, and whether that changed it. */
export function parseNumber(
  text: string,
  scale: number,
): { readonly units: bigint; readonly isExact: boolean } | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?\s*$/i.exec(text)
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? []
  if (whole + fraction === '') return undefined
  const places = scale - fraction.length + Number(exponent)
  const digits = BigInt(sign + whole + fraction)
  if (places >= 0) return { units: digits * 10n ** BigInt(places), isExact: true }
  const divisor = 10n ** BigInt(-places)
  const quotient = digits / divisor
  const isExact = quotient * divisor === digits
  return { units: isExact || digits >= 0n ? quotient : quotient - 1n, isExact }
}

/** Units of a NUMBER as decimal text, with all digits of its scale. */
export function printNumber(units: bigint, scale: number): string {
  if (scale === 0) return String(units)
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** A date or time as somebody types it, to the nanosecond: `2024-05-06`, `2024-05-06 07:08`, `07:08:09.5 +02:00`. */
export function parseTime(text: string, kind: DataType['kind']): bigint | undefined {
  const match =
    /^\s*(?:(\d{4})-(\d{2})-(\d{2}))?(?:[T ]?(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s?(?:Z|([+-])(\d{2}):?(\d{2}))?\s*$/.exec(
      text,
    )
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = '', sign, east, past] = match
  const needsDate = kind !== 'TIME'
  if ((year !== undefined) !== needsDate || (hour === undefined && !needsDate)) return undefined
  if (kind === 'DATE' && hour !== undefined) return undefined
  const days = needsDate ? daysSince1970(Number(year), Number(month), Number(day)) : 0
  const [hours, minutes, seconds] = [Number(hour ?? 0), Number(minute ?? 0), Number(second)]
  if (days === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined
  const offset =
    sign === undefined || kind === 'TIMESTAMP_NTZ'
      ? 0
      : Number(`${sign}1`) * (Number(east) * 60 + Number(past))
  return (
    BigInt(days) * DAY +
    BigInt(hours * 3600 + minutes * 60 + seconds) * SECOND +
    BigInt(fraction.padEnd(9, '0')) -
    BigInt(offset) * MINUTE
  )
}

function daysSince1970(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal ? date.getTime() / 86_400_000 : undefined
}

/** Nanoseconds as text that is read again: ISO 8601 with `separator` between date and time; instants are in UTC. */
export function printTime(value: bigint, kind: DataType['kind'], separator: 'T' | ' '): string {
  const inDay = ((value % DAY) + DAY) % DAY
  const days = Number((value - inDay) / DAY)
  // Years beyond 9999, which an edge of a chart may have, are written with a sign there.
  const date = new Date(days * 86_400_000).toISOString().slice(0, -14).replace(/^\+0*/, '')
  if (kind === 'DATE') return date
  const two = (part: bigint): string => String(part).padStart(2, '0')
  const fraction = String(inDay % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '')
  const clock = `${two(inDay / HOUR)}:${two((inDay / MINUTE) % 60n)}:${two((inDay / SECOND) % 60n)}${fraction && `.${fraction}`}`
  if (kind === 'TIME') return clock
  const zone = kind === 'TIMESTAMP_NTZ' ? '' : separator === 'T' ? 'Z' : ' +0000'
  return `${date}${separator}${clock}${zone}`
}

/** Text inside a statement of DuckDB's, where nothing but a quote is special. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
