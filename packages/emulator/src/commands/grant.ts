import { printIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import {
  effectiveRoles,
  grantsOn,
  hasPrivilege,
  inheritedRoles,
  requirePrivilege,
  type Securable,
} from '../access-control.ts'
import type { Grant } from '../catalog/objects.ts'
import {
  ACCOUNT_PRIVILEGES,
  maybeSecurableKind,
  SECURABLES,
  type SecurableKind,
} from '../catalog/securables.ts'
import { insufficientPrivileges, SnowflakeError, unsupported } from '../snowflake-error.ts'
import { securableService } from '../spcs/find-service.ts'
import { readServiceRole } from '../spcs/service-roles.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import { type StatementResult, statusResult } from '../statement-result.ts'
import type { Command } from './command.ts'
import { findRelation, listRelations, RELATION_PRIVILEGES } from './relations.ts'
import { executed } from './replies.ts'
import { isInScope, readScope } from './show-filter.ts'

/** Who gets a privilege: `TO ROLE r`, `TO r`, `TO USER u`. */
interface Grantee {
  readonly to: 'ROLE' | 'USER'
  readonly grantee: string
}

export const grantCommands: readonly Command[] = [
  { syntax: 'GRANT ROLE', run: (reader, context) => grantRole(reader, context, 'GRANT') },
  { syntax: 'REVOKE ROLE', run: (reader, context) => grantRole(reader, context, 'REVOKE') },
  {
    syntax: 'GRANT SERVICE ROLE',
    run: (reader, context) => grantServiceRole(reader, context, 'GRANT'),
  },
  {
    syntax: 'REVOKE SERVICE ROLE',
    run: (reader, context) => grantServiceRole(reader, context, 'REVOKE'),
  },
  { syntax: 'GRANT OWNERSHIP ON', run: grantOwnership },
  { syntax: 'GRANT', run: (reader, context) => grantPrivileges(reader, context, 'GRANT') },
  { syntax: 'REVOKE', run: (reader, context) => grantPrivileges(reader, context, 'REVOKE') },
]

type Verb = 'GRANT' | 'REVOKE'

function grantRole(reader: TokenReader, context: StatementContext, verb: Verb): StatementResult {
  const { catalog } = context.account
  const role = catalog.roles.get(printIdentifier(reader.identifier('a role name')))
  const grantee = readGrantee(reader, context, verb)
  reader.end()
  const on = { on: 'ROLE', key: printIdentifier(role.name), owner: role.owner }
  requireGranting(context, on, 'USAGE')
  const isCycle =
    grantee.to === 'ROLE' && inheritedRoles(catalog, role.name).includes(grantee.grantee)
  if (verb === 'GRANT' && isCycle) {
    // DIFFERS: the code is ours; Snowflake's own for a cycle of roles is not documented.
    throw new SnowflakeError(
      '003018',
      '42501',
      `SQL access control error:\nGranting role '${role.name}' to role '${grantee.grantee}' would create a cycle.`,
    )
  }
  change(context, verb, [{ on, privilege: 'USAGE' }], grantee, false)
  return executed()
}

/** A service role is its service's owner's to give: MANAGE GRANTS is not enough. */
function grantServiceRole(
  reader: TokenReader,
  context: StatementContext,
  verb: Verb,
): StatementResult {
  const { service, role } = readServiceRole(reader, context)
  const grantee = readGrantee(reader, context, verb)
  reader.end()
  const { key } = securableService(service, context)
  const on = { on: 'SERVICE ROLE', key: `${key}!${printIdentifier(role.name)}` }
  requirePrivilege(context, 'OWNERSHIP', securableService(service, context))
  change(context, verb, [{ on, privilege: 'USAGE' }], grantee, false)
  return executed()
}

/** DIFFERS: grants on the object stay unless REVOKE CURRENT GRANTS; Snowflake asks for COPY or REVOKE. */
async function grantOwnership(
  reader: TokenReader,
  context: StatementContext,
): Promise<StatementResult> {
  const target = await readTarget(reader, context)
  const { to, grantee } = readGrantee(reader, context, 'GRANT')
  const revokesGrants = reader.maybeWords('REVOKE', 'CURRENT', 'GRANTS')
  if (!revokesGrants) reader.maybeWords('COPY', 'CURRENT', 'GRANTS')
  reader.end()
  const { on, kind, securables, isBulk } = target
  // A service stays its owner's: https://docs.snowflake.com/en/sql-reference/sql/grant-privilege
  const isFixed = kind === undefined || to === 'USER' || on === 'SERVICE'
  if (isFixed) throw unsupported(`GRANT OWNERSHIP ON ${on}`)
  const { catalog } = context.account
  for (const securable of securables) requireGranting(context, securable, 'OWNERSHIP')
  for (const securable of securables) {
    kind.objects(catalog).changeCommon(securable.key, { owner: grantee })
    if (!revokesGrants) continue
    const outstanding = new Set(grantsOn(catalog, securable))
    catalog.grants = catalog.grants.filter((grant) => !outstanding.has(grant))
  }
  return isBulk ? affected(securables.length) : executed()
}

async function grantPrivileges(
  reader: TokenReader,
  context: StatementContext,
  verb: Verb,
): Promise<StatementResult> {
  if (verb === 'REVOKE' && reader.maybeWords('GRANT', 'OPTION', 'FOR')) {
    throw unsupported('REVOKE GRANT OPTION FOR')
  }
  const asked = readPrivileges(reader)
  if (asked.includes('IMPORTED PRIVILEGES')) return grantImported(reader, context, verb)
  const target = await readTarget(reader, context)
  const grantee = readGrantee(reader, context, verb)
  const grantOption = verb === 'GRANT' && reader.maybeWords('WITH', 'GRANT', 'OPTION')
  if (verb === 'REVOKE' && !reader.maybeWords('CASCADE')) reader.maybeWords('RESTRICT')
  reader.end()
  if (grantee.to === 'USER') throw unsupported(`${verb} of privileges to a user`)
  const privileges = asked.includes('ALL') ? target.privileges : asked
  for (const privilege of privileges) requireKnown(privilege, target)
  const items = target.securables.flatMap((on) =>
    privileges.map((privilege) => ({ on, privilege })),
  )
  for (const { on, privilege } of items) requireGranting(context, on, privilege)
  change(context, verb, items, grantee, grantOption)
  return target.isBulk ? affected(target.securables.length) : executed()
}

/** DIFFERS: accepted without effect, also for the database SNOWFLAKE, which this account does not have. */
function grantImported(
  reader: TokenReader,
  context: StatementContext,
  verb: Verb,
): StatementResult {
  reader.words('DATABASE')
  const name = reader.identifier('a database name')
  readGrantee(reader, context, verb)
  reader.end()
  if (name !== 'SNOWFLAKE') context.account.catalog.databases.get(printIdentifier(name))
  if (!mayManageGrants(context)) throw insufficientPrivileges('database', name)
  return executed()
}

/** What stands after ON: one object, or ALL of a kind. */
interface Target {
  readonly on: string
  readonly privileges: readonly string[]
  readonly securables: readonly Securable[]
  readonly isBulk: boolean
  /** Absent for the account, and for tables and views, which the engine keeps. */
  readonly kind?: SecurableKind
}

async function readTarget(reader: TokenReader, context: StatementContext): Promise<Target> {
  if (reader.maybeWords('FUTURE')) throw unsupported('FUTURE grants')
  if (reader.maybeWords('ACCOUNT')) {
    const securables = [{ on: 'ACCOUNT', key: '' }]
    return { on: 'ACCOUNT', privileges: ACCOUNT_PRIVILEGES, securables, isBulk: false }
  }
  const isBulk = reader.maybeWords('ALL')
  for (const [on, privileges] of Object.entries(RELATION_PRIVILEGES)) {
    if (!reader.maybeWords(isBulk ? `${on}S` : on)) continue
    const securables = isBulk
      ? await listRelations(context, readScope(reader, context.session))
      : [await findRelation(reader.name(), context)]
    return {
      on,
      privileges,
      securables: securables.filter((relation) => relation.on === on || !isBulk),
      isBulk,
    }
  }
  const on = maybeSecurableKind(reader, isBulk ? 'plural' : 'singular')
  const kind = on === undefined ? undefined : SECURABLES[on]
  if (on === undefined || kind === undefined) throw reader.unexpected('a kind of object')
  const objects = kind.objects(context.account.catalog)
  if (isBulk) {
    const scope = readScope(reader, context.session)
    const securables = objects
      .entries()
      .filter(([, object]) => isInScope({ database: '', ...object }, scope))
      .map(([key, { owner }]) => ({ on, key, owner }))
    return { on, privileges: kind.privileges, securables, isBulk, kind }
  }
  const key = kind.readKey(reader, context)
  const securables = [{ on, key, owner: objects.get(key).owner }]
  return { on, privileges: kind.privileges, securables, isBulk, kind }
}

/** The privileges before ON, upper case; `ALL` stands for every one that the kind has. */
function readPrivileges(reader: TokenReader): string[] {
  const privileges: string[] = []
  do {
    const words: string[] = []
    while (reader.peek()?.value.toUpperCase() !== 'ON' && reader.peek()?.value !== ',') {
      words.push(reader.word('a privilege'))
    }
    if (words.length === 0) throw reader.unexpected('a privilege')
    privileges.push(words.join(' ').replace(/^ALL PRIVILEGES$/, 'ALL'))
  } while (reader.maybeSymbol(','))
  reader.words('ON')
  return privileges
}

function requireKnown(privilege: string, target: Target): void {
  if (target.privileges.includes(privilege)) return
  throw new SnowflakeError(
    '001003',
    '42000',
    `SQL compilation error:\nprivilege '${privilege}' cannot be given on ${target.on}, only ${target.privileges.join(', ')}`,
  )
}

function readGrantee(reader: TokenReader, context: StatementContext, verb: Verb): Grantee {
  reader.words(verb === 'GRANT' ? 'TO' : 'FROM')
  for (const kind of ['DATABASE ROLE', 'APPLICATION ROLE', 'APPLICATION', 'SHARE']) {
    if (reader.maybeWords(...kind.split(' '))) throw unsupported(`${verb} with a ${kind}`)
  }
  const { roles, users } = context.account.catalog
  if (reader.maybeWords('USER')) {
    const name = reader.identifier('a user name')
    return { to: 'USER', grantee: users.get(printIdentifier(name)).name }
  }
  reader.maybeWords('ROLE')
  const name = reader.identifier('a role name')
  return { to: 'ROLE', grantee: roles.get(printIdentifier(name)).name }
}

/** True for a role that may give and see the privileges on everything. */
export function mayManageGrants(context: StatementContext): boolean {
  return hasPrivilege(context, 'MANAGE GRANTS', { on: 'ACCOUNT', key: '' })
}

/** The owner gives and takes privileges, and so does who may manage grants or has it with grant option. */
function requireGranting(context: StatementContext, on: Securable, privilege: string): void {
  const { catalog } = context.account
  const roles = effectiveRoles(catalog, context.session.role)
  const isPassedOn = grantsOn(catalog, on).some(
    (grant) => grant.privilege === privilege && grant.grantOption && roles.includes(grant.grantee),
  )
  if (isPassedOn || hasPrivilege(context, 'OWNERSHIP', on) || mayManageGrants(context)) return
  throw insufficientPrivileges(on.on, on.key === '' ? undefined : on.key)
}

/** Adds the grants that are not there, or takes those away that are; all of them in one go. */
function change(
  context: StatementContext,
  verb: Verb,
  items: readonly { readonly on: Securable; readonly privilege: string }[],
  grantee: Grantee,
  grantOption: boolean,
): void {
  const { catalog } = context.account
  const createdOn = context.account.now().toISOString()
  const grantedBy = context.session.role
  const asked: Grant[] = items.map(({ on: { on, key }, privilege }) => {
    return { privilege, on, name: key, ...grantee, grantOption, grantedBy, createdOn }
  })
  const isAsked = (grant: Grant): boolean =>
    asked.some(
      ({ privilege, on, name, to, grantee: who }) =>
        grant.privilege === privilege &&
        grant.on === on &&
        grant.name === name &&
        grant.to === to &&
        grant.grantee === who,
    )
  const others = catalog.grants.filter((grant) => !isAsked(grant))
  catalog.grants = verb === 'GRANT' ? [...others, ...asked] : others
}

function affected(count: number): StatementResult {
  return statusResult(`Statement executed successfully. ${count} objects affected.`)
}
