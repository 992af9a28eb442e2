import type { ResultBundleColumn } from '../../src/results/result.ts'
import type { ChartAggregate } from '../connection/server-api.ts'

export const MARKS = ['bar', 'line', 'area', 'point'] as const
export type ChartMark = (typeof MARKS)[number]

export const AGGREGATES: Readonly<Record<ChartAggregate, string>> = {
  none: 'each row',
  sum: 'sum',
  mean: 'mean',
  count: 'count',
  minimum: 'least',
  maximum: 'most',
}

/** A chart of a result, as its cell remembers it: by the columns' names, which outlive a run. */
export interface ChartChoice {
  readonly mark: ChartMark
  readonly x: string
  /** Null where rows are counted. */
  readonly y: string | null
  readonly color: string | null
  readonly aggregate: ChartAggregate
}

export type ColumnRole = 'quantity' | 'time' | 'category'

export function roleOf({ type }: ResultBundleColumn): ColumnRole {
  switch (type) {
    case 'NUMBER':
    case 'FLOAT':
      return 'quantity'
    case 'DATE':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return 'time'
    default:
      return 'category'
  }
}

/**
 * What a cell remembers, with defaults for what it does not say. Undefined when it remembers no chart, or one of columns
 * that this result has not.
 */
export function readChoice(
  remembered: unknown,
  columns: readonly ResultBundleColumn[],
): ChartChoice | undefined {
  if (typeof remembered !== 'object' || remembered === null) return undefined
  const { mark, x, y, color, aggregate } = remembered as Readonly<Record<string, unknown>>
  const usual = usualChoice(columns)
  if (usual === undefined) return undefined
  const isColumn = (name: unknown): name is string => columns.some((each) => each.name === name)
  for (const name of [x, y, color]) {
    if (typeof name === 'string' && !isColumn(name)) return undefined
  }
  const choice: ChartChoice = {
    mark: MARKS.find((each) => each === mark) ?? usual.mark,
    x: isColumn(x) ? x : usual.x,
    y: isColumn(y) || y === null ? y : usual.y,
    color: isColumn(color) ? color : null,
    aggregate:
      typeof aggregate === 'string' && Object.hasOwn(AGGREGATES, aggregate)
        ? (aggregate as ChartAggregate)
        : usual.aggregate,
  }
  return withSense(choice, columns)
}

/** Ways to aggregate a column: what is no number has neither sum nor mean. */
export function aggregatesOf(column: ResultBundleColumn | undefined): readonly ChartAggregate[] {
  return column === undefined || roleOf(column) === 'quantity'
    ? ['none', 'sum', 'mean', 'count', 'minimum', 'maximum']
    : ['none', 'count', 'minimum', 'maximum']
}

/** Without a measure there is nothing but to count, and what is counted are rows. */
export function withSense(
  choice: ChartChoice,
  columns: readonly ResultBundleColumn[],
): ChartChoice {
  if (choice.y === null) return { ...choice, aggregate: 'count' }
  if (choice.aggregate === 'count') return { ...choice, y: null }
  const measure = columns.find(({ name }) => name === choice.y)
  return aggregatesOf(measure).includes(choice.aggregate)
    ? choice
    : { ...choice, aggregate: 'none' }
}

/** Times make a line, categories bars, two measures points. */
function usualChoice(columns: readonly ResultBundleColumn[]): ChartChoice | undefined {
  const ofRole = (role: ColumnRole): ResultBundleColumn[] =>
    columns.filter((column) => roleOf(column) === role)
  const [time] = ofRole('time')
  const [category] = ofRole('category')
  // An id is a number that measures nothing.
  const quantities = ofRole('quantity')
  const measures = quantities.filter(({ name }) => !/(?:^|_)id$/i.test(name))
  const [first, second] = measures.length > 0 ? measures : quantities
  const across = time ?? category
  if (across !== undefined) {
    return {
      mark: time === undefined ? 'bar' : 'line',
      x: across.name,
      y: first?.name ?? null,
      color: null,
      aggregate: first === undefined ? 'count' : 'sum',
    }
  }
  if (first === undefined) return undefined
  return second === undefined
    ? { mark: 'bar', x: first.name, y: null, color: null, aggregate: 'count' }
    : { mark: 'point', x: first.name, y: second.name, color: null, aggregate: 'none' }
}
