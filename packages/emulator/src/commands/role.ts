import { parseIdentifier, printIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import {
  accountObject,
  dropGrantsOn,
  inheritedRoles,
  requirePrivilege,
  rolesOfUser,
} from '../access-control.ts'
import { BUILT_IN_ROLES } from '../catalog/bootstrap.ts'
import type { Role } from '../catalog/objects.ts'
import { alreadyExists, insufficientPrivileges, unsupported } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import { numberColumn, tableResult, textColumn, timestampColumn } from '../statement-result.ts'
import type { Command } from './command.ts'
import {
  created,
  createMode,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from './replies.ts'
import { applyShowOptions, readShowOptions } from './show-filter.ts'

export const roleCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] ROLE [IF NOT EXISTS]', run: createRole },
  { syntax: 'ALTER ROLE [IF EXISTS]', run: alterRole },
  { syntax: 'DROP ROLE [IF EXISTS]', run: dropRole },
  { syntax: 'SHOW [TERSE] ROLES', run: showRoles },
]

function createRole(reader: TokenReader, context: StatementContext, given: ReadonlySet<string>) {
  const name = reader.identifier('a role name')
  const { COMMENT: comment = '' } = reader.properties({ COMMENT: () => reader.string() })
  reader.end()
  const { catalog } = context.account
  requirePrivilege(context, 'CREATE ROLE', { on: 'ACCOUNT', key: '' })
  const existing = catalog.roles.maybe(printIdentifier(name))
  const mode = createMode(given)
  if (existing !== undefined) {
    if (mode === 'keep') return existedAlready(name)
    if (mode === 'fail') throw alreadyExists(name)
    removeRole(existing, context)
  }
  const createdOn = context.account.now().toISOString()
  catalog.roles.put({ kind: 'ROLE', name, createdOn, owner: context.session.role, comment })
  return created('Role', name)
}

function alterRole(reader: TokenReader, context: StatementContext, given: ReadonlySet<string>) {
  const { roles } = context.account.catalog
  const name = reader.identifier('a role name')
  const key = printIdentifier(name)
  const role = given.has('IF EXISTS') ? roles.maybe(key) : roles.get(key)
  if (reader.maybeWords('RENAME')) throw unsupported('ALTER ROLE … RENAME')
  const isUnset = reader.maybeWords('UNSET', 'COMMENT')
  if (!isUnset) reader.words('SET')
  const { COMMENT: comment } = isUnset
    ? { COMMENT: '' }
    : reader.properties({ COMMENT: () => reader.string() })
  if (comment === undefined) throw reader.unexpected('COMMENT')
  reader.end()
  if (role === undefined) return executed()
  requirePrivilege(context, 'OWNERSHIP', accountObject('ROLE', role))
  roles.change(key, { comment })
  return executed()
}

function dropRole(reader: TokenReader, context: StatementContext, given: ReadonlySet<string>) {
  const { roles } = context.account.catalog
  const name = reader.identifier('a role name')
  reader.end()
  const key = printIdentifier(name)
  const role = given.has('IF EXISTS') ? roles.maybe(key) : roles.get(key)
  if (role === undefined) return wasDroppedAlready(name)
  removeRole(role, context)
  return dropped(name)
}

/** What the role owned goes to the role that drops it; every grant on it, to it and of it goes away. */
function removeRole(role: Role, context: StatementContext): void {
  if (BUILT_IN_ROLES.includes(role.name)) throw insufficientPrivileges('role', role.name)
  requirePrivilege(context, 'OWNERSHIP', accountObject('ROLE', role))
  const { catalog } = context.account
  catalog.transferOwnership(role.name, context.session.role)
  dropGrantsOn(catalog, 'ROLE', printIdentifier(role.name))
  catalog.grants = catalog.grants.filter(
    (grant) => !(grant.to === 'ROLE' && grant.grantee === role.name),
  )
  catalog.roles.remove(printIdentifier(role.name))
}

function showRoles(reader: TokenReader, context: StatementContext, given: ReadonlySet<string>) {
  const options = readShowOptions(reader)
  reader.end()
  const { account, session } = context
  const { catalog } = account
  const user = catalog.users.maybe(printIdentifier(session.user))
  const own = rolesOfUser(catalog, session.user)
  const current = inheritedRoles(catalog, session.role)
  const roleGrants = catalog.grants.filter((grant) => grant.on === 'ROLE')
  const rows = applyShowOptions(catalog.roles.list(), options, (role) => role.name).map((role) => {
    const held = roleGrants.filter((grant) => parseIdentifier(grant.name) === role.name)
    return [
      role.createdOn,
      role.name,
      yesOrNo(user?.defaultRole === role.name),
      yesOrNo(session.role === role.name),
      yesOrNo(
        session.role !== role.name && (current.includes(role.name) || own.includes(role.name)),
      ),
      held.filter((grant) => grant.to === 'USER').length,
      held.filter((grant) => grant.to === 'ROLE').length,
      roleGrants.filter((grant) => grant.to === 'ROLE' && grant.grantee === role.name).length,
      role.owner,
      role.comment,
    ] as const
  })
  const columns = [
    timestampColumn('created_on'),
    textColumn('name'),
    textColumn('is_default'),
    textColumn('is_current'),
    textColumn('is_inherited'),
    numberColumn('assigned_to_users'),
    numberColumn('granted_to_roles'),
    numberColumn('granted_roles'),
    textColumn('owner'),
    textColumn('comment'),
  ]
  return given.has('TERSE')
    ? tableResult(
        columns.slice(0, 5),
        rows.map((row) => row.slice(0, 5)),
      )
    : tableResult(columns, rows)
}

const yesOrNo = (value: boolean): string => (value ? 'Y' : 'N')
