import type { ChartData, ResultBundleColumn } from '../../src/results/result.ts'
import { AGGREGATES, type ChartChoice, roleOf } from './chart-choice.ts'

export const VEGA_LITE = 'https://vega.github.io/schema/vega-lite/v6.json'

/** The names that a chart's data has, whatever the columns are called. */
interface ChartFields {
  readonly x: string
  readonly y: string
  readonly color: string
}

const FIELDS: ChartFields = { x: 'x', y: 'y', color: 'color' }

/** The Vega-Lite specification of a chart with its data inside. */
export function chartSpec(
  choice: ChartChoice,
  columns: readonly ResultBundleColumn[],
  data: ChartData,
): Readonly<Record<string, unknown>> {
  const kindOf = (name: string | null): ResultBundleColumn['type'] | undefined =>
    columns.find((column) => column.name === name)?.type
  const [xKind, yKind, colorKind] = [choice.x, choice.y, choice.color].map(kindOf)
  return {
    $schema: VEGA_LITE,
    description: describeChart(choice),
    data: {
      values: data.rows.map(({ x, y, color }) => ({
        x: localTime(x, xKind),
        y: localTime(y, yKind),
        ...(choice.color === null ? {} : { color: localTime(color, colorKind) }),
      })),
    },
    ...markAndEncoding(choice, columns, hasRoom(data) ? 0 : -40),
  }
}

/** Names of months that fit beside each other below a year; the longest ones would drop every other. */
const SHORT_MONTHS = { quarter: '%b', month: '%b' }

/** Px that the names below a chart have, and what a character of theirs takes. */
const AXIS_WIDTH = 640
const CHARACTER_WIDTH = 7

function hasRoom({ rows }: ChartData): boolean {
  const names = new Set(rows.map(({ x }) => String(x)))
  const longest = Math.max(0, ...[...names].map((name) => name.length))
  return names.size * (longest + 2) * CHARACTER_WIDTH <= AXIS_WIDTH
}

/** What a chart is, without its data. */
export function markAndEncoding(
  choice: ChartChoice,
  columns: readonly ResultBundleColumn[],
  labelAngle = 0,
): Readonly<Record<string, unknown>> {
  const { mark, x, y, color } = choice
  const find = (name: string | null): ResultBundleColumn | undefined =>
    columns.find((column) => column.name === name)
  const xType = typeOf(find(x), mark === 'bar')
  const isSorted = mark === 'bar' && xType === 'nominal'
  return {
    height: 280,
    mark: {
      type: mark,
      tooltip: true,
      ...(mark === 'point' ? { filled: true, opacity: 0.7 } : {}),
    },
    encoding: {
      x: {
        field: FIELDS.x,
        type: xType,
        title: x,
        axis: {
          grid: mark === 'point',
          ...(xType === 'temporal' ? { format: SHORT_MONTHS } : {}),
          ...(xType === 'nominal' || xType === 'ordinal' ? { labelAngle } : {}),
        },
        ...(isSorted ? { sort: '-y' } : {}),
      },
      y: {
        field: FIELDS.y,
        // Counted, or measured: a number whatever the column is.
        type: choice.aggregate === 'none' ? typeOf(find(y), false) : 'quantitative',
        title: measureTitle(choice),
      },
      ...(color === null
        ? {}
        : { color: { field: FIELDS.color, type: typeOf(find(color), false), title: color } }),
    },
  }
}

/** `sum of AMOUNT by CITY`. */
export function describeChart(choice: ChartChoice): string {
  const colored = choice.color === null ? '' : ` and ${choice.color}`
  return `${choice.mark} chart: ${measureTitle(choice)} by ${choice.x}${colored}`
}

function measureTitle({ y, aggregate }: ChartChoice): string {
  if (y === null) return 'count of rows'
  return aggregate === 'none' ? y : `${AGGREGATES[aggregate]} of ${y}`
}

function typeOf(column: ResultBundleColumn | undefined, isDiscrete: boolean): string {
  switch (column === undefined ? 'category' : roleOf(column)) {
    case 'quantity':
      return isDiscrete ? 'ordinal' : 'quantitative'
    case 'time':
      return 'temporal'
    case 'category':
      return 'nominal'
  }
}

/**
 * A date or a time without a zone is shown as it is written. As UTC, which JavaScript takes a date for, it would be another
 * day in half of the world.
 */
export function localTime(value: unknown, kind: ResultBundleColumn['type'] | undefined): unknown {
  if (typeof value !== 'string') return value
  if (kind === 'DATE') return `${value.slice(0, 10)}T00:00:00`
  return kind === 'TIMESTAMP_NTZ' ? value.replace(' ', 'T').replace(/Z$/, '') : value
}
