import { type CurrentNamespace, resolveName } from '../../../catalog/resolve-name.ts'
import { unsupported } from '../../../snowflake-error.ts'
import {
  type Expression,
  type FunctionArg,
  type JoinConstraint,
  kindOf,
  type ObjectName,
  type TableAlias,
  type TableFactor,
  type TableWithJoins,
} from '../ast.ts'
import { tableDoesNotExist } from '../errors.ts'
import { displayName, storedName, storedParts } from '../names.ts'
import { emptied, innerScope, maybeColumn, type PrintedQuery, type Relation, type Scope, waiting } from '../scope.ts'
import type { Table } from '../tables.ts'
import { comparable, toBoolean } from './cast.ts'
import { quoteName } from './printed.ts'
import { columnAliases, relationOfQuery } from './relation.ts'
import { printTableFunction } from './table-function.ts'

/** A FROM clause, or a part of one: its SQL and the relations that are in scope by it. */
export interface PrintedFrom {
  readonly sql: string
  readonly relations: readonly Relation[]
  /** Rounds of service calls that decide about its rows. */
  readonly rounds: number
}

/** Prints the tables of a FROM clause; `scope` is the query's own, without them. */
export function printFrom(from: readonly TableWithJoins[], scope: Scope): PrintedFrom {
  let relations: Relation[] = []
  let rounds = 0
  const items: string[] = []
  for (const item of from) {
    const printed = printJoined(item, relations, scope)
    relations = [...relations, ...printed.relations]
    rounds = Math.max(rounds, printed.rounds)
    items.push(printed.sql)
  }
  return { sql: items.join(', '), relations, rounds }
}

/** One table, view, CTE, subquery or table function; `before` are the relations that a lateral one may use. */
export function printTableFactor(
  factor: TableFactor,
  before: readonly Relation[],
  scope: Scope,
): PrintedFrom {
  if ('Table' in factor) {
    const { Table: table } = factor
    if (table.version !== undefined || table.sample !== undefined) throw unsupported('AT, BEFORE and SAMPLE of a table')
    if (table.args !== undefined) {
      return printFunctionTable(table.name, table.args.args, table.alias, before, scope)
    }
    return printTable(table.name, table.alias, scope)
  }
  if ('Derived' in factor) {
    const { lateral, subquery, alias } = factor.Derived
    const inside = lateral ? innerScope({ ...scope, relations: before }) : emptied(scope)
    return derived(scope.statement.query(subquery, inside), alias, scope)
  }
  if ('TableFunction' in factor) {
    const { expr, alias } = factor.TableFunction
    if (!('Function' in expr)) {
      const name = tableNameOf(expr)
      if (name !== undefined) return printTable(name, alias, scope)
      throw unsupported('TABLE() of anything but a function or a name')
    }
    const { args } = expr.Function
    const list = typeof args === 'object' && 'List' in args ? args.List.args : []
    return printFunctionTable(expr.Function.name, list, alias, before, scope)
  }
  if ('Function' in factor) {
    return printFunctionTable(factor.Function.name, factor.Function.args, factor.Function.alias, before, scope)
  }
  if ('NestedJoin' in factor) {
    const printed = printJoined(factor.NestedJoin.table_with_joins, before, scope)
    return { ...printed, sql: `(${printed.sql})` }
  }
  throw unsupported(`${kindOf(factor)[0].toUpperCase()} in FROM`)
}

/** A table as the engine has it, under a name of its own: for FROM, UPDATE, DELETE and MERGE. */
export function relationOfTable(
  table: Table,
  name: string | undefined,
  names: readonly string[] | undefined,
  scope: Scope,
): { readonly alias: string; readonly relation: Relation } {
  const alias = scope.statement.uniqueName('r')
  const { database, schema } = table.name
  return {
    alias,
    relation: {
      name: name ?? table.name.name,
      path: name === undefined ? [database, schema, table.name.name] : [],
      columns: table.columns.map((column, index) => ({
        name: names?.[index] ?? column.name,
        sql: `${alias}.${quoteName(column.name)}`,
        type: column.type,
        notNull: column.notNull,
      })),
      merged: new Set(),
      rounds: 0,
    },
  }
}

/** @throws {SnowflakeError} 002003 when there is no such table or view. */
export function findTable(
  name: ObjectName,
  scope: CurrentNamespace & Pick<Scope, 'statement'>,
  kind: 'Object' | 'Table' | 'View' = 'Object',
): Table {
  const parts = storedParts(name)
  if (parts[0]?.startsWith('@') === true) throw unsupported('queries of a stage')
  const table = scope.statement.tables.maybe(resolveName(parts, scope))
  if (table === undefined) throw tableDoesNotExist(kind, displayName(parts))
  return table
}

function printTable(name: ObjectName, alias: TableAlias | undefined, scope: Scope): PrintedFrom {
  const parts = storedParts(name)
  const aliasName = alias === undefined ? undefined : storedName(alias.name)
  const names = columnNames(alias)
  const common = parts.length === 1 ? scope.commonTables.get(parts[0] ?? '') : undefined
  if (common !== undefined) {
    const sqlName = scope.statement.uniqueName('r')
    const columns = columnAliases(common.columns.length)
    return single(`${common.sqlName} AS ${sqlName}`, {
      name: aliasName ?? parts[0],
      path: [],
      columns: common.columns.map((column, index) => ({
        ...column,
        name: names?.[index] ?? column.name,
        sql: `${sqlName}.${columns[index]}`,
      })),
      merged: new Set(),
      rounds: common.rounds,
    })
  }
  if (parts.join() === 'DUAL') {
    const sqlName = scope.statement.uniqueName('r')
    const dual = { name: 'DUAL', path: [], columns: [], merged: new Set<string>(), rounds: 0 }
    return single(`(SELECT 1) AS ${sqlName}(c0)`, dual)
  }
  const table = findTable(name, scope)
  if (table.kind === 'view') return printView(table, aliasName, names, scope)
  const { alias: sqlName, relation } = relationOfTable(table, aliasName, names, scope)
  return single(`${table.sqlName} AS ${sqlName}`, relation)
}

/** A view is its query, read anew where it is used: context functions in it are the reader's. */
function printView(
  view: Table,
  aliasName: string | undefined,
  names: readonly string[] | undefined,
  scope: Scope,
): PrintedFrom {
  const { query, comment } = view
  if (query === undefined || !('Query' in query.statement) || comment.view === undefined) {
    throw unsupported(`view ${view.name.key}, which was not made by CREATE VIEW`)
  }
  const fresh: Scope = {
    ...emptied(scope),
    outer: undefined,
    source: query.source,
    commonTables: new Map(),
    database: comment.view.database,
    schema: comment.view.schema,
  }
  const printed = scope.statement.query(query.statement.Query, fresh)
  const stored = view.columns.map((column, index) => names?.[index] ?? column.name)
  const { sql, relation } = relationOfQuery(printed, aliasName ?? view.name.name, stored, scope)
  const { database, schema, name } = view.name
  const path = aliasName === undefined ? [database, schema, name] : []
  return single(sql, { ...relation, path })
}

function derived(query: PrintedQuery, alias: TableAlias | undefined, scope: Scope): PrintedFrom {
  const name = alias === undefined ? undefined : storedName(alias.name)
  const { sql, relation } = relationOfQuery(query, name, columnNames(alias), scope)
  return single(sql, relation)
}

function printFunctionTable(
  name: ObjectName,
  args: readonly FunctionArg[],
  alias: TableAlias | undefined,
  before: readonly Relation[],
  scope: Scope,
): PrintedFrom {
  const aliasName = alias === undefined ? undefined : storedName(alias.name)
  const { sql, relation } = printTableFunction(storedParts(name).join('.'), args, aliasName, {
    ...scope,
    relations: before,
  })
  return single(sql, relation)
}

function printJoined(item: TableWithJoins, before: readonly Relation[], scope: Scope): PrintedFrom {
  let left = printTableFactor(item.relation, before, scope)
  for (const join of item.joins) {
    const right = printTableFactor(join.relation, [...before, ...left.relations], scope)
    const [kind, constraint] = kindOf(join.join_operator)
    left = printJoin(left, right, kind, (constraint ?? 'None') as JoinConstraint, before, scope)
  }
  return left
}

const JOINS: Record<string, string> = {
  Join: 'JOIN',
  Inner: 'JOIN',
  Left: 'LEFT JOIN',
  LeftOuter: 'LEFT JOIN',
  Right: 'RIGHT JOIN',
  RightOuter: 'RIGHT JOIN',
  FullOuter: 'FULL JOIN',
  CrossJoin: 'CROSS JOIN',
}

function printJoin(
  left: PrintedFrom,
  right: PrintedFrom,
  kind: string,
  constraint: JoinConstraint,
  before: readonly Relation[],
  scope: Scope,
): PrintedFrom {
  const join = JOINS[kind]
  if (join === undefined) throw unsupported(`${kind} join`)
  const rounds = Math.max(left.rounds, right.rounds)
  const both = [...left.relations, ...right.relations]
  if (constraint === 'None') {
    // Snowflake takes a JOIN without ON for a cross join.
    const sql = join === 'JOIN' || join === 'CROSS JOIN' ? 'CROSS JOIN' : undefined
    if (sql !== undefined) return { sql: `${left.sql} ${sql} ${right.sql}`, relations: both, rounds }
    return { sql: `${left.sql} ${join} ${right.sql} ON true`, relations: both, rounds }
  }
  if (typeof constraint === 'object' && 'On' in constraint) {
    const here = waiting({ ...scope, relations: [...before, ...both] }, rounds)
    const on = toBoolean(scope.statement.expression(constraint.On, here))
    return {
      sql: `${left.sql} ${join} ${right.sql} ON ${on.sql}`,
      relations: optional(left, right, join),
      rounds: Math.max(rounds, on.rounds),
    }
  }
  const names =
    constraint === 'Natural'
      ? commonColumns(left, right)
      : constraint.Using.map((name) => storedParts(name).at(-1) ?? '')
  return printUsing(left, right, join, names, rounds)
}

/** JOIN … USING: one column where both sides have one. */
function printUsing(
  left: PrintedFrom,
  right: PrintedFrom,
  join: string,
  names: readonly string[],
  rounds: number,
): PrintedFrom {
  if (names.length === 0) {
    return { sql: `${left.sql} CROSS JOIN ${right.sql}`, relations: [...left.relations, ...right.relations], rounds }
  }
  const merged = new Map<string, string>()
  const conditions = names.map((name) => {
    const a = maybeColumn([name], left.relations)
    const b = maybeColumn([name], right.relations)
    if (a === undefined || b === undefined) {
      throw tableDoesNotExist('Object', name)
    }
    const of = (found: typeof a): string => found.column.mergedSql ?? found.column.sql
    const [x, y] = comparable(
      { sql: of(a), type: a.column.type, rounds: 0, volatile: false },
      { sql: of(b), type: b.column.type, rounds: 0, volatile: false },
      'USING',
    )
    if (join === 'RIGHT JOIN') merged.set(name, of(b))
    if (join === 'FULL JOIN') merged.set(name, `coalesce(${x.sql}, ${y.sql})`)
    return `${x.sql} = ${y.sql}`
  })
  const [leftRelations, rightRelations] = [left, right].map((side) => side.relations)
  return {
    sql: `${left.sql} ${join} ${right.sql} ON ${conditions.join(' AND ')}`,
    relations: [
      ...(leftRelations ?? []).map((relation) => ({
        ...relation,
        columns: relation.columns.map((column) => {
          const mergedSql = merged.get(column.name)
          return mergedSql === undefined ? column : { ...column, mergedSql }
        }),
      })),
      ...(rightRelations ?? []).map((relation) => ({
        ...relation,
        merged: new Set([...relation.merged, ...names]),
      })),
    ],
    rounds,
  }
}

/** Columns of the side of an outer join that may be missing can be NULL. */
function optional(left: PrintedFrom, right: PrintedFrom, join: string): Relation[] {
  const nullable = (relation: Relation): Relation => ({
    ...relation,
    columns: relation.columns.map((column) => ({ ...column, notNull: false })),
  })
  const keepsRight = join === 'JOIN' || join === 'RIGHT JOIN'
  const keepsLeft = join === 'JOIN' || join === 'LEFT JOIN'
  return [
    ...left.relations.map((relation) => (keepsLeft ? relation : nullable(relation))),
    ...right.relations.map((relation) => (keepsRight ? relation : nullable(relation))),
  ]
}

function commonColumns(left: PrintedFrom, right: PrintedFrom): string[] {
  const names = new Set(right.relations.flatMap((relation) => relation.columns.map(({ name }) => name)))
  return left.relations.flatMap((relation) =>
    relation.columns.map(({ name }) => name).filter((name) => names.has(name)),
  )
}

function single(sql: string, relation: Relation): PrintedFrom {
  return { sql, relations: [relation], rounds: relation.rounds }
}

function columnNames(alias: TableAlias | undefined): string[] | undefined {
  if (alias === undefined || alias.columns.length === 0) return undefined
  return alias.columns.map((column) => storedName(column.name))
}

function tableNameOf(expression: Expression): ObjectName | undefined {
  if ('Identifier' in expression) return [{ Identifier: expression.Identifier }]
  if ('CompoundIdentifier' in expression) {
    return expression.CompoundIdentifier.map((part) => ({ Identifier: part }))
  }
  return undefined
}
