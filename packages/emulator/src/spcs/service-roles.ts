import { parseServiceSpec } from '@spcs/spec'
import { printIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import type { Service } from '../catalog/objects.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { doesNotExist } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'

/** A role that a service gives to those who may call its endpoints. */
export interface ServiceRoleObject {
  /** Upper case. */
  readonly name: string
  /** Names of the endpoints that it opens. */
  readonly endpoints: readonly string[]
}

/** The roles of a service: the one of all endpoints, which every service has, and those of its specification. */
export function rolesOfService({ spec }: Service): ServiceRoleObject[] {
  const { serviceRoles, spec: body } = parseServiceSpec(spec)
  return [
    { name: 'ALL_ENDPOINTS_USAGE', endpoints: body.endpoints.map(({ name }) => name) },
    ...serviceRoles.map(({ name, endpoints }) => ({ name: name.toUpperCase(), endpoints })),
  ]
}

/**
 * Reads `[db.][schema.]service!role`.
 *
 * @throws {SnowflakeError} 002003 without such a service, or such a role in its specification.
 */
export function readServiceRole(
  reader: TokenReader,
  context: StatementContext,
): { readonly service: Service; readonly role: ServiceRoleObject } {
  const { key } = resolveName(reader.name('a service role'), context.session)
  reader.symbol('!')
  const name = reader.identifier('a role of the service')
  const service = context.account.catalog.services.get(key)
  const role = rolesOfService(service).find((one) => one.name === name)
  if (role === undefined) throw doesNotExist('Service role', `${key}!${printIdentifier(name)}`)
  return { service, role }
}
