import { printIdentifier, printName } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { accountObject, isVisible, rolesOfUser } from '../access-control.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { cannotPerform, SnowflakeError } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import { STATEMENT_TYPE, type StatementResult } from '../statement-result.ts'
import type { Command } from './command.ts'
import { executed } from './replies.ts'

export const useCommands: readonly Command[] = [
  { syntax: 'USE ROLE', run: useRole },
  { syntax: 'USE SECONDARY ROLES', run: useSecondaryRoles },
  { syntax: 'USE WAREHOUSE', run: useWarehouse },
  { syntax: 'USE DATABASE', run: useDatabase },
  { syntax: 'USE SCHEMA', run: useSchema },
  { syntax: 'USE', run: useNamespace },
]

const used = (): StatementResult => executed(STATEMENT_TYPE.use)

function useRole(reader: TokenReader, context: StatementContext): StatementResult {
  const name = reader.identifier('a role name')
  reader.end()
  const { account, session } = context
  if (account.catalog.roles.maybe(printIdentifier(name)) === undefined) throw cannotPerform()
  const mayUse =
    session.isBoundToRole !== true && rolesOfUser(account.catalog, session.user).includes(name)
  if (name !== session.role && !mayUse) {
    throw new SnowflakeError(
      '003013',
      '42501',
      `SQL access control error:\nRequested role '${name}' is not assigned to the executing user. Specify another role.`,
    )
  }
  session.role = name
  return used()
}

function useSecondaryRoles(reader: TokenReader, { session }: StatementContext): StatementResult {
  const roles = reader.maybeWords('ALL') ? 'ALL' : reader.maybeWords('NONE') ? 'NONE' : undefined
  if (roles === undefined) throw reader.unexpected('ALL or NONE')
  reader.end()
  // Accepted and without effect, as where a user has no other roles.
  session.secondaryRoles = session.isBoundToRole === true ? 'NONE' : roles
  return used()
}

function useWarehouse(reader: TokenReader, context: StatementContext): StatementResult {
  const name = reader.identifier('a warehouse name')
  reader.end()
  const warehouse = context.account.catalog.warehouses.maybe(printIdentifier(name))
  if (warehouse === undefined || !isVisible(context, accountObject('WAREHOUSE', warehouse))) {
    throw cannotPerform()
  }
  context.session.warehouse = name
  return used()
}

function useDatabase(reader: TokenReader, context: StatementContext): StatementResult {
  const name = reader.identifier('a database name')
  reader.end()
  return enterDatabase(name, context)
}

function useSchema(reader: TokenReader, context: StatementContext): StatementResult {
  const parts = reader.name('a schema name')
  reader.end()
  const { database, schema } = resolveName([...parts, ''], context.session)
  return enterSchema(database, schema, context)
}

/** `USE d` is about a database, `USE d.s` about a schema. */
function useNamespace(reader: TokenReader, context: StatementContext): StatementResult {
  const [database = '', schema, ...more] = reader.name('a database name')
  if (more.length > 0) throw cannotPerform()
  reader.end()
  return schema === undefined
    ? enterDatabase(database, context)
    : enterSchema(database, schema, context)
}

/** A database's schema PUBLIC is current after USE DATABASE, if it has one. */
function enterDatabase(name: string, context: StatementContext): StatementResult {
  const { account, session } = context
  requireVisibleDatabase(name, context)
  session.database = name
  const hasPublic = account.catalog.schemas.maybe(printName([name, 'PUBLIC'])) !== undefined
  session.schema = hasPublic ? 'PUBLIC' : null
  return used()
}

function enterSchema(database: string, schema: string, context: StatementContext): StatementResult {
  requireVisibleDatabase(database, context)
  const key = printName([database, schema])
  const found = context.account.catalog.schemas.maybe(key)
  const isOpen = schema === 'INFORMATION_SCHEMA'
  const securable = { on: 'SCHEMA', key, owner: found?.owner ?? '' }
  if (found === undefined || !(isOpen || isVisible(context, securable))) throw cannotPerform()
  context.session.database = database
  context.session.schema = schema
  return used()
}

function requireVisibleDatabase(name: string, context: StatementContext): void {
  const database = context.account.catalog.databases.maybe(printIdentifier(name))
  if (database === undefined || !isVisible(context, accountObject('DATABASE', database))) {
    throw cannotPerform()
  }
}
