import type { StoredResult, RowsQuestion } from '../results/result-store.ts'
import type { ResultFilter, ResultSort } from '../results/result.ts'
import { maybeText, invalidRequest } from './read-request.ts'

/** More than anybody would put into a query by hand. */
const MOST_SORTS = 16
const MOST_FILTERS = 64

const OPERATORS = [
  'contains',
  'equals',
  'not-equals',
  'less',
  'at-most',
  'greater',
  'at-least',
  'is-null',
  'is-not-null',
] as const satisfies readonly ResultFilter['operator'][]

/** The fields `sort` and `filters` of a query, which may be left out. */
export function readRowsQuestion(query: unknown, result: StoredResult): RowsQuestion {
  return { sort: readSort(query, result), filters: readFilters(query, result) }
}

export function readFilters(query: unknown, { columns }: StoredResult): readonly ResultFilter[] {
  return readList(query, 'filters', MOST_FILTERS).map((filter, at) => {
    const { column, operator, value } = fieldsOf(filter, `filters[${at}]`)
    const known = OPERATORS.find((each) => each === operator)
    if (known === undefined) throw invalidRequest(`"filters[${at}].operator" is none`)
    const index = readColumnIndex(column, columns.length, `filters[${at}].column`)
    if (known === 'is-null' || known === 'is-not-null') return { column: index, operator: known }
    if (typeof value !== 'string') throw invalidRequest(`"filters[${at}].value" is no text`)
    return { column: index, operator: known, value }
  })
}

function readSort(query: unknown, { columns }: StoredResult): readonly ResultSort[] {
  return readList(query, 'sort', MOST_SORTS).map((sort, at) => {
    const { column, descending } = fieldsOf(sort, `sort[${at}]`)
    if (typeof descending !== 'boolean') {
      throw invalidRequest(`"sort[${at}].descending" is neither true nor false`)
    }
    return { column: readColumnIndex(column, columns.length, `sort[${at}].column`), descending }
  })
}

/** A field that names a column by its index. */
export function readColumn(query: unknown, name: string, { columns }: StoredResult): number {
  return readColumnIndex(readWhole(query, name, undefined), columns.length, name)
}

/** A whole number from 0 up. */
export function readWhole(query: unknown, name: string, otherwise: number | undefined): number {
  const text = maybeText(query, name) ?? otherwise?.toString()
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw invalidRequest(`"${name}" is no whole number from 0 up`)
  }
  return Number(text)
}

/** One of some words. */
export function readWord<Word extends string>(
  query: unknown,
  name: string,
  words: readonly Word[],
): Word {
  const text = maybeText(query, name)
  const word = words.find((each) => each === text)
  if (word === undefined) throw invalidRequest(`"${name}" is none of ${words.join(', ')}`)
  return word
}

function readColumnIndex(value: unknown, count: number, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < count) {
    return value
  }
  throw invalidRequest(`"${name}" is no column: the result has ${count}, counted from 0`)
}

function readList(query: unknown, name: string, most: number): readonly unknown[] {
  let list: unknown
  try {
    list = JSON.parse(maybeText(query, name) ?? '[]')
  } catch {
    throw invalidRequest(`"${name}" is no JSON`)
  }
  if (!Array.isArray(list)) throw invalidRequest(`"${name}" is no list`)
  if (list.length > most) throw invalidRequest(`"${name}" has more than ${most} entries`)
  return list
}

function fieldsOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw invalidRequest(`"${name}" is no object`)
}
