import { unsupported } from '../../../snowflake-error.ts'
import { type DateUnit, readDateUnit } from '../date-unit.ts'
import { castTo, toBigInt, toText } from '../print/cast.ts'
import { compose, type Printed } from '../print/printed.ts'
import {
  DATE,
  decimal,
  INTEGER,
  isTimestamp,
  type SqlType,
  TIME,
  TIMESTAMP_LTZ,
  TIMESTAMP_NTZ,
  VARCHAR,
} from '../sql-type.ts'
import {
  argument,
  asParameter,
  type Call,
  define,
  type FunctionPrinter,
  type FunctionTable,
  requireCount,
  wordArgument,
} from './function-table.ts'

const part =
  (unit: DateUnit): FunctionPrinter =>
  (call) => {
    requireCount(call, 1, 1)
    return datePart(unit, argument(call, 0))
  }

/** Dates, times and timestamps. */
export const dateFunctions: FunctionTable = {
  DATEADD: dateAdd,
  TIMEADD: dateAdd,
  TIMESTAMPADD: dateAdd,
  DATEDIFF: dateDiff,
  TIMEDIFF: dateDiff,
  TIMESTAMPDIFF: dateDiff,
  DATE_TRUNC: (call) => {
    requireCount(call, 2, 2)
    return truncateDate(readDateUnit(wordArgument(call, 0)), argument(call, 1))
  },
  DATE_PART: (call) => {
    requireCount(call, 2, 2)
    return datePart(readDateUnit(wordArgument(call, 0)), argument(call, 1))
  },
  YEAR: part('year'),
  QUARTER: part('quarter'),
  MONTH: part('month'),
  WEEK: part('week'),
  WEEKOFYEAR: part('week'),
  WEEKISO: part('weekiso'),
  DAY: part('day'),
  DAYOFMONTH: part('day'),
  DAYOFWEEK: part('dayofweek'),
  DAYOFWEEKISO: part('dayofweekiso'),
  DAYOFYEAR: part('dayofyear'),
  YEAROFWEEK: part('yearofweek'),
  YEAROFWEEKISO: part('yearofweekiso'),
  HOUR: part('hour'),
  MINUTE: part('minute'),
  SECOND: part('second'),
  DAYNAME: define('moment', VARCHAR, (x) => `strftime(${x}, '%a')`),
  MONTHNAME: define('moment', VARCHAR, (x) => `strftime(${x}, '%b')`),
  LAST_DAY: (call) => {
    requireCount(call, 1, 2)
    const unit = call.args.length === 1 ? 'month' : readDateUnit(wordArgument(call, 1))
    if (!['year', 'quarter', 'month', 'week'].includes(unit))
      throw unsupported(`LAST_DAY of ${unit}`)
    return compose(
      DATE,
      [castTo(argument(call, 0), DATE)],
      (x) => `CAST(date_trunc('${unit}', ${x}) + INTERVAL 1 ${unit} - INTERVAL 1 DAY AS DATE)`,
    )
  },
  ADD_MONTHS: (call) => {
    requireCount(call, 2, 2)
    const date = asParameter(argument(call, 0), 'moment')
    if (date.type.kind !== 'DATE') return shiftMoment('month', toBigInt(argument(call, 1)), date)
    return compose(
      DATE,
      [date, toBigInt(argument(call, 1))],
      (x, n) => `sf_add_months(${x}, CAST(${n} AS INTEGER))`,
    )
  },
  MONTHS_BETWEEN: define(
    'moment moment',
    decimal(6),
    (a, b) => `CAST(sf_months_between(${a}, ${b}) AS DECIMAL(38,6))`,
  ),
  NEXT_DAY: define('date text', DATE, (x, day) => `sf_next_day(${x}, sf_weekday(${day}))`),
  PREVIOUS_DAY: define('date text', DATE, (x, day) => `sf_previous_day(${x}, sf_weekday(${day}))`),
  DATE_FROM_PARTS: define(
    'integer integer integer',
    DATE,
    (y, m, d) => `sf_date_from_parts(${y}, ${m}, ${d})`,
  ),
  TIME_FROM_PARTS: define(
    'integer integer integer integer?',
    TIME,
    (h, m, s, ns = '0') =>
      `CAST(sf_timestamp_from_parts(1970, 1, 1, ${h}, ${m}, ${s}, ${ns}) AS TIME)`,
  ),
  TIMESTAMP_FROM_PARTS: timestampFromParts,
  TIMESTAMP_NTZ_FROM_PARTS: timestampFromParts,
  CONVERT_TIMEZONE: (call) => {
    requireCount(call, 2, 3)
    const zone = (index: number): Printed => toText(argument(call, index))
    if (call.args.length === 3) {
      return compose(
        TIMESTAMP_NTZ,
        [zone(0), zone(1), castTo(argument(call, 2), TIMESTAMP_NTZ)],
        (from, to, x) => `((${x} AT TIME ZONE ${from}) AT TIME ZONE ${to})`,
      )
    }
    // DIFFERS: gives the wall clock of the zone as TIMESTAMP_NTZ, not TIMESTAMP_TZ.
    return compose(
      TIMESTAMP_NTZ,
      [zone(0), castTo(argument(call, 1), TIMESTAMP_LTZ)],
      (to, x) => `(${x} AT TIME ZONE ${to})`,
    )
  },
}

/** TRUNC of a date: DATE_TRUNC with its arguments the other way round. */
export function maybeTruncateByUnit(call: Call): Printed | undefined {
  const [value] = call.args
  if (value === undefined || (value.type.kind !== 'DATE' && !isTimestamp(value.type)))
    return undefined
  requireCount(call, 2, 2)
  return truncateDate(readDateUnit(wordArgument(call, 1)), value)
}

/** One part of a moment, as EXTRACT and DATE_PART give it. */
export function datePart(unit: DateUnit, value: Printed): Printed {
  const moment = asParameter(value, 'moment')
  return compose(INTEGER, [moment], PARTS[unit], { integer: true })
}

const PARTS: Record<DateUnit, (x?: string) => string> = {
  year: (x) => `year(${x})`,
  quarter: (x) => `quarter(${x})`,
  month: (x) => `month(${x})`,
  week: (x) => `week(${x})`,
  day: (x) => `day(${x})`,
  hour: (x) => `hour(${x})`,
  minute: (x) => `minute(${x})`,
  second: (x) => `second(${x})`,
  millisecond: (x) => `(microsecond(${x}) % 1000000 // 1000)`,
  microsecond: (x) => `(microsecond(${x}) % 1000000)`,
  nanosecond: (x) => `(microsecond(${x}) % 1000000 * 1000)`,
  dayofweek: (x) => `dayofweek(${x})`,
  dayofweekiso: (x) => `isodow(${x})`,
  dayofyear: (x) => `dayofyear(${x})`,
  weekiso: (x) => `week(${x})`,
  yearofweek: (x) => `isoyear(${x})`,
  yearofweekiso: (x) => `isoyear(${x})`,
  epoch_second: (x) => `CAST(floor(epoch(${x})) AS BIGINT)`,
  epoch_millisecond: (x) => `epoch_ms(${x})`,
  epoch_microsecond: (x) => `epoch_us(${x})`,
  epoch_nanosecond: (x) => `epoch_ns(${x})`,
  timezone_hour: (x) => `date_part('timezone_hour', ${x})`,
  timezone_minute: (x) => `date_part('timezone_minute', ${x})`,
}

const CALENDAR = new Set<DateUnit>(['year', 'quarter', 'month', 'week', 'day'])
const CLOCK = new Set<DateUnit>([
  'hour',
  'minute',
  'second',
  'millisecond',
  'microsecond',
  'nanosecond',
])

/** A moment cut to the unit; a DATE stays one. */
export function truncateDate(unit: DateUnit, value: Printed): Printed {
  const moment = asParameter(value, 'moment')
  if (!CALENDAR.has(unit) && !CLOCK.has(unit)) throw unsupported(`DATE_TRUNC to ${unit}`)
  const { type } = moment
  if (type.kind === 'DATE') {
    return CLOCK.has(unit)
      ? moment
      : compose(type, [moment], (x) => `CAST(date_trunc('${unit}', ${x}) AS DATE)`)
  }
  const name = unit === 'nanosecond' ? 'microsecond' : unit
  if (type.kind === 'TIME') {
    return compose(
      type,
      [moment],
      (x) => `CAST(date_trunc('${name}', DATE '1970-01-01' + ${x}) AS TIME)`,
    )
  }
  return compose(type, [moment], (x) => `date_trunc('${name}', ${x})`)
}

function dateAdd(call: Call): Printed {
  requireCount(call, 3, 3)
  const unit = readDateUnit(wordArgument(call, 0))
  return shiftMoment(unit, toBigInt(argument(call, 1)), asParameter(argument(call, 2), 'moment'))
}

/** A moment so many units later; a DATE stays one where the unit is a day or more. */
export function shiftMoment(unit: DateUnit, count: Printed, moment: Printed): Printed {
  const interval = INTERVALS[unit]
  if (interval === undefined) throw unsupported(`DATEADD of ${unit}`)
  const { type } = moment
  if (type.kind === 'DATE' && CALENDAR.has(unit)) {
    return compose(DATE, [moment, count], (x, n = '') => `CAST(${x} + ${interval(n)} AS DATE)`)
  }
  const result: SqlType = type.kind === 'DATE' ? TIMESTAMP_NTZ : type
  return compose(result, [castTo(moment, result), count], (x, n = '') => `(${x} + ${interval(n)})`)
}

const INTERVALS: Partial<Record<DateUnit, (n: string) => string>> = {
  year: (n) => `to_years(CAST(${n} AS INTEGER))`,
  quarter: (n) => `to_months(CAST(${n} * 3 AS INTEGER))`,
  month: (n) => `to_months(CAST(${n} AS INTEGER))`,
  week: (n) => `to_days(CAST(${n} * 7 AS INTEGER))`,
  day: (n) => `to_days(CAST(${n} AS INTEGER))`,
  hour: (n) => `to_hours(${n})`,
  minute: (n) => `to_minutes(${n})`,
  second: (n) => `to_seconds(${n})`,
  millisecond: (n) => `to_milliseconds(${n})`,
  microsecond: (n) => `to_microseconds(${n})`,
  nanosecond: (n) => `to_microseconds(${n} // 1000)`,
}

function dateDiff(call: Call): Printed {
  requireCount(call, 3, 3)
  const unit = readDateUnit(wordArgument(call, 0))
  if (!CALENDAR.has(unit) && !CLOCK.has(unit)) throw unsupported(`DATEDIFF in ${unit}`)
  let [from, to] = [argument(call, 1), argument(call, 2)].map((value) =>
    asParameter(value, 'moment'),
  ) as [Printed, Printed]
  const zoned = [from, to].some(({ type }) => isTimestamp(type) && type.kind !== 'TIMESTAMP_NTZ')
  if (from.type.kind !== 'TIME' && (from.type.kind !== to.type.kind || CLOCK.has(unit))) {
    const type = zoned ? TIMESTAMP_LTZ : TIMESTAMP_NTZ
    ;[from, to] = [castTo(from, type), castTo(to, type)]
  }
  const print = (a = '', b = ''): string => {
    if (unit === 'week') return `sf_week_difference(${a}, ${b})`
    if (unit === 'nanosecond') return `(date_diff('microsecond', ${a}, ${b}) * 1000)`
    return `date_diff('${unit}', ${a}, ${b})`
  }
  return compose(INTEGER, [from, to], print, { integer: true })
}

function timestampFromParts(call: Call): Printed {
  if (call.args.length === 2) {
    return define('date any', TIMESTAMP_NTZ, (date, time) => `(${date} + ${time})`)(call)
  }
  return define(
    'integer integer integer integer integer integer integer?',
    TIMESTAMP_NTZ,
    (y, mo, d, h, mi, s, ns = '0') =>
      `sf_timestamp_from_parts(${y}, ${mo}, ${d}, ${h}, ${mi}, ${s}, ${ns})`,
  )(call)
}
