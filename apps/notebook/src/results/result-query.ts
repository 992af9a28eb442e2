import { ServerError } from '../errors.ts'
import { parseNumber, parseTime } from './column-values.ts'
import type { ImportedColumn } from './result-columns.ts'
import type { ResultFilter, ResultSort } from './result.ts'

/** Part of a statement, with the values that it binds as $1, $2 … */
export interface QueryPart {
  readonly sql: string
  readonly values: readonly string[]
}

/** Columns by their index in the result, imported. */
export type Columns = ReadonlyMap<number, ImportedColumn>

/** Numbers that HUGEINT holds; what a filter names beyond them is beyond every NUMBER, too. */
const LARGEST = 2n ** 127n - 1n

/** FROM and WHERE of a question about some columns. Row n of the one is row n of the others. */
export function fromSql(columns: Columns, filters: readonly ResultFilter[]): QueryPart {
  const tables = [...new Set([...columns.values()].map(({ table }) => table))]
  const values: string[] = []
  const conditions = filters.map((filter, at) => {
    const column = imported(columns, filter.column)
    return conditionSql(column, filter, `filters[${at}].value`, (value) => {
      values.push(value)
      return `$${values.length}`
    })
  })
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return { sql: `FROM ${tables.join(' POSITIONAL JOIN ')}${where}`, values }
}

/** The row's number in the result. */
export function rowNumber(columns: Columns): string {
  const [first] = columns.values()
  if (first === undefined) throw new TypeError('a question about no column has no rows')
  return `${first.table}.rowid`
}

/** The order of a sort: values, then texts that are no values, then NULLs; ties as in the result. */
export function orderSql(columns: Columns, sort: readonly ResultSort[]): string {
  const keys = sort.flatMap(({ column: index, descending }) => {
    const column = imported(columns, index)
    return valueKeys(column).map((key) => `${key} ${descending ? 'DESC' : 'ASC'} NULLS LAST`)
  })
  return `ORDER BY ${[...keys, rowNumber(columns)].join(', ')}`
}

/** What tells the values of a column apart. */
export function valueKeys(column: ImportedColumn): readonly string[] {
  return column.hasOddities ? [column.value, oddity(column)] : [column.value]
}

/** The text where it is no value of its type. */
export function oddity({ value, text }: ImportedColumn): string {
  return `CASE WHEN ${value} IS NULL THEN ${text} END`
}

export function imported(columns: Columns, index: number): ImportedColumn {
  const column = columns.get(index)
  if (column === undefined) throw new TypeError(`column ${index} was not imported`)
  return column
}

const COMPARISONS = {
  equals: '=',
  'not-equals': '<>',
  less: '<',
  'at-most': '<=',
  greater: '>',
  'at-least': '>=',
} as const

function conditionSql(
  column: ImportedColumn,
  { operator, value = '' }: ResultFilter,
  field: string,
  bind: (value: string) => string,
): string {
  switch (operator) {
    case 'is-null':
      return `${column.text} IS NULL`
    case 'is-not-null':
      return `${column.text} IS NOT NULL`
    case 'contains':
      return `contains(lower(${column.text}), lower(${bind(value)}))`
    default:
      return comparisonSql(column, COMPARISONS[operator], value, field, bind)
  }
}

function comparisonSql(
  column: ImportedColumn,
  operator: (typeof COMPARISONS)[keyof typeof COMPARISONS],
  text: string,
  field: string,
  bind: (value: string) => string,
): string {
  const refuse = (): ServerError =>
    new ServerError('REQUEST_INVALID', `Cannot read the request: "${field}" is no ${column.kind}`, {
      hint: 'Give a value as the column shows them',
    })
  switch (column.form) {
    case 'text':
      return `lower(${column.text}) ${operator} lower(${bind(text)})`
    case 'number': {
      const number = parseNumber(text, column.scale)
      if (number === undefined) throw refuse()
      return unitsSql(column.value, operator, number, bind)
    }
    case 'time': {
      const time = parseTime(text, column.kind)
      if (time === undefined) throw refuse()
      return `${column.value} ${operator} ${bind(String(time))}::HUGEINT`
    }
    case 'float': {
      if (!isFloat(text)) throw refuse()
      return `${column.value} ${operator} ${bind(text.trim())}::DOUBLE`
    }
    case 'boolean': {
      const word = text.trim().toLowerCase()
      if (word !== 'true' && word !== 'false') throw refuse()
      return `${column.value} ${operator} ${bind(word)}::BOOLEAN`
    }
  }
}

/** Compares with a number that may lie between two of the column's: 1.5, where it holds whole ones. */
function unitsSql(
  value: string,
  operator: string,
  { units, isExact }: { readonly units: bigint; readonly isExact: boolean },
  bind: (value: string) => string,
): string {
  const clamped = units > LARGEST ? LARGEST : units < -LARGEST ? -LARGEST : units
  const bound = (): string => `${bind(String(clamped))}::HUGEINT`
  if (isExact) return `${value} ${operator} ${bound()}`
  switch (operator) {
    case '=':
      return 'false'
    case '<>':
      return `${value} IS NOT NULL`
    case '<':
    case '<=':
      return `${value} <= ${bound()}`
    default:
      return `${value} > ${bound()}`
  }
}

function isFloat(text: string): boolean {
  return /^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?|nan)\s*$/i.test(text)
}
