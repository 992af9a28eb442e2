import { printName } from '@spcs/sql'
import { requirePrivilege } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import { resolveName, resolveNewName } from '../../catalog/resolve-name.ts'
import { insufficientPrivileges, unsupported } from '../../snowflake-error.ts'
import { kindOf } from './ast.ts'
import type { ParsedStatement } from './parse.ts'
import type { AlterContext } from './print/alter.ts'
import { planCreateTable } from './print/create-table.ts'
import { planCreateView } from './print/create-view.ts'
import { type DdlContext, type NameContext, planDrop, planTruncate } from './print/ddl.ts'
import { planDelete, planInsert, planMerge, planUpdate } from './print/dml.ts'
import type { Scope } from './scope.ts'
import type { StatementPlan } from './statement-plan.ts'
import { readTable, type Table } from './tables.ts'

/** Prints a statement for DuckDB, with what is to be answered for it. */
export function planStatement(
  { statement }: ParsedStatement,
  scope: Scope,
  context: StatementContext,
): StatementPlan {
  if ('Query' in statement) {
    const { sql, columns } = scope.statement.query(statement.Query, { ...scope, exact: true })
    return { kind: 'query', sql, values: [], columns }
  }
  if ('Insert' in statement) return planInsert(statement.Insert, scope)
  if ('Update' in statement) return planUpdate(statement.Update, scope)
  if ('Delete' in statement) return planDelete(statement.Delete, scope)
  if ('Merge' in statement) return planMerge(statement.Merge, scope)
  if ('CreateTable' in statement) {
    const privilege = statement.CreateTable.temporary ? undefined : 'CREATE TABLE'
    return planCreateTable(statement.CreateTable, scope, createContext(privilege, scope, context))
  }
  if ('CreateView' in statement) {
    const create = createContext('CREATE VIEW', scope, context)
    return planCreateView(statement.CreateView, scope, context.session, create)
  }
  if ('Drop' in statement) return planDrop(statement.Drop, nameContext(scope, context))
  if ('Truncate' in statement) return planTruncate(statement.Truncate, nameContext(scope, context))
  throw unsupported(kindOf(statement)[0])
}

/** What ALTER looks up: its names are not known before it is read. */
export function alterContext(scope: Scope, context: StatementContext): AlterContext {
  const { session } = context
  return {
    ...nameContext(scope, context),
    maybeTable: (name) => readTable(name, session.engine),
  }
}

function nameContext(scope: Scope, { session }: StatementContext): NameContext {
  const { tables } = scope.statement
  return {
    scope,
    resolve: (parts) => resolveName(parts, session),
    maybeTable: (name) => tables.maybe(name),
    requireOwnership: (table) => requireOwnership(table, scope),
  }
}

function createContext(
  privilege: string | undefined,
  scope: Scope,
  context: StatementContext,
): DdlContext {
  const { session, account } = context
  return {
    ...nameContext(scope, context),
    owner: session.role,
    now: account.now().toISOString(),
    newName: (parts) => {
      const name = resolveNewName(parts, session, account.catalog)
      const key = printName([name.database, name.schema])
      const { owner } = account.catalog.schemas.get(key)
      if (privilege !== undefined)
        requirePrivilege(context, privilege, { on: 'SCHEMA', key, owner })
      return name
    },
  }
}

function requireOwnership(table: Table, scope: Scope): void {
  if (scope.statement.allows('OWNERSHIP', table)) return
  throw insufficientPrivileges(table.kind, table.name.name)
}
