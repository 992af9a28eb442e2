import { printValue } from '@spcs/sql'
import { printNumber, printTime } from './column-values.ts'
import type { ImportedColumn } from './result-columns.ts'

/** Bars of equal width: each holds what is at least `from` and less than `to`; the last of FLOATs its `to` as well. */
export interface Bars {
  /** Edges as exact text, one more than there are bars. */
  readonly edges: readonly string[]
  /** The inner edges, as DuckDB's expressions: a value's bar is how many of them are not above it. */
  readonly inner: readonly string[]
}

export const MOST_BARS = 20

/**
 * The bars for values from `minimum` to `maximum`: units of numbers and times, or FLOATs. Edges of numbers and times
 * are round: whole hundreds, whole days.
 */
export function planBars(
  column: ImportedColumn,
  minimum: bigint | number,
  maximum: bigint | number,
): Bars {
  if (typeof minimum === 'number' || typeof maximum === 'number') {
    return floatBars(Number(minimum), Number(maximum))
  }
  const isNumber = column.form === 'number'
  const units = isNumber ? POWERS_OF_TEN : column.kind === 'DATE' ? [DAY] : TIME_UNITS
  const { start, width, count } = wholeBars(minimum, maximum, units)
  const edges = Array.from({ length: count + 1 }, (_, at) => start + BigInt(at) * width)
  return {
    edges: edges.map((edge) =>
      isNumber ? printNumber(edge, column.scale) : printTime(edge, column.kind, ' '),
    ),
    inner: edges.slice(1, -1).map((edge) => `'${edge}'::HUGEINT`),
  }
}

const DAY = 86_400_000_000_000n
/** From days down to nanoseconds. */
const TIME_UNITS = [
  DAY,
  3_600_000_000_000n,
  60_000_000_000n,
  1_000_000_000n,
  1_000_000n,
  1_000n,
  1n,
]
const POWERS_OF_TEN = Array.from({ length: 39 }, (_, at) => 10n ** BigInt(38 - at))

function wholeBars(
  minimum: bigint,
  maximum: bigint,
  units: readonly bigint[],
): { readonly start: bigint; readonly width: bigint; readonly count: number } {
  const most = BigInt(MOST_BARS)
  const unit = units.find((each) => (maximum - minimum) / each >= most) ?? units.at(-1) ?? 1n
  const start = floor(minimum, unit)
  const steps = (floor(maximum, unit) - start) / unit + 1n
  const width = (steps + most - 1n) / most
  const count = Number((steps + width - 1n) / width)
  return { start, width: width * unit, count }
}

function floor(value: bigint, unit: bigint): bigint {
  const rest = value % unit
  return value - (rest < 0n ? rest + unit : rest)
}

function floatBars(minimum: number, maximum: number): Bars {
  const count = minimum === maximum ? 1 : MOST_BARS
  // Each half by itself: the width of all may be beyond the largest number.
  const edges = Array.from({ length: count + 1 }, (_, at) =>
    at === count ? maximum : minimum * (1 - at / count) + maximum * (at / count),
  )
  return {
    edges: edges.map((edge) => printValue(edge, 'FLOAT') ?? ''),
    inner: edges.slice(1, -1).map((edge) => `'${edge}'::DOUBLE`),
  }
}
