import { unsupported } from '../../../snowflake-error.ts'
import { STATEMENT_TYPE } from '../../../statement-result.ts'
import type { Expression, ObjectName, Query, TableFactor, TableWithJoins } from '../ast.ts'
import type { Assignment, MergeClause, StatementKinds } from '../ast-statement.ts'
import { compilationError, invalidIdentifier } from '../errors.ts'
import { displayName, storedName, storedParts } from '../names.ts'
import { printColumn, type Relation, type Scope, waiting } from '../scope.ts'
import type { ChangePlan } from '../statement-plan.ts'
import type { Table, TableColumn } from '../tables.ts'
import { storeIn, toBoolean } from './cast.ts'
import { findTable, printFrom, printTableFactor, relationOfTable } from './from.ts'
import type { PrintedFrom } from './join.ts'
import { BIND_RELATION, bindColumn } from './literal.ts'
import { type Printed, quoteName } from './printed.ts'
import { relationOfQuery } from './relation.ts'

export function planInsert(node: StatementKinds['Insert'], scope: Scope): ChangePlan {
  if (node.multi_table_insert_type !== undefined) {
    throw unsupported('multi-table INSERT')
  }
  if (!('TableName' in node.table) || node.source === undefined)
    throw unsupported('INSERT of this form')
  const tableName = node.table.TableName as ObjectName
  const table = changeable(tableName, 'INSERT', scope)
  if (node.overwrite) changeable(tableName, 'DELETE', scope)
  const targets =
    node.columns.length === 0
      ? table.columns
      : node.columns.map((name) => columnOf(table, storedParts(name).at(-1) ?? ''))
  const source = printSource(node.source, targets, scope)
  const names = targets.map((column) => quoteName(column.name)).join(', ')
  const insert = `INSERT INTO ${table.sqlName} (${names}) ${source}`
  const emptied = node.overwrite ? [`DELETE FROM ${table.sqlName}`] : []
  return {
    kind: 'change',
    typeId: STATEMENT_TYPE.insert,
    statements: [...emptied, insert],
    counted: emptied.length,
    values: bindLists(scope),
    rehearsal: [source],
    reply: { kind: 'counts', columns: ['number of rows inserted'] },
  }
}

export function planUpdate(node: StatementKinds['Update'], scope: Scope): ChangePlan {
  const { table, relation, alias } = target(node.table, ['UPDATE'], scope)
  const others =
    node.from === undefined || !('AfterSet' in node.from)
      ? []
      : (node.from.AfterSet as readonly TableWithJoins[])
  const from = printFrom(others, scope)
  const { here, where } = printWhere(
    node.selection,
    [relation, ...from.relations],
    from.rounds,
    scope,
  )
  const changes = printAssignments(node.assignments, table, here)
  const set = changes.map(({ name, value }) => `${quoteName(name)} = ${value.sql}`).join(', ')
  const fromSql = from.sql === '' ? '' : ` FROM ${from.sql}`
  const tables = [`${table.sqlName} AS ${alias}`, ...(from.sql === '' ? [] : [from.sql])].join(', ')
  return {
    kind: 'change',
    typeId: STATEMENT_TYPE.update,
    statements: [`UPDATE ${table.sqlName} AS ${alias} SET ${set}${fromSql}${where}`],
    counted: 0,
    values: [],
    rehearsal: [
      `SELECT ${changes.map(({ value }) => value.sql).join(', ')} FROM ${tables}${where}`,
    ],
    reply: {
      kind: 'counts',
      columns: ['number of rows updated', 'number of multi-joined rows updated'],
    },
  }
}

export function planDelete(node: StatementKinds['Delete'], scope: Scope): ChangePlan {
  if (!('WithFromKeyword' in node.from)) throw unsupported('DELETE without FROM')
  const [first, ...more] = node.from.WithFromKeyword as readonly TableWithJoins[]
  if (first === undefined || more.length > 0) throw unsupported('DELETE from several tables')
  const { table, relation, alias } = target(first, ['DELETE'], scope)
  const using = printFrom(node.using ?? [], scope)
  const { where } = printWhere(node.selection, [relation, ...using.relations], using.rounds, scope)
  const usingSql = using.sql === '' ? '' : ` USING ${using.sql}`
  const tables = [`${table.sqlName} AS ${alias}`, ...(using.sql === '' ? [] : [using.sql])].join(
    ', ',
  )
  return {
    kind: 'change',
    typeId: STATEMENT_TYPE.delete,
    statements: [`DELETE FROM ${table.sqlName} AS ${alias}${usingSql}${where}`],
    counted: 0,
    values: [],
    rehearsal: [`SELECT 1 FROM ${tables}${where}`],
    reply: { kind: 'counts', columns: ['number of rows deleted'] },
  }
}

export function planMerge(node: StatementKinds['Merge'], scope: Scope): ChangePlan {
  const actions = new Set(node.clauses.map((clause) => Object.keys(clause.action)[0] ?? ''))
  const privileges = [...actions].map((action) => action.toUpperCase())
  const { table, relation, alias } = target({ relation: node.table, joins: [] }, privileges, scope)
  const source = printTableFactor(node.source, [], scope)
  const relations = [relation, ...source.relations]
  const here = waiting({ ...scope, relations }, source.rounds)
  const on = toBoolean(scope.statement.expression(node.on, here))
  const matched = waiting(here, on.rounds)
  const clauses = node.clauses.map((clause) => printMergeClause(clause, table, source, matched))
  const columns = [
    ['INSERT', 'number of rows inserted', 'Insert'],
    ['UPDATE', 'number of rows updated', 'Update'],
    ['DELETE', 'number of rows deleted', 'Delete'],
  ] as const
  return {
    kind: 'change',
    typeId: STATEMENT_TYPE.merge,
    statements: [
      `MERGE INTO ${table.sqlName} AS ${alias} USING ${source.sql} ON ${on.sql} ${clauses.join(' ')} RETURNING merge_action`,
    ],
    counted: 0,
    values: [],
    rehearsal: undefined,
    reply: {
      kind: 'actions',
      columns: columns
        .filter(([, , action]) => actions.has(action))
        .map(([name, column]) => [name, column] as const),
    },
  }
}

function printMergeClause(
  clause: MergeClause,
  table: Table,
  source: PrintedFrom,
  scope: Scope,
): string {
  const kinds = {
    Matched: 'MATCHED',
    NotMatched: 'NOT MATCHED',
    NotMatchedByTarget: 'NOT MATCHED BY TARGET',
    NotMatchedBySource: 'NOT MATCHED BY SOURCE',
  }
  const inserts = 'Insert' in clause.action
  // A row without a match has no target columns yet.
  const here = inserts ? { ...scope, relations: source.relations } : scope
  const condition =
    clause.predicate === undefined
      ? undefined
      : toBoolean(scope.statement.expression(clause.predicate, here))
  const when = `WHEN ${kinds[clause.clause_kind]}${condition === undefined ? '' : ` AND ${condition.sql}`} THEN`
  const then = waiting(here, condition?.rounds ?? 0)
  if ('Delete' in clause.action) return `${when} DELETE`
  if ('Update' in clause.action) {
    const changes = printAssignments(clause.action.Update.assignments, table, then)
    return `${when} UPDATE SET ${changes.map(({ name, value }) => `${quoteName(name)} = ${value.sql}`).join(', ')}`
  }
  const { columns, kind } = clause.action.Insert
  if (typeof kind === 'string') throw unsupported('INSERT ROW in MERGE')
  const targets =
    columns.length === 0
      ? table.columns
      : columns.map((name) => columnOf(table, storedParts(name).at(-1) ?? ''))
  const [row] = kind.Values.rows
  const values = printRow(row?.content ?? [], targets, then)
  const names = targets.map((column) => quoteName(column.name)).join(', ')
  return `${when} INSERT (${names}) VALUES (${values.map((value) => value.sql).join(', ')})`
}

/** The rows of an INSERT, each value made of its column's type. */
function printSource(source: Query, targets: readonly TableColumn[], scope: Scope): string {
  if ('Values' in source.body && source.with === undefined) {
    const rows = source.body.Values.rows.map((row) => printRow(row.content, targets, scope))
    const bulk = printBulk(rows, scope)
    if (bulk !== undefined) return bulk
    return `VALUES ${rows.map((row) => `(${row.map((cell) => cell.sql).join(', ')})`).join(', ')}`
  }
  const query = scope.statement.query(source, { ...scope, exact: true })
  requireCount(query.columns.length, targets.length)
  const { sql, relation } = relationOfQuery(query, undefined, undefined, scope)
  const cells = relation.columns.map((column, index) =>
    storeIn(targets[index] as TableColumn, printColumn({ column, relation }, false)),
  )
  return `SELECT ${cells.map((cell) => cell.sql).join(', ')} FROM ${sql}`
}

function printRow(
  cells: readonly Expression[],
  targets: readonly TableColumn[],
  scope: Scope,
): Printed[] {
  requireCount(cells.length, targets.length)
  return cells.map((cell, index) => {
    const column = targets[index]
    if (column === undefined) throw unsupported('a value without a column')
    if (isDefault(cell)) {
      return { sql: column.default ?? 'NULL', type: column.type, rounds: 0, volatile: false }
    }
    return storeIn(column, scope.statement.expression(cell, scope))
  })
}

/** Array binds stand for many rows: the one row of VALUES is read for each of them. */
function printBulk(rows: readonly (readonly Printed[])[], scope: Scope): string | undefined {
  const lists = scope.statement.binds.flatMap((bind, index) =>
    Array.isArray(bind.value) ? [index] : [],
  )
  if (lists.length === 0) return undefined
  const [row] = rows
  if (row === undefined || rows.length > 1)
    throw unsupported('array binds for several rows of VALUES')
  const columns = lists.map((index, position) => `unnest($${position + 1}) AS ${bindColumn(index)}`)
  return `SELECT ${row.map((cell) => cell.sql).join(', ')} FROM (SELECT ${columns.join(', ')}) AS ${BIND_RELATION}`
}

function bindLists(scope: Scope): readonly unknown[] {
  return scope.statement.binds.flatMap((bind) => (Array.isArray(bind.value) ? [bind.value] : []))
}

function printAssignments(
  assignments: readonly Assignment[],
  table: Table,
  scope: Scope,
): { readonly name: string; readonly value: Printed }[] {
  return assignments.map(({ target: assigned, value }) => {
    const column = columnOf(table, storedParts(assigned.ColumnName).at(-1) ?? '')
    const printed = isDefault(value)
      ? { sql: column.default ?? 'NULL', type: column.type, rounds: 0, volatile: false }
      : storeIn(column, scope.statement.expression(value, scope))
    return { name: column.name, value: printed }
  })
}

function printWhere(
  selection: Expression | undefined,
  relations: readonly Relation[],
  rounds: number,
  scope: Scope,
): { readonly here: Scope; readonly where: string } {
  const inside = waiting({ ...scope, relations }, rounds)
  if (selection === undefined) return { here: inside, where: '' }
  const condition = toBoolean(scope.statement.expression(selection, inside))
  return { here: waiting(inside, condition.rounds), where: ` WHERE ${condition.sql}` }
}

/** The table that a statement changes, and its relation. */
function target(
  item: TableWithJoins,
  privileges: readonly string[],
  scope: Scope,
): { readonly table: Table; readonly relation: Relation; readonly alias: string } {
  const factor: TableFactor = item.relation
  if (!('Table' in factor) || item.joins.length > 0) throw unsupported('a change of a join')
  const { name: tableName } = factor.Table
  const table = changeable(tableName, privileges[0] ?? 'SELECT', scope)
  for (const privilege of privileges) changeable(tableName, privilege, scope)
  const name = factor.Table.alias === undefined ? undefined : storedName(factor.Table.alias.name)
  return { table, ...relationOfTable(table, name, undefined, scope) }
}

function changeable(name: ObjectName, privilege: string, scope: Scope): Table {
  const table = findTable(name, scope, privilege)
  if (table.kind === 'table') return table
  throw compilationError(
    '001753',
    '42601',
    `Cannot perform DML on view '${displayName(storedParts(name))}'`,
    undefined,
  )
}

function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw invalidIdentifier(name, undefined)
  return column
}

function isDefault(node: Expression): boolean {
  return (
    'Identifier' in node &&
    node.Identifier.quote_style === undefined &&
    node.Identifier.value.toUpperCase() === 'DEFAULT'
  )
}

function requireCount(given: number, expected: number): void {
  if (given === expected) return
  throw compilationError(
    '002020',
    '21S01',
    `Insert value list does not match column list expecting ${expected} but got ${given}`,
    undefined,
  )
}
