import { unsupported } from '../../../snowflake-error.ts'
import {
  kindOf,
  type OrderByExpression,
  type Query,
  type SetExpression,
  type Values,
} from '../ast.ts'
import { compilationError, invalidIdentifier } from '../errors.ts'
import { storedName } from '../names.ts'
import {
  type CommonTable,
  emptied,
  type PrintedQuery,
  type ResultColumn,
  type Scope,
} from '../scope.ts'
import { decimal, NULL } from '../sql-type.ts'
import { castTo, commonType } from './cast.ts'
import type { Printed } from './printed.ts'
import { castAlike, castColumns, columnAliases } from './relation.ts'
import { type QueryTail, printSelect } from './select.ts'
import { printDirection } from './window.ts'

/** Prints a query: WITH, its body, ORDER BY and LIMIT. */
export function printQuery(query: Query, scope: Scope): PrintedQuery {
  const { sql: withSql, scope: inner } = printWith(query, scope)
  const tail: QueryTail = {
    order: orderOf(query),
    limit: printLimit(query, inner),
  }
  const body = printBody(query.body, inner, tail)
  return { ...body, sql: `${withSql}${body.sql}` }
}

function printBody(body: SetExpression, scope: Scope, tail: QueryTail): PrintedQuery {
  if ('Select' in body) return printSelect(body.Select, scope, tail)
  const printed = printSet(body, scope)
  if (tail.order.length === 0 && tail.limit === '') return printed
  const order = tail.order.map(
    (item) => `${orderPosition(item, printed.columns)}${printDirection(item)}`,
  )
  const orderSql = order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`
  // A lone ORDER BY after a set operation would bind to its last branch.
  return { ...printed, sql: `SELECT * FROM (${printed.sql})${orderSql}${tail.limit}` }
}

function printSet(body: SetExpression, scope: Scope): PrintedQuery {
  const beside = { ...emptied(scope), exact: scope.exact }
  if ('Select' in body) return printSelect(body.Select, beside, { order: [], limit: '' })
  if ('Query' in body) return printQuery(body.Query, beside)
  if ('Values' in body) return printValues(body.Values, scope)
  if (!('SetOperation' in body)) throw unsupported(`${kindOf(body)[0]} as a query`)
  const { op, set_quantifier: quantifier } = body.SetOperation
  if (quantifier.endsWith('ByName')) throw unsupported(`${op.toUpperCase()} BY NAME`)
  // What removes rows compares them, which structs are not for.
  const here = { ...scope, exact: scope.exact && op === 'Union' && quantifier === 'All' }
  const left = printSet(body.SetOperation.left, here)
  const right = printSet(body.SetOperation.right, here)
  requireSameWidth(left, right)
  const types = left.columns.map((column, index) =>
    commonType([column, columnAt(right, index)], op),
  )
  const [a, b] = castAlike(left, right, types, scope)
  const operator = `${op === 'Minus' ? 'EXCEPT' : op.toUpperCase()}${quantifier === 'All' ? ' ALL' : ''}`
  return {
    sql: `(${a.sql}) ${operator} (${b.sql})`,
    columns: a.columns.map(({ name, type, notNull, exact }, index) => ({
      name,
      type,
      notNull: notNull && columnAt(right, index).notNull,
      exact: exact === true,
    })),
    rounds: Math.max(a.rounds, b.rounds),
  }
}

/** VALUES as rows of one type a column, named COLUMN1, COLUMN2, … */
export function printValues(values: Values, scope: Scope): PrintedQuery {
  const rows = values.rows.map((row) =>
    row.content.map((cell) => scope.statement.expression(cell, scope)),
  )
  const width = rows[0]?.length ?? 0
  const ragged = rows.find((row) => row.length !== width)
  if (ragged !== undefined) {
    throw compilationError(
      '001789',
      '42601',
      `Invalid number of values in a VALUES list: expected ${width}, got ${ragged.length}`,
      undefined,
    )
  }
  const columns: ResultColumn[] = []
  for (let index = 0; index < width; index += 1) {
    const cells = rows.map((row) => row[index] as Printed)
    const type = commonType(cells, 'VALUES')
    const whole = cells.every((cell) => cell.integer === true || cell.type.kind === 'NULL')
    if (!whole) for (const row of rows) row[index] = castTo(row[index] as Printed, type)
    const exact = scope.exact && rows.every((row) => row[index]?.exact !== undefined)
    columns.push({ name: `COLUMN${index + 1}`, type, notNull: false, integer: whole, exact })
  }
  const lines = rows.map((row) => {
    const cells = row.map(({ sql, exact }, index) =>
      columns[index]?.exact === true ? (exact ?? sql) : sql,
    )
    return `(${cells.join(', ')})`
  })
  return {
    sql: `VALUES ${lines.join(', ')}`,
    columns,
    rounds: Math.max(0, ...rows.flat().map((cell) => cell.rounds)),
  }
}

function printWith(query: Query, scope: Scope): { sql: string; scope: Scope } {
  if (query.with === undefined) return { sql: '', scope }
  const commonTables = new Map(scope.commonTables)
  const parts: string[] = []
  let recursive = false
  for (const { alias, query: definition } of query.with.cte_tables) {
    const name = storedName(alias.name)
    const names = alias.columns.map((column) => storedName(column.name))
    const here: Scope = { ...emptied(scope), commonTables }
    const sqlName = scope.statement.uniqueName('q')
    const own = { name, names, sqlName }
    const refersToItself = 'SetOperation' in definition.body && mentions(definition.body, name)
    const printed = refersToItself
      ? printRecursive(definition, own, here)
      : scope.statement.query(definition, { ...here, exact: true })
    recursive ||= refersToItself
    const columns = columnAliases(printed.columns.length).join(', ')
    // Evaluated once, however often it is named: a service call in it is sent once.
    const once = printed.rounds > 0 ? ' MATERIALIZED' : ''
    parts.push(`${sqlName}(${columns}) AS${once} (${printed.sql})`)
    commonTables.set(name, commonTable(own, printed))
  }
  return {
    sql: `WITH ${recursive ? 'RECURSIVE ' : ''}${parts.join(', ')} `,
    scope: { ...scope, commonTables },
  }
}

interface OwnName {
  readonly name: string
  readonly names: readonly string[]
  readonly sqlName: string
}

function commonTable(own: OwnName, printed: PrintedQuery): CommonTable {
  const columns = printed.columns.map((column, index) => ({
    ...column,
    name: own.names[index] ?? column.name,
  }))
  return { sqlName: own.sqlName, columns, rounds: printed.rounds }
}

/** `anchor UNION ALL step`, where the step names the table itself. */
function printRecursive(definition: Query, own: OwnName, scope: Scope): PrintedQuery {
  const { body } = definition
  if (!('SetOperation' in body) || body.SetOperation.op !== 'Union') {
    throw unsupported('a recursive common table expression without UNION ALL')
  }
  const start = printSet(body.SetOperation.left, scope)
  // What the step adds may have more digits than what it starts from.
  const types = start.columns.map(({ type }) =>
    type.kind === 'NUMBER' ? decimal(type.scale) : type,
  )
  const anchor = castColumns(start, types, scope, { when: 'always' })
  const commonTables = new Map(scope.commonTables).set(own.name, commonTable(own, anchor))
  const next = printSet(body.SetOperation.right, { ...scope, commonTables })
  requireSameWidth(anchor, next)
  const step = castColumns(next, types, scope, { when: 'always' })
  const all = body.SetOperation.set_quantifier === 'All' ? ' ALL' : ''
  return {
    sql: `(${anchor.sql}) UNION${all} (${step.sql})`,
    columns: anchor.columns,
    rounds: Math.max(anchor.rounds, step.rounds),
  }
}

function mentions(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false
  if ('Table' in node) {
    const { Table: table } = node as { Table: { name?: readonly { Identifier?: unknown }[] } }
    const [first, ...rest] = table.name ?? []
    const ident = first?.Identifier as Parameters<typeof storedName>[0] | undefined
    if (rest.length === 0 && ident !== undefined && storedName(ident) === name) return true
  }
  return Object.values(node).some((value) => mentions(value, name))
}

function orderOf(query: Query): readonly OrderByExpression[] {
  if (query.order_by === undefined) return []
  if (!('Expressions' in query.order_by.kind)) throw unsupported('ORDER BY ALL')
  return query.order_by.kind.Expressions
}

function printLimit(query: Query, scope: Scope): string {
  const clause = query.limit_clause?.LimitOffset
  const limit = clause?.limit ?? query.fetch?.quantity
  const print = (node: typeof limit): string =>
    node === undefined ? '' : scope.statement.expression(node, scope).sql
  const limitSql = limit === undefined ? '' : ` LIMIT ${print(limit)}`
  const offset = clause?.offset?.value
  return `${limitSql}${offset === undefined ? '' : ` OFFSET ${print(offset)}`}`
}

/** ORDER BY after a set operation names columns of its result, or counts them. */
function orderPosition(item: OrderByExpression, columns: readonly ResultColumn[]): number {
  const { expr } = item
  if ('Value' in expr && typeof expr.Value.value === 'object' && 'Number' in expr.Value.value) {
    return Number(expr.Value.value.Number[0])
  }
  if ('Identifier' in expr) {
    const name = storedName(expr.Identifier)
    const index = columns.findIndex((column) => column.name === name)
    if (index < 0) throw invalidIdentifier(name, expr.Identifier.span?.start)
    return index + 1
  }
  throw unsupported('ORDER BY of an expression after a set operation')
}

function requireSameWidth(left: PrintedQuery, right: PrintedQuery): void {
  const [expected, got] = [left.columns.length, right.columns.length]
  if (expected === got) return
  throw compilationError(
    '001789',
    '42601',
    `invalid number of result columns for set operator input branches, expected ${expected}, got ${got} in branch {2}`,
    undefined,
  )
}

function columnAt(query: PrintedQuery, index: number): ResultColumn {
  return query.columns[index] ?? { name: '', type: NULL, notNull: false }
}
