import type { DataType } from '@spcs/sql'
import type { ReadTime } from './raw-cells.ts'
import { isPrintable, type PrintTime, type Time, timePrinter } from './time-format.ts'
import { type OffsetAt, zoneOffsets } from './zone-offset.ts'

export type TimeKind = Extract<DataType['kind'], 'DATE' | 'TIME' | `TIMESTAMP_${string}`>

/** The cells of a column of dates or times, by the session's output format and time zone. */
export interface TimeReader {
  /** A Date that prints itself exactly; a TIME is its text. */
  toValue(cell: string): Date | string
  toText(cell: string): string
}

/** What is the same for every cell of a column; the driver tells it with the first one. */
interface TimeColumn {
  readonly kind: TimeKind
  readonly print: PrintTime
  readonly offsetAt: OffsetAt
  readonly zone: string | number | undefined
}

/**
 * @param readByDriver For what is rare: formats with names, zones that are not known here, times before 1900 in a zone,
 *   years beyond 9999.
 */
export function timeReader(kind: TimeKind, scale: number, readByDriver: ReadTime): TimeReader {
  let column: TimeColumn | undefined
  let isKnown = false
  const read = (cell: string): { readonly time: Time; readonly column: TimeColumn } | undefined => {
    if (!isKnown) {
      column = describe(kind, scale, readByDriver(cell))
      isKnown = true
    }
    const time = column && parseTime(cell, column)
    return column === undefined || time === undefined || !isPrintable(time)
      ? undefined
      : { time, column }
  }
  const toText = (cell: string): string => {
    const found = read(cell)
    return found === undefined ? readByDriver(cell).toJSON() : found.column.print(found.time)
  }
  const toValue = (cell: string): Date | string => {
    if (kind === 'TIME') return toText(cell)
    const found = read(cell)
    if (found === undefined) return readByDriver(cell) as unknown as Date
    return exactDate(found.time, found.column)
  }
  return { toText, toValue }
}

function describe(
  kind: TimeKind,
  scale: number,
  sample: ReturnType<ReadTime>,
): TimeColumn | undefined {
  const print = timePrinter(sample.getFormat(), scale)
  const zone = sample.getTimezone?.()
  const offsetAt =
    kind === 'TIMESTAMP_LTZ' && typeof zone === 'string' ? zoneOffsets(zone) : (): number => 0
  return print && offsetAt && { kind, print, offsetAt, zone }
}

/** Days, or seconds with a fraction; a TIMESTAMP_TZ has its offset behind them. */
const CELL = /^(-?)(\d+)(?:\.(\d{1,9}))?(?: (\d+))?$/
const DAY_SECONDS = 86_400
/** Offsets are told from a day before UTC on. */
const UTC_MINUTES = 1440

function parseTime(cell: string, { kind, offsetAt }: TimeColumn): Time | undefined {
  const [, sign, whole = '', fraction = '', offset] = CELL.exec(cell) ?? []
  if (sign === undefined) return undefined
  // Without its offset behind it, it is of a form that servers once had.
  if ((kind === 'TIMESTAMP_TZ') !== (offset !== undefined)) return undefined
  let nanoseconds = fraction === '' ? 0 : Number(fraction.padEnd(9, '0'))
  let seconds = Number(whole) * (kind === 'DATE' ? DAY_SECONDS : 1)
  if (sign === '-') {
    // -1.25 s is 0.75 s after -2 s; without a fraction, 0 - 0 is no negative zero.
    seconds = 0 - seconds - (nanoseconds === 0 ? 0 : 1)
    nanoseconds = nanoseconds === 0 ? 0 : 1e9 - nanoseconds
  }
  const offsetMinutes = offset === undefined ? offsetAt(seconds) : Number(offset) - UTC_MINUTES
  return offsetMinutes === undefined ? undefined : { seconds, nanoseconds, offsetMinutes }
}

/** A Date with the driver's own methods; they are not listed where it is shown. */
function exactDate(time: Time, { kind, print, zone }: TimeColumn): Date {
  const milliseconds = time.seconds * 1000 + Math.trunc(time.nanoseconds / 1e6)
  return Object.defineProperties(new Date(milliseconds), {
    toJSON: { value: () => print(time) },
    getEpochSeconds: { value: () => time.seconds },
    getNanoSeconds: { value: () => time.nanoseconds },
    getTimezone: { value: () => (kind === 'TIMESTAMP_TZ' ? time.offsetMinutes : zone) },
  })
}
