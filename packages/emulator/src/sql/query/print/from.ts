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
import { emptied, innerScope, type PrintedQuery, type Relation, type Scope } from '../scope.ts'
import type { Table } from '../tables.ts'
import { beside, type PrintedFrom, printJoin } from './join.ts'
import { quoteName } from './printed.ts'
import { columnAliases, columnOfQuery, relationOfQuery } from './relation.ts'
import { printTableFunction } from './table-function.ts'

/** Prints the tables of a FROM clause; `scope` is the query's own, without them. */
export function printFrom(from: readonly TableWithJoins[], scope: Scope): PrintedFrom {
  const [first, ...others] = from
  if (first === undefined) return { sql: '', relations: [], rounds: 0 }
  let left = printJoined(first, [], scope)
  for (const item of others) {
    const right = printJoined(item, left.relations, scope)
    left = beside(left, right, ', ', scope)
  }
  return left
}

/** One table, view, CTE, subquery or table function; `before` are the relations that a lateral one may use. */
export function printTableFactor(
  factor: TableFactor,
  before: readonly Relation[],
  scope: Scope,
): PrintedFrom {
  if ('Table' in factor) {
    const { Table: table } = factor
    if (table.version !== undefined || table.sample !== undefined)
      throw unsupported('AT, BEFORE and SAMPLE of a table')
    if (table.args !== undefined) {
      return printFunctionTable(table.name, table.args.args, table.alias, before, scope)
    }
    return printTable(table.name, table.alias, scope)
  }
  if ('Derived' in factor) {
    const { lateral, subquery, alias } = factor.Derived
    const inside = lateral ? innerScope({ ...scope, relations: before }) : emptied(scope)
    return derived(scope.statement.query(subquery, { ...inside, exact: true }), alias, scope)
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
    return printFunctionTable(
      factor.Function.name,
      factor.Function.args,
      factor.Function.alias,
      before,
      scope,
    )
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
      columns: table.columns.map(({ type, notNull, isStruct, ...column }, index) =>
        columnOfQuery(
          { name: names?.[index] ?? column.name, type, notNull, exact: isStruct },
          `${alias}.${quoteName(column.name)}`,
        ),
      ),
      merged: new Set(),
      rounds: 0,
    },
  }
}

/** @throws {SnowflakeError} 002003 when there is no such table or view, or the role lacks the privilege on it. */
export function findTable(
  name: ObjectName,
  scope: CurrentNamespace & Pick<Scope, 'statement' | 'views'>,
  privilege = 'SELECT',
): Table {
  const parts = storedParts(name)
  if (parts[0]?.startsWith('@') === true) throw unsupported('queries of a stage')
  const table = scope.statement.tables.maybe(resolveName(parts, scope))
  // What a view reads, it reads by its owner's rights.
  const allowed = (found: Table): boolean =>
    scope.views.length > 0 || scope.statement.allows(privilege, found)
  if (table === undefined || !allowed(table)) {
    throw tableDoesNotExist('Object', displayName(parts))
  }
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
      columns: common.columns.map((column, index) =>
        columnOfQuery(
          { ...column, name: names?.[index] ?? column.name },
          `${sqlName}.${columns[index]}`,
        ),
      ),
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
  const { key } = view.name
  if (scope.views.includes(key)) throw unsupported(`view ${key}, which reads itself`)
  const fresh: Scope = {
    ...emptied(scope),
    outer: undefined,
    exact: true,
    source: query.source,
    commonTables: new Map(),
    views: [...scope.views, key],
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
  const { sql, relation, items } = printTableFunction(
    storedParts(name).join('.'),
    args,
    aliasName,
    { ...scope, relations: before },
  )
  return items === undefined ? single(sql, relation) : { ...single(sql, relation), items }
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
