import { parseIdentifier, printIdentifier, printName } from '@spcs/sql'
import type { StatementContext } from './account.ts'
import type { Catalog } from './catalog/catalog.ts'
import type { Grant } from './catalog/objects.ts'
import { doesNotExist, insufficientPrivileges } from './snowflake-error.ts'

/** An object that privileges are given on: its kind as GRANT names it, and its key in the catalog. */
export interface Securable {
  readonly on: string // ACCOUNT, DATABASE, SCHEMA, COMPUTE POOL, …
  readonly key: string // '' for ACCOUNT
  readonly owner?: string
}

/** The role and every role it inherits from, itself first. */
export function inheritedRoles(catalog: Catalog, role: string): string[] {
  const roles = [role]
  for (const current of roles) {
    for (const grant of catalog.grants) {
      const inherits = grant.on === 'ROLE' && grant.to === 'ROLE' && grant.grantee === current
      const inherited = inherits ? parseIdentifier(grant.name) : current
      if (!roles.includes(inherited)) roles.push(inherited)
    }
  }
  return roles
}

/** The roles that a user may USE, with those they inherit from; PUBLIC is everyone's. */
export function rolesOfUser(catalog: Catalog, user: string): string[] {
  const granted = catalog.grants
    .filter((grant) => grant.on === 'ROLE' && grant.to === 'USER' && grant.grantee === user)
    .flatMap((grant) => inheritedRoles(catalog, parseIdentifier(grant.name)))
  return [...new Set([...granted, 'PUBLIC'])]
}

/** The role with all that it may do: what it inherits, and PUBLIC, which everyone has. */
export function effectiveRoles(catalog: Catalog, role: string): string[] {
  return [...inheritedRoles(catalog, role), 'PUBLIC']
}

/**
 * The roles whose privileges the session has now. Secondary roles count for everything but CREATE, which is the
 * primary role's alone.
 */
export function activeRoles({ account, session }: StatementContext, privilege: string): string[] {
  const primary = effectiveRoles(account.catalog, session.role)
  if (session.secondaryRoles !== 'ALL' || privilege.startsWith('CREATE ')) return primary
  return [...primary, ...rolesOfUser(account.catalog, session.user)]
}

/** True when the session's role owns the object, has the privilege on it, or is ACCOUNTADMIN. */
export function hasPrivilege(
  context: StatementContext,
  privilege: string,
  securable: Securable,
): boolean {
  const roles = activeRoles(context, privilege)
  return isHeld(context.account.catalog, roles, securable, privilege)
}

/** True when a role, by itself or by those it inherits from, owns the object or has the privilege on it. */
export function roleHasPrivilege(
  catalog: Catalog,
  role: string,
  privilege: string,
  securable: Securable,
): boolean {
  return isHeld(catalog, effectiveRoles(catalog, role), securable, privilege)
}

/** True when the session's role may know of the object: it has any privilege on it. */
export function isVisible(context: StatementContext, securable: Securable): boolean {
  return isHeld(context.account.catalog, activeRoles(context, 'USAGE'), securable)
}

/** True when one of the roles owns the object, or has the privilege on it; without one, any privilege. */
export function isHeld(
  catalog: Catalog,
  roles: readonly string[],
  securable: Securable,
  wanted?: string,
): boolean {
  // DIFFERS: ACCOUNTADMIN may do everything; in Snowflake it still needs what it did not inherit.
  if (roles.includes('ACCOUNTADMIN')) return true
  if (securable.owner !== undefined && roles.includes(securable.owner)) return true
  return grantsOn(catalog, securable).some(
    ({ to, grantee, privilege }) =>
      to === 'ROLE' && roles.includes(grantee) && privilege === (wanted ?? privilege),
  )
}

/** Every grant on one object; its owner is not among them. */
export function grantsOn(catalog: Catalog, { on, key }: Securable): Grant[] {
  return catalog.grants.filter((grant) => grant.on === on && grant.name === key)
}

/** Forgets every grant on an object that goes; a service takes its service roles along. */
export function dropGrantsOn(catalog: Catalog, on: string, key: string): void {
  const isGone = (grant: Grant): boolean =>
    (grant.on === on && grant.name === key) ||
    (on === 'SERVICE' && grant.on === 'SERVICE ROLE' && grant.name.startsWith(`${key}!`))
  if (catalog.grants.some(isGone)) catalog.grants = catalog.grants.filter((grant) => !isGone(grant))
}

/** @throws {SnowflakeError} 003001 when the session lacks the privilege. */
export function requirePrivilege(
  context: StatementContext,
  privilege: string,
  securable: Securable,
): void {
  if (hasPrivilege(context, privilege, securable)) return
  throw insufficientPrivileges(securable.on, securable.key === '' ? undefined : securable.key)
}

/**
 * For what a statement names besides its own object. Whoever has no privilege at all on it is told nothing of it.
 *
 * @param roles Those of the session, or of who owns what the statement is about.
 * @throws {SnowflakeError} 003001 when none of the roles has the privilege, 002003 when none may know of the object.
 */
export function requireHeld(
  catalog: Catalog,
  roles: readonly string[],
  securable: Securable,
  privilege: string,
): void {
  if (isHeld(catalog, roles, securable, privilege)) return
  const { on, key } = securable
  if (on === 'ACCOUNT' || isHeld(catalog, roles, securable)) {
    throw insufficientPrivileges(on, on === 'ACCOUNT' ? undefined : key)
  }
  throw doesNotExist(on.slice(0, 1) + on.slice(1).toLowerCase(), key)
}

/**
 * What is in a schema is reached by those who have some privilege on it, and on its database.
 *
 * @see https://docs.snowflake.com/en/user-guide/security-access-control-privileges
 * @throws {SnowflakeError} 002003 for the one of the two that none of the roles may know of.
 */
export function requireNamespace(
  catalog: Catalog,
  roles: readonly string[],
  namespace: { readonly database: string; readonly schema: string },
): void {
  const database = printIdentifier(namespace.database)
  const schema = printName([namespace.database, namespace.schema])
  const { owner } = catalog.databases.get(database)
  const isKnown = isHeld(catalog, roles, { on: 'DATABASE', key: database, owner })
  if (!isKnown) throw doesNotExist('Database', database)
  const { owner: schemaOwner } = catalog.schemas.get(schema)
  const isOpen = isHeld(catalog, roles, { on: 'SCHEMA', key: schema, owner: schemaOwner })
  if (!isOpen) throw doesNotExist('Schema', schema)
}

/** The securable for an object of the account itself, such as a database or a compute pool. */
export function accountObject(on: string, object: { name: string; owner: string }): Securable {
  return { on, key: printIdentifier(object.name), owner: object.owner }
}
