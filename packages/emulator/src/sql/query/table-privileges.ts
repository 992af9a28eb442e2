import { printName } from '@spcs/sql'
import { dropGrantsOn, hasPrivilege, type Securable } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import type { Table } from './tables.ts'

/** True when the session's role owns the table or view, or was given the privilege on it. */
export function hasTablePrivilege(
  privilege: string,
  table: Table,
  context: StatementContext,
): boolean {
  // No other session sees a temporary table.
  return table.temporary || hasPrivilege(context, privilege, tableSecurable(table, context))
}

/** Forgets what was granted on tables and views that are gone. */
export function dropTableGrants(tables: readonly Table[], { account }: StatementContext): void {
  for (const table of tables) {
    if (!table.temporary) dropGrantsOn(account.catalog, kindOf(table), table.name.key)
  }
}

/** Keeps what was granted on a table or view under its new name. */
export function moveTableGrants(table: Table, key: string, { account }: StatementContext): void {
  const { catalog } = account
  const isOn = { on: kindOf(table), name: table.name.key }
  if (!catalog.grants.some((grant) => grant.on === isOn.on && grant.name === isOn.name)) return
  catalog.grants = catalog.grants.map((grant) =>
    grant.on === isOn.on && grant.name === isOn.name ? { ...grant, name: key } : grant,
  )
}

function tableSecurable(table: Table, { account }: StatementContext): Securable {
  const { database, schema, key } = table.name
  // A table that was not made by CREATE TABLE is its schema's owner's.
  const owner =
    table.comment.owner ?? account.catalog.schemas.maybe(printName([database, schema]))?.owner
  return { on: kindOf(table), key, ...(owner === undefined ? {} : { owner }) }
}

function kindOf(table: Table): 'TABLE' | 'VIEW' {
  return table.kind === 'view' ? 'VIEW' : 'TABLE'
}
