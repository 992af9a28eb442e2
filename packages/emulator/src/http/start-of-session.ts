import { parseName, printName, SqlError } from '@spcs/sql'
import type { Catalog } from '../catalog/catalog.ts'
import { parameterText, SESSION_PARAMETERS } from '../catalog/parameters.ts'
import type { SessionStart } from '../sessions.ts'
import { authenticationError } from './authenticate/authentication-error.ts'
import type { Identity } from './authenticate/identity.ts'
import type { LoginData } from './authenticate/login-data.ts'

/** Where a session shall start: as typed in the client's options, in a login request's query string. */
export interface WantedStart {
  readonly roleName?: string | undefined
  readonly warehouse?: string | undefined
  readonly databaseName?: string | undefined
  readonly schemaName?: string | undefined
}

/**
 * Fills what the client wants up with the user's defaults. A database, schema or warehouse that is not there
 * is none, not an error.
 *
 * @throws {SnowflakeError} 390189 for a role that the user has not, 001008 for an impossible parameter value.
 */
export function startOfSession(
  identity: Identity,
  wanted: WantedStart,
  login: LoginData,
  catalog: Catalog,
): SessionStart {
  const warehouse = part(wanted.warehouse) ?? identity.defaultWarehouse
  const hasWarehouse = warehouse !== null && catalog.warehouses.maybe(printName([warehouse]))
  return {
    user: identity.user,
    role: startRole(identity, wanted.roleName),
    ...(identity.isBoundToRole === true && { isBoundToRole: true }),
    warehouse: hasWarehouse ? warehouse : null,
    ...startNamespace(identity, wanted, catalog),
    parameters: startParameters(login),
  }
}

function startRole(identity: Identity, typed: string | undefined): string {
  const role = part(typed)
  if (role === undefined) return identity.defaultRole
  if (identity.roles.includes(role)) return role
  throw authenticationError(
    '390189',
    `Role '${role}' specified in the connect string does not exist or not authorized. Contact your local system administrator, or attempt to login with another role, e.g. PUBLIC.`,
  )
}

function startNamespace(
  identity: Identity,
  wanted: WantedStart,
  catalog: Catalog,
): Pick<SessionStart, 'database' | 'schema'> {
  const typedDatabase = part(wanted.databaseName)
  const [defaultDatabase, defaultSchema] = identity.defaultNamespace
  const database = typedDatabase ?? defaultDatabase
  if (database === undefined || catalog.databases.maybe(printName([database])) === undefined) {
    return { database: null, schema: null }
  }
  const ownSchema = database === defaultDatabase ? defaultSchema : undefined
  const schema = part(wanted.schemaName) ?? ownSchema ?? 'PUBLIC'
  const hasSchema = catalog.schemas.maybe(printName([database, schema])) !== undefined
  return { database, schema: hasSchema ? schema : null }
}

/** Drivers also send settings of their own here, which are no session parameters. */
function startParameters({ SESSION_PARAMETERS: given }: LoginData): Map<string, string> {
  const known = Object.entries(given)
    .map(([name, value]) => [name.toUpperCase(), String(value)] as const)
    .filter(([name]) => Object.hasOwn(SESSION_PARAMETERS, name))
  return new Map(known.map(([name, value]) => [name, parameterText(name, value)]))
}

/** A name as stored; what is no identifier as typed is taken as it is, in upper case. */
function part(typed: string | undefined): string | undefined {
  if (typed === undefined || typed === '') return undefined
  try {
    return parseName(typed).at(-1)
  } catch (error) {
    if (error instanceof SqlError) return typed.toUpperCase()
    throw error
  }
}
