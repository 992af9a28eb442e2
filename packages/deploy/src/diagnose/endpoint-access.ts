import type { Diagnosis } from './diagnosis.ts'
import { isHeld, type RoleTree } from './role-tree.ts'

/** What decides whether a user may open the public endpoints of a service. */
export interface EndpointFacts {
  readonly user: string
  /** Undefined when the user has none: then it is PUBLIC. */
  readonly defaultRole: string | undefined
  /** The roles that are granted to the user. */
  readonly userRoles: readonly string[]
  /** The default role and all that counts with it. */
  readonly held: RoleTree
  /** `DB.PUBLIC.NOTEBOOK`. */
  readonly service: string
  readonly database: string
  /** `DB.PUBLIC`. */
  readonly schema: string
  readonly owner: string
  /** What the owner of the service holds. */
  readonly ownerHeld: RoleTree
  readonly endpoints: readonly PublicEndpoint[]
}

export interface PublicEndpoint {
  readonly name: string
  /** The service's roles that open it, each with the roles that hold it. */
  readonly serviceRoles: readonly { readonly name: string; readonly holders: readonly string[] }[]
}

/**
 * Why the user cannot open the endpoints; undefined when nothing keeps them.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/service-network-communications
 */
export function diagnoseEndpointAccess(facts: EndpointFacts): Diagnosis | undefined {
  const { endpoints, ownerHeld, owner } = facts
  if (endpoints.length === 0) return undefined
  const mayBind = isHeld(ownerHeld, 'BIND SERVICE ENDPOINT', 'ACCOUNT', undefined)
  if (!mayBind && !ownerHeld.roles.has('ACCOUNTADMIN')) return cannotBind(owner)
  return diagnoseRole(facts) ?? diagnoseUsage(facts) ?? diagnoseServiceRoles(facts)
}

/** Snowflake's OAuth gives these roles no consent, and ingress takes the user's default role. */
const BLOCKED: ReadonlySet<string> = new Set(['ACCOUNTADMIN', 'ORGADMIN', 'SECURITYADMIN'])

function diagnoseRole(facts: EndpointFacts): Diagnosis | undefined {
  const { user, defaultRole, userRoles } = facts
  if (defaultRole === undefined || defaultRole === 'PUBLIC') return undefined
  if (BLOCKED.has(defaultRole) && userRoles.includes(defaultRole)) {
    return {
      code: 'ROLE_BLOCKED',
      cause: `user ${user} comes with the default role ${defaultRole}, and nobody may open an endpoint as ${[...BLOCKED].join(', ')}`,
      hint: `Run ALTER USER ${user} SET DEFAULT_ROLE = ${openingRole(facts) ?? '…'}, or sign in as another user`,
    }
  }
  if (userRoles.includes(defaultRole)) return undefined
  return {
    code: 'SERVICE_ROLE_MISSING',
    cause: `user ${user} has the default role ${defaultRole}, which is not granted to it`,
    hint: `Run GRANT ROLE ${defaultRole} TO USER ${user}`,
  }
}

/** One of the user's other roles that opens an endpoint. */
function openingRole({ userRoles, endpoints, owner }: EndpointFacts): string | undefined {
  const holders = endpoints.flatMap(({ serviceRoles }) =>
    serviceRoles.flatMap((one) => one.holders),
  )
  return userRoles.find((role) => !BLOCKED.has(role) && (holders.includes(role) || role === owner))
}

function diagnoseUsage(facts: EndpointFacts): Diagnosis | undefined {
  const needed = [
    ['DATABASE', facts.database],
    ['SCHEMA', facts.schema],
  ] as const
  const lacking = needed.find(([on, name]) => !isHeld(facts.held, 'USAGE', on, name))
  if (lacking === undefined) return undefined
  const [on, name] = lacking
  const role = roleOf(facts)
  return {
    code: 'SERVICE_ROLE_MISSING',
    cause: `role ${role} of user ${facts.user} has no USAGE on ${on.toLowerCase()} ${name}, which service ${facts.service} is in`,
    hint: `Run GRANT USAGE ON ${on} ${name} TO ROLE ${role}`,
  }
}

function diagnoseServiceRoles(facts: EndpointFacts): Diagnosis | undefined {
  const { held, owner, endpoints, service, user } = facts
  if (held.roles.has(owner)) return undefined
  const closed = endpoints.find(
    ({ serviceRoles }) =>
      !serviceRoles.some(({ holders }) => holders.some((role) => held.roles.has(role))),
  )
  if (closed === undefined) return undefined
  const role = roleOf(facts)
  const [wanted = { name: 'ALL_ENDPOINTS_USAGE' }] = closed.serviceRoles
  return {
    code: 'SERVICE_ROLE_MISSING',
    cause: `role ${role} of user ${user} holds no service role of endpoint ${closed.name}, and does not own the service`,
    hint: `Run GRANT SERVICE ROLE ${service}!${wanted.name} TO ROLE ${role} as ${owner}, which owns the service`,
  }
}

function cannotBind(owner: string): Diagnosis {
  return {
    code: 'BIND_ENDPOINT_MISSING',
    cause: `role ${owner}, which owns the service, has no BIND SERVICE ENDPOINT on the account, so nobody reaches its public endpoints`,
    hint: `Run GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE ${owner} as ACCOUNTADMIN`,
  }
}

function roleOf({ defaultRole }: EndpointFacts): string {
  return defaultRole ?? 'PUBLIC'
}
