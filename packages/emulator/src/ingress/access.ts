import { printIdentifier, printName } from '@spcs/sql'
import { inheritedRoles, rolesOfUser } from '../access-control.ts'
import type { Account } from '../account.ts'
import type { User } from '../catalog/objects.ts'
import type { PublicEndpoint } from './public-endpoint.ts'

/** Who asks for something at an endpoint. */
export interface Caller {
  readonly user: User
  /** The role that an OAuth token was asked for; absent: the user's default role. */
  readonly role?: string | undefined
}

/** Why a caller may not use an endpoint, and what would change it. */
export interface Refusal {
  readonly title: string
  readonly reason: string
  /** What to do, in a sentence. */
  readonly hint: string
  /** The statement that does it. */
  readonly sql?: string | undefined
}

/** Roles for which Snowflake's OAuth gives no consent, and ingress uses the user's default role. */
const BLOCKED_ROLES: readonly string[] = ['ACCOUNTADMIN', 'ORGADMIN', 'SECURITYADMIN']

/**
 * Why the caller may not use the endpoint; undefined when they may. They need USAGE of its database and schema, and a
 * service role of the endpoint or the service itself.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/service-network-communications
 */
export function whyRefused(
  caller: Caller,
  target: PublicEndpoint,
  account: Account,
): Refusal | undefined {
  const { service, key, spec, endpoint } = target
  const role = callerRole(caller, account)
  if (BLOCKED_ROLES.includes(role)) return blockedRole(caller.user, role)

  const roles = callerRoles(caller, role, account)
  const name = printIdentifier(role)
  const holds = (on: string, object: string, owner?: string): boolean =>
    isHeld(account, roles, { privilege: 'USAGE', on, name: object, owner })
  const database = printIdentifier(service.database)
  const schema = printName([service.database, service.schema])
  const { catalog } = account
  if (!holds('DATABASE', database, catalog.databases.maybe(database)?.owner)) {
    return lacks(name, `USAGE of database ${database}`, `GRANT USAGE ON DATABASE ${database}`)
  }
  if (!holds('SCHEMA', schema, catalog.schemas.maybe(schema)?.owner)) {
    return lacks(name, `USAGE of schema ${schema}`, `GRANT USAGE ON SCHEMA ${schema}`)
  }
  const own = spec.serviceRoles
    .filter(({ endpoints }) => endpoints.includes(endpoint.name))
    .map((one) => one.name.toUpperCase())
  const serviceRoles = [...own, 'ALL_ENDPOINTS_USAGE'].map((one) => `${key}!${one}`)
  const hasRole = serviceRoles.some((one) => holds('SERVICE ROLE', one, service.owner))
  if (hasRole) return undefined
  const wanted = serviceRoles[0] ?? ''
  return lacks(
    name,
    `a service role of endpoint ${endpoint.name}, and does not own service ${key}`,
    `GRANT SERVICE ROLE ${wanted}`,
  )
}

/** True while the service's owner may have public endpoints; when it loses that, they are not reached any more. */
export function mayBeReached({ service }: PublicEndpoint, account: Account): boolean {
  const roles = [...inheritedRoles(account.catalog, service.owner), 'PUBLIC']
  // DIFFERS: ACCOUNTADMIN may do everything.
  if (roles.includes('ACCOUNTADMIN')) return true
  return isHeld(account, roles, { privilege: 'BIND SERVICE ENDPOINT', on: 'ACCOUNT', name: '' })
}

/** The role that the caller comes with. */
export function callerRole({ user, role }: Caller, account: Account): string {
  const wanted = role ?? user.defaultRole ?? 'PUBLIC'
  return rolesOfUser(account.catalog, user.name).includes(wanted) ? wanted : 'PUBLIC'
}

/** Every role that counts for the caller: secondary roles do, unless a token names its role. */
function callerRoles({ user, role: named }: Caller, role: string, account: Account): string[] {
  const { catalog } = account
  const primary = [...inheritedRoles(catalog, role), 'PUBLIC']
  const hasSecondary = named === undefined && user.defaultSecondaryRoles.includes('ALL')
  return hasSecondary ? [...primary, ...rolesOfUser(catalog, user.name)] : primary
}

function isHeld(
  { catalog }: Account,
  roles: readonly string[],
  wanted: { privilege: string; on: string; name: string; owner?: string | undefined },
): boolean {
  if (wanted.owner !== undefined && roles.includes(wanted.owner)) return true
  return catalog.grants.some(
    ({ privilege, on, name, to, grantee }) =>
      privilege === wanted.privilege &&
      on === wanted.on &&
      name === wanted.name &&
      to === 'ROLE' &&
      roles.includes(grantee),
  )
}

function blockedRole(user: User, role: string): Refusal {
  return {
    title: 'Sign-in refused',
    reason: `invalid consent request: user ${user.name} comes with role ${role}, and nobody may use an endpoint as ACCOUNTADMIN, ORGADMIN or SECURITYADMIN`,
    hint: 'Sign in as a user whose default role is none of these, or give this one another default role',
    sql: `ALTER USER ${printIdentifier(user.name)} SET DEFAULT_ROLE = …;`,
  }
}

function lacks(role: string, what: string, grant: string): Refusal {
  return {
    title: 'No access to this endpoint',
    reason: `role ${role} has no ${what.replace(/^a /, '')}`,
    hint: 'Let the owner grant it',
    sql: `${grant} TO ROLE ${role};`,
  }
}
