import { hasPrivilege, isVisible, requirePrivilege, type Securable } from '../access-control.ts'
import type { StatementContext } from '../account.ts'
import type { Service } from '../catalog/objects.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { cannotPerform } from '../snowflake-error.ts'

/** A service as privileges are given on it. */
export function securableService(service: Service, { account }: StatementContext): Securable {
  return { on: 'SERVICE', key: account.catalog.services.keyOf(service), owner: service.owner }
}

/** The service of this name; undefined when there is none that the role may know of. */
export function maybeFindService(
  parts: readonly string[],
  context: StatementContext,
): Service | undefined {
  const { key } = resolveName(parts, context.session)
  const service = context.account.catalog.services.maybe(key)
  if (service === undefined || !isVisible(context, securableService(service, context))) {
    return undefined
  }
  return service
}

/** @throws {SnowflakeError} 002043 when there is no such service, 003001 without the privilege on it. */
export function findService(
  parts: readonly string[],
  privilege: 'USAGE' | 'MONITOR' | 'OPERATE' | 'OWNERSHIP',
  context: StatementContext,
): Service {
  const service = maybeFindService(parts, context)
  if (service === undefined) throw cannotPerform()
  const securable = securableService(service, context)
  // Each of the others is at least to see it.
  const isEnough =
    privilege === 'USAGE' &&
    ['MONITOR', 'OPERATE'].some((other) => hasPrivilege(context, other, securable))
  if (!isEnough) requirePrivilege(context, privilege, securable)
  return service
}
