import { quoteIdentifier, type Value } from '@spcs/sql'
import type { NamedExpression, SortKey } from './plan.ts'
import { printExpression } from './print-expression.ts'
import {
  type ExistsSource,
  isSelectAll,
  type JoinSource,
  type Select,
  selectAll,
  type Source,
} from './select.ts'

/** A statement, and what is bound to each `?` of it. */
export interface Query {
  readonly sql: string
  readonly binds: readonly Value[]
}

/** A whole statement. The text of `session.sql()` stays as it is where nothing is done to it. */
export function printQuery(select: Select): Query {
  const binds: Value[] = []
  return { sql: printSelect(select, binds), binds }
}

// Every function here writes its text from left to right, and binds in that order.

function printSelect(select: Select, binds: Value[]): string {
  if (isSelectAll(select)) {
    const { from } = select
    if (from.kind === 'select') return printSelect(from.select, binds)
    if (from.kind === 'union') return printUnion(from, binds)
    if (from.kind === 'text') {
      binds.push(...from.binds)
      return from.text
    }
  }
  const { items, isDistinct, groupedBy, orderBy, limit } = select
  const list = items === undefined ? '*' : items.map((item) => printItem(item, binds)).join(', ')
  const parts = [`SELECT ${isDistinct ? 'DISTINCT ' : ''}${list}`, printFrom(select, binds)]
  if (groupedBy !== undefined && groupedBy > 0) {
    // By place: an expression with a bind in it would not be the same one twice.
    parts.push(`GROUP BY ${Array.from({ length: groupedBy }, (_, index) => index + 1).join(', ')}`)
  }
  if (orderBy.length > 0) {
    parts.push(`ORDER BY ${orderBy.map((key) => printSortKey(key, binds)).join(', ')}`)
  }
  if (limit !== undefined) {
    parts.push(`LIMIT ${limit.count}${limit.offset === 0 ? '' : ` OFFSET ${limit.offset}`}`)
  }
  return parts.join(' ')
}

function printItem({ name, expression }: NamedExpression, binds: Value[]): string {
  const text = printExpression(expression, binds)
  const isOwnName =
    expression.kind === 'column' && expression.side === undefined && expression.name === name
  return isOwnName ? text : `${text} AS ${quoteIdentifier(name)}`
}

function printFrom({ from, where }: Select, binds: Value[]): string {
  const isExists = from.kind === 'exists'
  const source = printSource(isExists ? from.left : from, binds)
  const clause = isExists ? `FROM ${source} AS "L"` : `FROM ${source}`
  const conditions = isExists ? [printExists(from, binds)] : []
  const isOnly = conditions.length + where.length === 1
  for (const condition of where) {
    const text = printExpression(condition, binds)
    conditions.push(isOnly ? text : `(${text})`)
  }
  return conditions.length === 0 ? clause : `${clause} WHERE ${conditions.join(' AND ')}`
}

function printSource(source: Source, binds: Value[]): string {
  switch (source.kind) {
    case 'table':
      return source.name.map(quoteIdentifier).join('.')
    case 'text':
      binds.push(...source.binds)
      // On lines of its own: the text may end in a comment.
      return `(\n${source.text}\n)`
    case 'select':
      return `(${printSelect(source.select, binds)})`
    case 'union':
      return `(${printUnion(source, binds)})`
    case 'join':
      return printJoin(source, binds)
    case 'exists':
      return `(${printSelect(selectAll(source, undefined), binds)})`
  }
}

const JOINS = {
  inner: 'INNER JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  cross: 'CROSS JOIN',
}

function printJoin({ how, left, right, on }: JoinSource, binds: Value[]): string {
  const sides = `${printSource(left, binds)} AS "L" ${JOINS[how]} ${printSource(right, binds)} AS "R"`
  return on === undefined ? sides : `${sides} ON ${printExpression(on, binds)}`
}

/** Snowflake writes semi joins and anti joins as a condition. */
function printExists({ isNegated, right, on }: ExistsSource, binds: Value[]): string {
  const rows = `SELECT 1 FROM ${printSource(right, binds)} AS "R"`
  return `${isNegated ? 'NOT ' : ''}EXISTS (${rows} WHERE ${printExpression(on, binds)})`
}

function printUnion(union: Extract<Source, { kind: 'union' }>, binds: Value[]): string {
  return union.branches
    .map((branch) => `(${printSelect(branch, binds)})`)
    .join(union.isAll ? ' UNION ALL ' : ' UNION ')
}

function printSortKey({ expression, isDescending, nulls }: SortKey, binds: Value[]): string {
  const order = `${printExpression(expression, binds)} ${isDescending ? 'DESC' : 'ASC'}`
  return nulls === undefined ? order : `${order} NULLS ${nulls.toUpperCase()}`
}
