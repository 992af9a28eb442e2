import { parseName, printIdentifier } from '@spcs/sql'
import { objectName, type ShownRow, textOf } from './object-kind.ts'
import { printTypedName } from './property.ts'

/** What a grant is on: the account, or an object of a kind: `{ kind: 'COMPUTE POOL', name: 'P' }`. */
export type GrantTarget = 'ACCOUNT' | { readonly kind: string; readonly name: string }

/** A privilege to a role, a role to a user or role, or a service's role to a role. */
export type Grant =
  | { readonly privilege: string; readonly on: GrantTarget; readonly toRole: string }
  | { readonly role: string; readonly toUser: string }
  | { readonly role: string; readonly toRole: string }
  | { readonly serviceRole: ServiceRoleName; readonly toRole: string }

/** A role that a service's specification defines. */
export interface ServiceRoleName {
  readonly service: string
  readonly name: string
}

export function grantSql(grant: Grant): string {
  return `GRANT ${printGranted(grant)} TO ${printGrantee(grant)}`
}

export function revokeSql(grant: Grant): string {
  return `REVOKE ${printGranted(grant)} FROM ${printGrantee(grant)}`
}

/** The SHOW whose rows tell whether the grant is there. */
export function showGrantsSql(grant: Grant): string {
  if ('privilege' in grant) return `SHOW GRANTS TO ROLE ${printTypedName(grant.toRole)}`
  if ('role' in grant) return `SHOW GRANTS OF ROLE ${printTypedName(grant.role)}`
  return `SHOW GRANTS OF SERVICE ROLE ${printServiceRole(grant.serviceRole)}`
}

/** True when a row of that SHOW is this grant. */
export function isGrantShown(grant: Grant, row: ShownRow): boolean {
  if ('privilege' in grant) {
    return row['privilege'] === grant.privilege.toUpperCase() && isTarget(grant.on, row)
  }
  const [kind, name] = 'toUser' in grant ? ['USER', grant.toUser] : ['ROLE', grant.toRole]
  return row['granted_to'] === kind && row['grantee_name'] === parseName(name).join('.')
}

/** What the grant gives, for a person: `USAGE ON DATABASE DB`. */
export function describeGrant(grant: Grant): string {
  return `${printGranted(grant)} TO ${printGrantee(grant)}`
}

/** The grants that a SHOW GRANTS ON tells; to own an object is no grant that can be given again. */
export function grantsOn(on: GrantTarget, rows: readonly ShownRow[]): Grant[] {
  return rows.flatMap((row) => {
    const privilege = textOf(row['privilege'])
    if (privilege === 'OWNERSHIP' || row['granted_to'] !== 'ROLE') return []
    return [{ privilege, on, toRole: printIdentifier(textOf(row['grantee_name'])) }]
  })
}

/** What must be there before the grant: what it gives, and to whom; as plans call objects. */
export function grantNeeds(grant: Grant): string[] {
  const to =
    'toUser' in grant
      ? objectName('user', printTypedName(grant.toUser))
      : objectName('role', printTypedName(grant.toRole))
  const given = grantedObject(grant)
  return given === undefined ? [to] : [given, to]
}

/** What the grant is on, or the role that it gives, as plans call objects; undefined for the account. */
export function grantedObject(grant: Grant): string | undefined {
  if ('role' in grant) return objectName('role', printTypedName(grant.role))
  if ('serviceRole' in grant)
    return objectName('service', printTypedName(grant.serviceRole.service))
  if (grant.on === 'ACCOUNT') return undefined
  const [name = ''] = grant.on.name.split('(')
  return objectName(grant.on.kind.toLowerCase(), printTypedName(name))
}

function isTarget(on: GrantTarget, row: ShownRow): boolean {
  if (on === 'ACCOUNT') return row['granted_on'] === 'ACCOUNT'
  // SHOW joins the words of a kind by underscores, and quotes the signature of a function.
  if (row['granted_on'] !== on.kind.toUpperCase().replaceAll(' ', '_')) return false
  return bareName(textOf(row['name'])) === bareName(printTargetName(on.name))
}

function bareName(name: string): string {
  return name.replaceAll('"', '').replace(/\(.*$/, '')
}

/** A function's argument types follow its name: `DB.PUBLIC.F(FLOAT)`. */
function printTargetName(name: string): string {
  const [, bare = name, signature = ''] = /^([^(]*)(\(.*\))?$/.exec(name) ?? []
  return `${printTypedName(bare)}${signature}`
}

function printGranted(grant: Grant): string {
  if ('privilege' in grant) {
    const { privilege, on } = grant
    const target = on === 'ACCOUNT' ? on : `${on.kind} ${printTargetName(on.name)}`
    return `${privilege} ON ${target}`
  }
  if ('role' in grant) return `ROLE ${printTypedName(grant.role)}`
  return `SERVICE ROLE ${printServiceRole(grant.serviceRole)}`
}

function printGrantee(grant: Grant): string {
  return 'toUser' in grant
    ? `USER ${printTypedName(grant.toUser)}`
    : `ROLE ${printTypedName(grant.toRole)}`
}

function printServiceRole({ service, name }: ServiceRoleName): string {
  return `${printTypedName(service)}!${printTypedName(name)}`
}
