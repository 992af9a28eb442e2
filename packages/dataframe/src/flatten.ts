import { checkColumn } from './columns.ts'
import {
  columnNames,
  type Expression,
  hasExpression,
  mapColumns,
  withoutAlias,
} from './expression.ts'
import type { NamedExpression, SortKey } from './plan.ts'
import { columnOf, type Select, wrap, wrapInOrder } from './select.ts'

/*
 * Each function puts one more step on a SELECT: into it, where that means the same, or else round it. Nothing is moved
 * across LIMIT, DISTINCT, an aggregate, or something that may be volatile. The columns in what is given are those that
 * come out of the SELECT.
 */

/** Keeps the rows that the condition is true for. */
export function addFilter(select: Select, condition: Expression): Select {
  checkColumns(condition, select)
  const inside = isRowByRow(select) ? maybeInside(condition, select) : undefined
  if (inside === undefined) return addFilter(wrapInOrder(select), condition)
  return { ...select, where: [...select.where, inside] }
}

/** Makes these columns of each row. */
export function addProject(select: Select, items: readonly NamedExpression[]): Select {
  for (const { expression } of items) checkColumns(expression, select)
  const inside = isOpen(select) ? maybeProjectInside(select, items) : undefined
  if (inside === undefined) return addProject(wrapInOrder(select), items)
  if (!keepsOrder(select, inside)) return addProject(wrap(select), items)
  return { ...select, items: inside, columns: items.map(({ name }) => name) }
}

/** One row for each value of the keys. */
export function addAggregate(
  select: Select,
  keys: readonly NamedExpression[],
  aggregates: readonly NamedExpression[],
): Select {
  const items = [...keys, ...aggregates]
  for (const { expression } of items) checkColumns(expression, select)
  const inside: NamedExpression[] = []
  for (const { name, expression } of isRowByRow(select) ? items : []) {
    const moved = maybeInside(expression, select)
    if (moved !== undefined) inside.push({ name, expression: moved })
  }
  if (inside.length < items.length) return addAggregate(wrap(select), keys, aggregates)
  const columns = items.map(({ name }) => name)
  return { ...select, items: inside, columns, groupedBy: keys.length, orderBy: [] }
}

export function addDistinct(select: Select): Select {
  if (select.limit !== undefined) return addDistinct(wrap(select))
  // Rows that are made one have no order left.
  return { ...select, isDistinct: true, orderBy: [] }
}

/** Puts the rows in this order, in place of any order before. */
export function addSort(select: Select, keys: readonly SortKey[]): Select {
  for (const { expression } of keys) checkColumns(expression, select)
  const canSort =
    select.limit === undefined &&
    keys.every(({ expression }) => isSortedInside(withoutAlias(expression), select))
  return canSort ? { ...select, orderBy: keys } : addSort(wrap(select), keys)
}

export function addLimit(select: Select, count: number, offset: number): Select {
  const { limit } = select
  if (limit === undefined) return { ...select, limit: { count, offset } }
  if (offset > 0) return addLimit(wrapInOrder(select), count, offset)
  return { ...select, limit: { ...limit, count: Math.min(limit.count, count) } }
}

/** True where a WHERE or another list of items would mean the same inside as outside. */
function isOpen({ limit, isDistinct, groupedBy }: Select): boolean {
  return limit === undefined && !isDistinct && groupedBy === undefined
}

/** True where each row comes out by itself, whichever others there are. */
function isRowByRow(select: Select): boolean {
  return isOpen(select) && select.items?.every(({ expression }) => isSteady(expression)) !== false
}

/** False for what may give another value when it is run for other rows, or makes other rows. */
function isSteady(expression: Expression): boolean {
  return !hasExpression(
    expression,
    (part) => isText(part) || (part.kind === 'call' && part.behaviour !== 'pure'),
  )
}

/** What SQL text names is not known. */
function isText(expression: Expression): boolean {
  return expression.kind === 'sql'
}

function isAggregate(expression: Expression): boolean {
  return expression.kind === 'call' && expression.behaviour === 'aggregate'
}

/** The expression over the source of the SELECT, or undefined where it would compute something twice. */
function maybeInside(expression: Expression, select: Select): Expression | undefined {
  const { items } = select
  if (items === undefined) return expression
  if (hasExpression(expression, isText)) return undefined
  let isPlain = true
  const inside = mapColumns(expression, (column) => {
    const source = items.find(({ name }) => name === column.name)?.expression ?? column
    isPlain &&= source.kind === 'column'
    return source
  })
  return isPlain ? inside : undefined
}

function maybeProjectInside(
  select: Select,
  items: readonly NamedExpression[],
): readonly NamedExpression[] | undefined {
  const passed = new Map<string, number>()
  const inside: NamedExpression[] = []
  for (const { name, expression } of items) {
    const column = withoutAlias(expression)
    const whole =
      column.kind === 'column'
        ? select.items?.find((item) => item.name === column.name)?.expression
        : undefined
    if (column.kind === 'column') passed.set(column.name, (passed.get(column.name) ?? 0) + 1)
    const moved = whole ?? maybeInside(expression, select)
    if (moved === undefined) return undefined
    inside.push({ name, expression: moved })
  }
  const keepsMeaning = select.items?.every(({ name, expression }) => {
    const times = passed.get(name) ?? 0
    return expression.kind === 'column' || times === 1 || (times === 0 && isSteady(expression))
  })
  return keepsMeaning === false ? undefined : inside
}

/** An ORDER BY stays where its keys still mean what they meant. */
function keepsOrder(select: Select, items: readonly NamedExpression[]): boolean {
  if (select.orderBy.length === 0) return true
  // An aggregate makes one row, which has no order, and could not name a key that is not in it.
  if (items.some(({ expression }) => hasExpression(expression, isAggregate))) return false
  return select.orderBy.every(
    ({ expression }) =>
      !hasExpression(expression, isText) &&
      [...columnNames(expression)].every((name) => keepsKey(name, select, items)),
  )
}

/** A key names what comes out of its SELECT, or else a column of the source. */
function keepsKey(name: string, select: Select, items: readonly NamedExpression[]): boolean {
  const now = items.find((item) => item.name === name)?.expression
  if (select.items !== undefined) {
    return now !== undefined && now === select.items.find((item) => item.name === name)?.expression
  }
  return now === undefined || (now.kind === 'column' && now.name === name)
}

/** A key is a column that comes out, or any expression where nothing but the source's columns can be meant. */
function isSortedInside(key: Expression, select: Select): boolean {
  if (key.kind === 'column') return true
  return select.items === undefined && !select.isDistinct
}

function checkColumns(expression: Expression, select: Select): void {
  for (const name of columnNames(expression)) checkColumn(name, select.columns)
}

/** The columns of a SELECT as they are, for a list with others beside them. */
export function passOn(names: readonly string[]): NamedExpression[] {
  return names.map((name) => ({ name, expression: columnOf(name) }))
}
