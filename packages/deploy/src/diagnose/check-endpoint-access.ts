import { parseIdentifier, parseName, printIdentifier, printName, type QueryRunner } from '@spcs/sql'
import type { DeployError } from '../errors.ts'
import { showGrantsSql } from '../objects/grant.ts'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { printUnquotedName } from '../objects/property.ts'
import { describeServiceSql } from '../objects/service.ts'
import { shownRows } from '../shown-rows.ts'
import { readEndpoints } from '../wait/wait-for-endpoints.ts'
import { diagnosedError } from './diagnosis.ts'
import {
  diagnoseEndpointAccess,
  type EndpointFacts,
  type PublicEndpoint,
} from './endpoint-access.ts'
import { maybeSpec } from './read-evidence.ts'
import { readRoleTree, rolesOfUser } from './role-tree.ts'

/** Who is to open the endpoints of which service. */
export interface EndpointUser {
  readonly service: string
  readonly user: string
  /** The role that may look at users and their roles; the session goes back to its own role afterwards. */
  readonly adminRole?: string | undefined
}

/**
 * Why a user cannot open the public endpoints of a service: `ROLE_BLOCKED`, `SERVICE_ROLE_MISSING` or
 * `BIND_ENDPOINT_MISSING`, with the GRANT to run; undefined when they can. It follows the rules of ingress: the user's
 * default role decides, and with it those below and, where they are on, the secondary roles.
 *
 * @throws what the account refuses to show.
 */
export async function checkEndpointAccess(
  runner: QueryRunner,
  { service, user, adminRole }: EndpointUser,
): Promise<DeployError | undefined> {
  const name = printUnquotedName(service)
  const served = await readServed(runner, name)
  if (served.endpoints.length === 0) return undefined
  const facts = await asRole(runner, adminRole, async () => ({
    ...served,
    ...(await readUser(runner, parseIdentifier(user))),
    ownerHeld: await readRoleTree(runner, [served.owner, 'PUBLIC']),
  }))
  const diagnosis = diagnoseEndpointAccess(facts)
  const what = `open ${served.endpoints.map((endpoint) => endpoint.name).join(', ')} of service ${name} as ${facts.user}`
  return diagnosis === undefined ? undefined : diagnosedError(what, diagnosis)
}

type Served = Pick<EndpointFacts, 'service' | 'database' | 'schema' | 'owner' | 'endpoints'>

async function readServed(runner: QueryRunner, service: string): Promise<Served> {
  const [row = {}] = await shownRows(runner, describeServiceSql(service))
  const endpoints = (await readEndpoints(runner, service)).filter(({ isPublic }) => isPublic)
  const [database, schema] = [textOf(row['database_name']), textOf(row['schema_name'])]
  const full = printName([database, schema, parseName(service).at(-1) ?? ''])
  const read: PublicEndpoint[] = []
  for (const { name } of endpoints) {
    const roles = await serviceRolesOf(runner, full, name, textOf(row['spec']))
    const serviceRoles = await Promise.all(
      roles.map(async (role) => ({ name: role, holders: await holdersOf(runner, full, role) })),
    )
    read.push({ name, serviceRoles })
  }
  return {
    service: full,
    database: printIdentifier(database),
    schema: printName([database, schema]),
    owner: textOf(row['owner']),
    endpoints: read,
  }
}

/** The service roles that open an endpoint, the specification's own first. */
async function serviceRolesOf(
  runner: QueryRunner,
  service: string,
  endpoint: string,
  specText: string,
): Promise<string[]> {
  const spec = maybeSpec(specText)
  const own =
    spec === undefined
      ? await rolesThatOpen(runner, service, endpoint)
      : spec.serviceRoles
          .filter(({ endpoints }) => endpoints.includes(endpoint))
          .map(({ name }) => name.toUpperCase())
  return [...own, ALL_ENDPOINTS]
}

/** Every service has this role. */
const ALL_ENDPOINTS = 'ALL_ENDPOINTS_USAGE'

/** For those who do not see the specification: what the service's roles are said to hold. */
async function rolesThatOpen(
  runner: QueryRunner,
  service: string,
  endpoint: string,
): Promise<string[]> {
  const roles = await shownRows(runner, `SHOW ROLES IN SERVICE ${service}`)
  const names = roles.map((row) => textOf(row['name'])).filter((name) => name !== ALL_ENDPOINTS)
  const opens = async (name: string): Promise<string[]> => {
    const grants = await shownRows(runner, `SHOW GRANTS TO SERVICE ROLE ${service}!${name}`)
    return grants.some((row) => isEndpoint(row, endpoint)) ? [name] : []
  }
  return (await Promise.all(names.map(opens))).flat()
}

/** The endpoint's name may stand behind that of its service. */
function isEndpoint(row: ShownRow, endpoint: string): boolean {
  const name = textOf(row['name']).replaceAll('"', '').toUpperCase()
  const wanted = endpoint.toUpperCase()
  return name === wanted || name.endsWith(`!${wanted}`) || name.endsWith(`.${wanted}`)
}

async function holdersOf(runner: QueryRunner, service: string, role: string): Promise<string[]> {
  const sql = showGrantsSql({ serviceRole: { service, name: role }, toRole: 'PUBLIC' })
  return (await shownRows(runner, sql)).map((row) => textOf(row['grantee_name']))
}

async function readUser(
  runner: QueryRunner,
  user: string,
): Promise<Pick<EndpointFacts, 'user' | 'defaultRole' | 'userRoles' | 'held'>> {
  const rows = await shownRows(runner, `DESCRIBE USER ${printIdentifier(user)}`)
  const property = (name: string): string => {
    const value = textOf(rows.find((row) => row['property'] === name)?.['value'])
    return value === 'null' ? '' : value
  }
  const shown = property('DEFAULT_ROLE')
  const userRoles = await rolesOfUser(runner, user)
  const isGranted = userRoles.includes(shown) || (await inheritsRole(runner, userRoles, shown))
  // Without a word on them all roles of a user are active: Snowflake's default since 2024.
  const hasSecondary = !/^\[\s*\]$/.test(property('DEFAULT_SECONDARY_ROLES'))
  const roots = [isGranted ? shown : 'PUBLIC', 'PUBLIC', ...(hasSecondary ? userRoles : [])]
  return {
    user,
    defaultRole: shown === '' ? undefined : shown,
    userRoles: isGranted && !userRoles.includes(shown) ? [...userRoles, shown] : userRoles,
    held: await readRoleTree(runner, new Set(roots)),
  }
}

/** A user may also come with a role that one of the granted ones inherits from. */
async function inheritsRole(
  runner: QueryRunner,
  roles: readonly string[],
  role: string,
): Promise<boolean> {
  return role !== '' && (await readRoleTree(runner, roles)).roles.has(role)
}

/** Runs something as another role of the session's user, and goes back. */
async function asRole<T>(
  runner: QueryRunner,
  role: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (role === undefined) return work()
  const { rows } = await runner.execute('SELECT CURRENT_ROLE()')
  const before = textOf(rows[0]?.[0])
  await runner.execute(`USE ROLE ${printIdentifier(parseIdentifier(role))}`)
  try {
    return await work()
  } finally {
    if (before !== '') await runner.execute(`USE ROLE ${printIdentifier(before)}`)
  }
}
