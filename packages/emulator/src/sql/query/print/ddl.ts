import { printIdentifier } from '@spcs/sql'
import type { QualifiedName } from '../../../catalog/resolve-name.ts'
import { SnowflakeError, unsupported } from '../../../snowflake-error.ts'
import { STATEMENT_TYPE } from '../../../statement-result.ts'
import type { StatementKinds } from '../ast-statement.ts'
import { compilationError, tableDoesNotExist } from '../errors.ts'
import { displayName, storedParts } from '../names.ts'
import type { Scope } from '../scope.ts'
import type { StatusPlan } from '../statement-plan.ts'
import type { Table } from '../tables.ts'

/** What DDL asks of the account: who owns what is made, and where names lead that are not there yet. */
export interface DdlContext {
  readonly owner: string
  /** ISO 8601. */
  readonly now: string
  readonly newName: (parts: readonly string[]) => QualifiedName
  /** The table or view of a name; undefined when there is none. */
  readonly maybeTable: (name: QualifiedName) => Table | undefined
  /** @throws {SnowflakeError} 003001 when the role does not own it. */
  readonly requireOwnership: (table: Table) => void
}

/** What DROP, TRUNCATE and ALTER look names up by. */
export interface NameContext extends Pick<DdlContext, 'maybeTable' | 'requireOwnership'> {
  readonly resolve: (parts: readonly string[]) => QualifiedName
  readonly scope: Scope
}

/** One answer line, and what has to be run for it. */
export function ddl(statements: readonly string[], status: string): StatusPlan {
  return { kind: 'status', typeId: STATEMENT_TYPE.ddl, statements, status }
}

export function dropSql(table: Table): string {
  return `DROP ${table.kind === 'view' ? 'VIEW' : 'TABLE'} ${table.sqlName}`
}

interface CreateOptions {
  readonly replaces: boolean
  readonly keeps: boolean
  readonly temporary?: boolean
}

/** What CREATE finds in its place: an answer without any work, an error, or undefined: go on. */
export function checkExisting(
  name: QualifiedName,
  existing: Table | undefined,
  { replaces, keeps, temporary = false }: CreateOptions,
  { requireOwnership }: DdlContext,
): StatusPlan | undefined {
  const shown = printIdentifier(name.name)
  if (replaces && keeps) {
    throw compilationError(
      '001424',
      '42601',
      'options IF NOT EXISTS and OR REPLACE are incompatible.',
      undefined,
    )
  }
  if (existing === undefined) return undefined
  if (replaces) {
    requireOwnership(existing)
    return undefined
  }
  // A temporary table hides a permanent one of its name.
  if (temporary && !existing.temporary) return undefined
  if (keeps) return ddl([], `${shown} already exists, statement succeeded.`)
  throw new SnowflakeError(
    '002002',
    '42710',
    `SQL compilation error:\nObject '${name.key}' already exists.`,
  )
}

export function planDrop(
  node: StatementKinds['Drop'],
  { resolve, maybeTable, requireOwnership }: NameContext,
): StatusPlan {
  const kind = node.object_type === 'Table' ? 'table' : 'view'
  if (!['Table', 'View'].includes(node.object_type)) {
    throw unsupported(`DROP ${node.object_type.toUpperCase()}`)
  }
  const [first] = node.names
  if (first === undefined || node.names.length > 1) throw unsupported('DROP of several objects')
  const parts = storedParts(first)
  const name = resolve(parts)
  const table = maybeTable(name)
  if (table === undefined) {
    if (node.if_exists) {
      return ddl(
        [],
        `Drop statement executed successfully (${printIdentifier(name.name)} already dropped).`,
      )
    }
    throw tableDoesNotExist(kind === 'table' ? 'Table' : 'View', displayName(parts))
  }
  if (table.kind !== kind) {
    throw compilationError(
      '001998',
      '42601',
      `Object found is of type '${table.kind.toUpperCase()}', not specified type '${kind.toUpperCase()}'.`,
      undefined,
    )
  }
  requireOwnership(table)
  const dropped = ddl([dropSql(table)], `${printIdentifier(name.name)} successfully dropped.`)
  return { ...dropped, drops: [table] }
}

export function planTruncate(
  node: StatementKinds['Truncate'],
  { resolve, maybeTable, scope }: NameContext,
): StatusPlan {
  const [first] = node.table_names
  if (first === undefined) throw unsupported('TRUNCATE of nothing')
  const parts = storedParts(first.name)
  const table = maybeTable(resolve(parts))
  if (table?.kind === 'table' && scope.statement.allows('TRUNCATE', table)) {
    return ddl([`DELETE FROM ${table.sqlName}`], 'Statement executed successfully.')
  }
  if (node.if_exists) return ddl([], 'Statement executed successfully.')
  throw tableDoesNotExist('Table', displayName(parts))
}
