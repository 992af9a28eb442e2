import { SnowflakeError } from '../../snowflake-error.ts'

/** A part of a date or time, by any of the names that Snowflake has for it. */
export type DateUnit =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'microsecond'
  | 'nanosecond'
  | 'dayofweek'
  | 'dayofweekiso'
  | 'dayofyear'
  | 'weekiso'
  | 'yearofweek'
  | 'yearofweekiso'
  | 'epoch_second'
  | 'epoch_millisecond'
  | 'epoch_microsecond'
  | 'epoch_nanosecond'
  | 'timezone_hour'
  | 'timezone_minute'

const NAMES: Record<DateUnit, string> = {
  year: 'year y yy yyy yyyy yr years yrs',
  quarter: 'quarter q qtr qtrs quarters',
  month: 'month mm mon mons months',
  week: 'week w wk weekofyear woy wy weeks',
  day: 'day d dd days dayofmonth',
  hour: 'hour h hh hr hours hrs',
  minute: 'minute m mi min minutes mins',
  second: 'second s sec seconds secs',
  millisecond: 'millisecond ms msec milliseconds',
  microsecond: 'microsecond us usec microseconds',
  nanosecond: 'nanosecond ns nsec nanosec nsecond nanoseconds nanosecs nseconds',
  dayofweek: 'dayofweek weekday dow dw',
  dayofweekiso: 'dayofweekiso weekday_iso dow_iso dw_iso dayofweek_iso',
  dayofyear: 'dayofyear yearday doy dy',
  weekiso: 'weekiso week_iso weekofyeariso weekofyear_iso',
  yearofweek: 'yearofweek',
  yearofweekiso: 'yearofweekiso',
  epoch_second: 'epoch_second epoch epoch_seconds',
  epoch_millisecond: 'epoch_millisecond epoch_milliseconds',
  epoch_microsecond: 'epoch_microsecond epoch_microseconds',
  epoch_nanosecond: 'epoch_nanosecond epoch_nanoseconds',
  timezone_hour: 'timezone_hour tzh',
  timezone_minute: 'timezone_minute tzm',
}

const UNITS = new Map(
  (Object.entries(NAMES) as [DateUnit, string][]).flatMap(([unit, names]) =>
    names.split(' ').map((name) => [name, unit] as const),
  ),
)

/** @throws {SnowflakeError} 001151 for a name that is none. */
export function readDateUnit(name: string | undefined): DateUnit {
  const unit = name === undefined ? undefined : UNITS.get(name.toLowerCase())
  if (unit !== undefined) return unit
  throw new SnowflakeError(
    '001151',
    '22023',
    `SQL compilation error:\n'${name ?? ''}' is not a valid date/time component.`,
  )
}
