import { parseIdentifier, printIdentifier } from '@spcs/sql'
import { isVisible } from '../access-control.ts'
import type { StatementContext } from '../account.ts'
import type { Grant } from '../catalog/objects.ts'
import { maybeSecurableKind, SECURABLES } from '../catalog/securables.ts'
import { doesNotExist, unsupported } from '../snowflake-error.ts'
import { readServiceRole } from '../spcs/service-roles.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
} from '../statement-result.ts'
import type { Command } from './command.ts'
import { mayManageGrants } from './grant.ts'
import { findRelation, RELATION_PRIVILEGES } from './relations.ts'

export const showGrantsCommands: readonly Command[] = [
  { syntax: 'SHOW GRANTS ON', run: showGrantsOn },
  { syntax: 'SHOW GRANTS OF SERVICE ROLE', run: showGrantsOfServiceRole },
  { syntax: 'SHOW GRANTS OF ROLE', run: showGrantsOfRole },
  { syntax: 'SHOW GRANTS TO SERVICE ROLE', run: showGrantsToServiceRole },
  { syntax: 'SHOW GRANTS TO ROLE', run: showGrantsToRole },
  { syntax: 'SHOW GRANTS TO USER', run: showGrantsToUser },
  { syntax: 'SHOW GRANTS', run: showOwnGrants },
]

const PRIVILEGE_COLUMNS = [
  timestampColumn('created_on'),
  textColumn('privilege'),
  textColumn('granted_on'),
  textColumn('name'),
  textColumn('granted_to'),
  textColumn('grantee_name'),
  textColumn('grant_option'),
  textColumn('granted_by'),
]

const ROLE_COLUMNS = [
  timestampColumn('created_on'),
  textColumn('role'),
  textColumn('granted_to'),
  textColumn('grantee_name'),
  textColumn('granted_by'),
]

async function showGrantsOn(
  reader: TokenReader,
  context: StatementContext,
): Promise<StatementResult> {
  const { catalog } = context.account
  const { on, key, ownership } = await readObject(reader, context)
  reader.end()
  const given = catalog.grants.filter((grant) => grant.on === on && grant.name === key)
  return privilegeRows([...ownership, ...(on === 'ROLE' ? [] : given)], context)
}

async function readObject(
  reader: TokenReader,
  context: StatementContext,
): Promise<{ on: string; key: string; ownership: Grant[] }> {
  if (reader.maybeWords('ACCOUNT')) return { on: 'ACCOUNT', key: '', ownership: [] }
  if (Object.keys(RELATION_PRIVILEGES).some((on) => reader.maybeWords(on))) {
    const relation = await findRelation(reader.name(), context)
    return { ...relation, ownership: [ownershipOf(relation.on, relation.key, relation)] }
  }
  const on = maybeSecurableKind(reader)
  const kind = on === undefined ? undefined : SECURABLES[on]
  if (on === undefined || kind === undefined) throw reader.unexpected('a kind of object')
  const key = kind.readKey(reader, context)
  const objects = kind.objects(context.account.catalog)
  const object = objects.get(key)
  // Roles and users are known to all.
  const isKnown =
    on === 'ROLE' || on === 'USER' || isVisible(context, { on, key, owner: object.owner })
  if (!isKnown && !mayManageGrants(context)) throw doesNotExist(objects.kind, key)
  return { on, key, ownership: [ownershipOf(on, key, object)] }
}

function showGrantsToRole(reader: TokenReader, context: StatementContext): StatementResult {
  const { catalog } = context.account
  const role = catalog.roles.get(printIdentifier(reader.identifier('a role name')))
  reader.end()
  const owned = Object.entries(SECURABLES).flatMap(([on, kind]) =>
    kind
      .objects(catalog)
      .entries()
      .filter(([, object]) => object.owner === role.name)
      .map(([key, object]) => ownershipOf(on, key, object)),
  )
  const given = catalog.grants.filter((grant) => grant.to === 'ROLE' && grant.grantee === role.name)
  return privilegeRows([...owned, ...given], context)
}

function showGrantsToUser(reader: TokenReader, context: StatementContext): StatementResult {
  const { users } = context.account.catalog
  const user = users.get(printIdentifier(reader.identifier('a user name')))
  reader.end()
  return rolesGivenTo(user.name, context)
}

function showOwnGrants(reader: TokenReader, context: StatementContext): StatementResult {
  if (reader.maybeWords('TO', 'SHARE') || reader.maybeWords('OF', 'SHARE')) {
    throw unsupported('SHOW GRANTS of a share')
  }
  reader.end()
  return rolesGivenTo(context.session.user, context)
}

function rolesGivenTo(user: string, context: StatementContext): StatementResult {
  const grants = context.account.catalog.grants.filter(
    (grant) => grant.on === 'ROLE' && grant.to === 'USER' && grant.grantee === user,
  )
  return roleRows(grants, (grant) => parseIdentifier(grant.name))
}

function showGrantsOfRole(reader: TokenReader, context: StatementContext): StatementResult {
  const { catalog } = context.account
  const role = catalog.roles.get(printIdentifier(reader.identifier('a role name')))
  reader.end()
  const key = printIdentifier(role.name)
  const grants = catalog.grants.filter((grant) => grant.on === 'ROLE' && grant.name === key)
  return roleRows(grants, () => role.name)
}

function showGrantsOfServiceRole(reader: TokenReader, context: StatementContext): StatementResult {
  const { service, role } = readServiceRole(reader, context)
  reader.end()
  const { catalog } = context.account
  const key = `${catalog.services.keyOf(service)}!${printIdentifier(role.name)}`
  const grants = catalog.grants.filter(({ on, name }) => on === 'SERVICE ROLE' && name === key)
  return roleRows(grants, () => role.name)
}

/** The endpoints that the role opens. The only sample of a row is that of Snowflake's REST API. */
function showGrantsToServiceRole(reader: TokenReader, context: StatementContext): StatementResult {
  const { service, role } = readServiceRole(reader, context)
  reader.end()
  const key = context.account.catalog.services.keyOf(service)
  return tableResult(
    PRIVILEGE_COLUMNS.slice(0, 6),
    role.endpoints.map((endpoint) => [
      service.createdOn,
      'USAGE',
      'SERVICE_ENDPOINT',
      `${key}!${endpoint}`,
      'SERVICE_ROLE',
      role.name,
    ]),
  )
}

function roleRows(grants: readonly Grant[], nameOf: (grant: Grant) => string): StatementResult {
  return tableResult(
    ROLE_COLUMNS,
    grants.map((grant) => [
      grant.createdOn,
      nameOf(grant),
      grant.to,
      grant.grantee,
      grant.grantedBy,
    ]),
  )
}

function privilegeRows(grants: readonly Grant[], context: StatementContext): StatementResult {
  return tableResult(
    PRIVILEGE_COLUMNS,
    grants.map((grant) => [
      grant.createdOn,
      grant.privilege,
      grant.on.replaceAll(' ', '_'),
      grant.on === 'ACCOUNT' ? context.account.name : grant.name,
      grant.to,
      grant.grantee,
      String(grant.grantOption),
      grant.grantedBy,
    ]),
  )
}

/** An object's owner, shown as the grant that Snowflake shows it as. */
function ownershipOf(
  on: string,
  name: string,
  { createdOn, owner }: { readonly createdOn: string; readonly owner: string },
): Grant {
  return {
    privilege: 'OWNERSHIP',
    on,
    name,
    to: 'ROLE',
    grantee: owner,
    grantOption: true,
    grantedBy: owner,
    createdOn,
  }
}
