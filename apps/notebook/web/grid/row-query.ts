import type { ResultBundleColumn, ResultFilter, ResultSort } from '../../src/results/result.ts'
import { isNumeric } from './column-widths.ts'

/** Which rows of a result are shown, and in what order. */
export interface RowQuery {
  readonly sort: readonly ResultSort[]
  readonly filters: readonly ResultFilter[]
}

export const ALL_ROWS: RowQuery = { sort: [], filters: [] }

export function isAllRows({ sort, filters }: RowQuery): boolean {
  return sort.length === 0 && filters.length === 0
}

export type SortDirection = 'ascending' | 'descending' | 'none'

export function directionOf(sort: readonly ResultSort[], column: number): SortDirection {
  const found = sort.find((each) => each.column === column)
  if (found === undefined) return 'none'
  return found.descending ? 'descending' : 'ascending'
}

/** A column that is not sorted becomes ascending, then descending, then not sorted again. */
export function toggleSort(
  sort: readonly ResultSort[],
  column: number,
  isAdded: boolean,
): readonly ResultSort[] {
  const direction = directionOf(sort, column)
  const next: ResultSort[] =
    direction === 'descending' ? [] : [{ column, descending: direction === 'ascending' }]
  if (!isAdded) return next
  if (direction === 'none') return [...sort, ...next]
  return sort.flatMap((each) => (each.column === column ? next : [each]))
}

export type FilterOperator = ResultFilter['operator']

const OPERATOR_WORDS: Readonly<Record<FilterOperator, string>> = {
  contains: 'contains',
  equals: '=',
  'not-equals': '≠',
  less: '<',
  'at-most': '≤',
  greater: '>',
  'at-least': '≥',
  'is-null': 'is NULL',
  'is-not-null': 'is not NULL',
}

const ORDER: readonly FilterOperator[] = ['less', 'at-most', 'greater', 'at-least']
const ALWAYS: readonly FilterOperator[] = ['equals', 'not-equals']
const NULLS: readonly FilterOperator[] = ['is-null', 'is-not-null']

/** The conditions that make sense for a column, the usual one first. */
export function operatorsOf({ type }: ResultBundleColumn): readonly FilterOperator[] {
  switch (type) {
    case 'VARCHAR':
      return ['contains', ...ALWAYS, ...ORDER, ...NULLS]
    case 'BOOLEAN':
      return [...ALWAYS, ...NULLS]
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
    case 'BINARY':
      return ['contains', ...ALWAYS, ...NULLS]
    default:
      return [...ALWAYS, ...ORDER, 'contains', ...NULLS]
  }
}

export function operatorWord(operator: FilterOperator): string {
  return OPERATOR_WORDS[operator]
}

export function needsValue(operator: FilterOperator): boolean {
  return operator !== 'is-null' && operator !== 'is-not-null'
}

/** A condition as it is read: `CITY contains "ber"`. */
export function describeFilter(
  { column, operator, value }: ResultFilter,
  columns: readonly ResultBundleColumn[],
): string {
  const known = columns[column]
  const sentence = `${known?.name ?? `column ${column + 1}`} ${OPERATOR_WORDS[operator]}`
  if (!needsValue(operator)) return sentence
  const isNumber = known !== undefined && isNumeric(known)
  return `${sentence} ${isNumber ? (value ?? '') : JSON.stringify(value ?? '')}`
}

/** The condition that keeps the rows with this value. */
export function filterFor(column: number, value: string | null): ResultFilter {
  return value === null ? { column, operator: 'is-null' } : { column, operator: 'equals', value }
}

/** Adds a condition, unless it holds already. */
export function withFilter(query: RowQuery, filter: ResultFilter): RowQuery {
  const isThere = query.filters.some(
    (each) =>
      each.column === filter.column &&
      each.operator === filter.operator &&
      each.value === filter.value,
  )
  return isThere ? query : { ...query, filters: [...query.filters, filter] }
}
