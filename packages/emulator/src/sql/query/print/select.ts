import { likePattern } from '../../../commands/show-filter.ts'
import { SnowflakeError, unsupported } from '../../../snowflake-error.ts'
import {
  type Expression,
  kindOf,
  type OrderByExpression,
  type Select,
  type SelectItem,
  type WildcardOptions,
} from '../ast.ts'
import { compilationError, invalidIdentifier } from '../errors.ts'
import { displayName, storedName, storedParts } from '../names.ts'
import {
  type Column,
  isCalled,
  printColumn,
  type PrintedQuery,
  type Relation,
  type Scope,
  waiting,
} from '../scope.ts'
import { toBoolean } from './cast.ts'
import { printFrom } from './from.ts'
import type { Printed } from './printed.ts'
import { printDirection } from './window.ts'

/** What follows a query's body. */
export interface QueryTail {
  readonly order: readonly OrderByExpression[]
  /** ` LIMIT … OFFSET …` as it is printed. */
  readonly limit: string
}

/** An item of the SELECT list; wildcards are spread into columns. */
interface Item {
  readonly name: string
  /** As in the text; absent for a wildcard's column. */
  readonly expression?: Expression
  readonly column?: { readonly column: Column; readonly relation: Relation }
}

/** Prints a SELECT with what follows it. */
export function printSelect(select: Select, outer: Scope, tail: QueryTail): PrintedQuery {
  if (select.into !== undefined || select.lateral_views.length > 0) throw unsupported('SELECT INTO')
  if (select.connect_by.length > 0) throw unsupported('CONNECT BY')
  const from = printFrom(select.from, outer)
  const items = spread(select, from.relations, outer)
  const windows = new Map(
    select.named_window.map(([name, window]) => [storedName(name), window.WindowSpec]),
  )
  const base: Scope = { ...outer, relations: from.relations, windows }
  const scope = waiting({ ...base, aliases: aliasesOf(items, base) }, from.rounds)

  const where = maybeCondition(select.selection, scope)
  const rows = waiting(scope, where?.rounds ?? 0)
  const grouping: (Printed | undefined)[] = []
  const groups = printGroupBy(select, items, grouping, rows)
  const grouped = waiting(rows, groups.rounds)
  const having = maybeCondition(select.having, grouped)
  const kept = waiting(grouped, having?.rounds ?? 0)
  const qualify = maybeCondition(select.qualify, kept)
  const last = waiting(kept, qualify?.rounds ?? 0)

  const printed = items.map((item, index) => grouping[index] ?? printItem(item, last))
  const isExact = outer.exact && select.distinct === undefined && groups.sql === ''
  const order = tail.order.map((item) => printOrder(item, items, last))
  const limit =
    select.top?.quantity === undefined ? tail.limit : ` LIMIT ${select.top.quantity.Constant}`
  const clauses = [
    `SELECT ${printDistinct(select)}${printed.map(({ sql, exact }) => (isExact ? (exact ?? sql) : sql)).join(', ')}`,
    from.sql === '' ? '' : ` FROM ${from.sql}`,
    where === undefined ? '' : ` WHERE ${where.sql}`,
    groups.sql,
    having === undefined ? '' : ` HAVING ${having.sql}`,
    qualify === undefined ? '' : ` QUALIFY ${qualify.sql}`,
    order.length === 0 ? '' : ` ORDER BY ${order.map(({ sql }) => sql).join(', ')}`,
    limit,
  ]
  return {
    sql: clauses.join(''),
    columns: printed.map((column, index) => ({
      name: items[index]?.name ?? '',
      type: column.type,
      notNull: column.notNull === true,
      integer: column.integer === true,
      exact: isExact && column.exact !== undefined,
    })),
    rounds: Math.max(last.rounds, 0, ...[...printed, ...order].map((part) => part.rounds)),
  }
}

/** The SELECT list with its columns named, and its wildcards spread. */
function spread(select: Select, relations: readonly Relation[], scope: Scope): Item[] {
  let texts: readonly string[] | undefined
  const textAt = (index: number): string => {
    const start = select.select_token?.span.start
    texts ??= start === undefined ? [] : scope.source.selectItems(start)
    return texts[index]?.toUpperCase() ?? `$${index + 1}`
  }
  const items = select.projection.flatMap((item, index): Item[] => {
    if ('ExprWithAlias' in item) {
      return [{ name: storedName(item.ExprWithAlias.alias), expression: item.ExprWithAlias.expr }]
    }
    if ('UnnamedExpr' in item) {
      const expression = item.UnnamedExpr
      return [{ name: columnName(expression) ?? textAt(index), expression }]
    }
    return spreadWildcard(item, relations)
  })
  if (items.length === 0) {
    throw compilationError('002035', '42601', 'SELECT with no columns', undefined)
  }
  return items
}

function columnName(expression: Expression): string | undefined {
  if ('Identifier' in expression) return storedName(expression.Identifier)
  if ('CompoundIdentifier' in expression) {
    const last = expression.CompoundIdentifier.at(-1)
    return last === undefined ? undefined : storedName(last)
  }
  return undefined
}

function spreadWildcard(item: SelectItem, relations: readonly Relation[]): Item[] {
  const [kind, content] = kindOf(item)
  if (!('QualifiedWildcard' in item) && !('Wildcard' in item))
    throw unsupported(`SELECT item ${kind}`)
  const all = 'Wildcard' in item
  const qualifier =
    'QualifiedWildcard' in item ? storedParts(item.QualifiedWildcard[0].ObjectName) : []
  const options = (all ? content : item.QualifiedWildcard[1]) as WildcardOptions
  const chosen = relations.filter((relation) => isCalled(relation, qualifier))
  if (chosen.length === 0) {
    if (all)
      throw new SnowflakeError(
        '002035',
        '42601',
        'SQL compilation error:\nSELECT with no FROM clause and *',
      )
    throw invalidIdentifier(displayName(qualifier), undefined)
  }
  const columns = chosen.flatMap((relation) =>
    relation.columns
      .filter((column) => !all || !relation.merged.has(column.name))
      .map((column): Item => ({ name: column.name, column: { column, relation } })),
  )
  return applyOptions(columns, options)
}

/** `* ILIKE`, `EXCLUDE`, `REPLACE` and `RENAME`. */
function applyOptions(columns: readonly Item[], options: WildcardOptions): Item[] {
  const excluded = many(options.opt_exclude).map((name) => storedParts(name).at(-1) ?? '')
  const renamed = new Map(
    many(options.opt_rename).map(({ ident, alias }) => [storedName(ident), storedName(alias)]),
  )
  const replaced = new Map(
    (options.opt_replace?.items ?? []).map((item) => [storedName(item.column_name), item.expr]),
  )
  for (const name of [...excluded, ...renamed.keys(), ...replaced.keys()]) {
    if (!columns.some((column) => column.name === name)) throw invalidIdentifier(name, undefined)
  }
  const pattern =
    options.opt_ilike === undefined ? undefined : likePattern(options.opt_ilike.pattern)
  return columns
    .filter(({ name }) => !excluded.includes(name) && (pattern?.test(name) ?? true))
    .map((item) => {
      const expression = replaced.get(item.name)
      const name = renamed.get(item.name) ?? item.name
      return expression === undefined ? { ...item, name } : { name, expression }
    })
}

function many<T>(
  value: { readonly Single: T } | { readonly Multiple: readonly T[] } | undefined,
): readonly T[] {
  if (value === undefined) return []
  return 'Single' in value ? [value.Single] : value.Multiple
}

/** What each alias stands for; inside its own expression it is not known. */
function aliasesOf(items: readonly Item[], base: Scope): ReadonlyMap<string, () => Printed> {
  const aliases = new Map<string, () => Printed>()
  for (const { name, expression } of items) {
    if (expression === undefined || aliases.has(name)) continue
    aliases.set(name, () => {
      const others = new Map([...aliases].filter(([other]) => other !== name))
      return base.statement.expression(expression, { ...base, aliases: others })
    })
  }
  return aliases
}

function printItem(item: Item, scope: Scope): Printed {
  if (item.column !== undefined)
    return printColumn(item.column, item.column.column.mergedSql !== undefined)
  if (item.expression === undefined) throw unsupported('an empty SELECT item')
  return scope.statement.expression(item.expression, scope)
}

function printDistinct(select: Select): string {
  if (select.distinct === undefined || select.distinct === 'All') return ''
  if (select.distinct === 'Distinct') return 'DISTINCT '
  throw unsupported('DISTINCT ON')
}

/** Items that GROUP BY means are printed here, once, into `grouping`: the rest waits for their service calls. */
function printGroupBy(
  select: Select,
  items: readonly Item[],
  grouping: (Printed | undefined)[],
  scope: Scope,
): { readonly sql: string; readonly rounds: number } {
  if (!('Expressions' in select.group_by)) return { sql: ' GROUP BY ALL', rounds: scope.rounds }
  const [expressions] = select.group_by.Expressions
  if (expressions.length === 0) return { sql: '', rounds: 0 }
  const printed = expressions.map((expression) => {
    const position = itemPosition(expression, items, scope, 'column')
    if (position === undefined) return scope.statement.expression(expression, scope)
    const item = (grouping[position - 1] ??= printItem(items[position - 1] as Item, scope))
    return { sql: String(position), rounds: item.rounds }
  })
  return {
    sql: ` GROUP BY ${printed.map(({ sql }) => sql).join(', ')}`,
    rounds: Math.max(0, ...printed.map(({ rounds }) => rounds)),
  }
}

function printOrder(
  item: OrderByExpression,
  items: readonly Item[],
  scope: Scope,
): { readonly sql: string; readonly rounds: number } {
  const position = itemPosition(item.expr, items, scope, 'alias')
  const printed =
    position === undefined
      ? scope.statement.expression(item.expr, scope)
      : { sql: String(position), rounds: 0 }
  return { sql: `${printed.sql}${printDirection(item)}`, rounds: printed.rounds }
}

/**
 * The item of the SELECT list that GROUP BY or ORDER BY means, counted from 1: a number, an alias, or the same
 * expression once more. A name may also be a column's; ORDER BY asks the aliases first, GROUP BY the columns.
 */
function itemPosition(
  expression: Expression,
  items: readonly Item[],
  scope: Scope,
  first: 'alias' | 'column',
): number | undefined {
  if (
    'Value' in expression &&
    typeof expression.Value.value === 'object' &&
    'Number' in expression.Value.value
  ) {
    const position = Number(expression.Value.value.Number[0])
    if (items[position - 1] !== undefined) return position
    throw compilationError(
      '000984',
      '42601',
      `position ${position} is not in the select list`,
      undefined,
    )
  }
  if ('Identifier' in expression) {
    const name = storedName(expression.Identifier)
    const isColumn = scope.relations.some((relation) =>
      relation.columns.some((column) => column.name === name),
    )
    if (first === 'column' && isColumn) return undefined
    const index = items.findIndex((item) => item.name === name)
    if (index >= 0) return index + 1
    return undefined
  }
  const wanted = withoutSpans(expression)
  const index = items.findIndex(
    (item) => item.expression !== undefined && withoutSpans(item.expression) === wanted,
  )
  return index < 0 ? undefined : index + 1
}

function withoutSpans(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) => (key === 'span' ? undefined : value))
}

function maybeCondition(node: Expression | undefined, scope: Scope): Printed | undefined {
  return node === undefined ? undefined : toBoolean(scope.statement.expression(node, scope))
}
