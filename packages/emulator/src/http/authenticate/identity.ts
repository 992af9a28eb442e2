import { rolesOfUser } from '../../access-control.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Service, User } from '../../catalog/objects.ts'

/** Who has signed in, and what their sessions start with. */
export interface Identity {
  readonly user: string
  readonly displayName: string
  /** Roles that a session may have. */
  readonly roles: readonly string[]
  readonly defaultRole: string
  /** A session stays with the role that it starts with. */
  readonly isBoundToRole?: boolean
  readonly defaultWarehouse: string | null
  /** Stored parts of a database, or of a database and a schema; none for neither. */
  readonly defaultNamespace: readonly string[]
}

export function userIdentity(user: User, catalog: Catalog): Identity {
  const roles = rolesOfUser(catalog, user.name)
  const { defaultRole, defaultNamespace } = user
  return {
    user: user.name,
    displayName: user.displayName,
    roles,
    defaultRole: defaultRole !== null && roles.includes(defaultRole) ? defaultRole : 'PUBLIC',
    defaultWarehouse: user.defaultWarehouse,
    defaultNamespace: defaultNamespace?.split(/\.(.*)/s, 2) ?? [],
  }
}

/**
 * A service may open a session as the user who asks it something, with the user's default role and no other.
 *
 * DIFFERS: Snowflake lets such a session do only what GRANT CALLER gave to the service's owner.
 */
export function callerIdentity(user: User, role: string, catalog: Catalog): Identity {
  return boundTo(role, userIdentity(user, catalog))
}

/** The identity with one of its roles, and no other. */
export function boundTo(role: string, identity: Identity): Identity {
  return { ...identity, roles: [role], defaultRole: role, isBoundToRole: true }
}

/** A service signs in as a user of its own name, with the role that owns it. */
export function serviceIdentity(service: Service): Identity {
  return {
    user: service.name,
    displayName: service.name,
    roles: [service.owner, 'PUBLIC'],
    defaultRole: service.owner,
    defaultWarehouse: service.queryWarehouse,
    defaultNamespace: [],
  }
}
