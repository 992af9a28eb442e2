import { parseServiceSpec } from '@spcs/spec'
import { printIdentifier } from '@spcs/sql'
import { accountObject, effectiveRoles, requireHeld } from '../../access-control.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Service } from '../../catalog/objects.ts'
import { doesNotExist, invalidProperty } from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import { serviceError } from '../service-error.ts'
import { checkOAuthSecrets } from '../secrets.ts'
import { refuse } from './refuse.ts'

/** What CREATE SERVICE and ALTER SERVICE SET may say besides the specification. */
export interface ServiceProperties {
  readonly MIN_INSTANCES?: number
  readonly MAX_INSTANCES?: number
  readonly MIN_READY_INSTANCES?: number
  readonly AUTO_SUSPEND_SECS?: number
  readonly AUTO_RESUME?: boolean
  readonly EXTERNAL_ACCESS_INTEGRATIONS?: readonly string[]
  readonly QUERY_WAREHOUSE?: string
  readonly LOG_LEVEL?: string
  readonly COMMENT?: string
}

/** Reads `KEY = value` pairs in any order, until something else comes. */
export function readServiceProperties(reader: TokenReader): ServiceProperties {
  return reader.properties({
    MIN_INSTANCES: () => reader.integer(),
    // DIFFERS: a service has MIN_INSTANCES always; nothing scales it up to MAX_INSTANCES.
    MAX_INSTANCES: () => reader.integer(),
    MIN_READY_INSTANCES: () => reader.integer(),
    // DIFFERS: an idle service costs nothing here, so it is not suspended.
    AUTO_SUSPEND_SECS: () => reader.integer(),
    AUTO_RESUME: () => reader.boolean(),
    EXTERNAL_ACCESS_INTEGRATIONS: () => reader.list(() => readIntegration(reader)),
    QUERY_WAREHOUSE: () => reader.identifier('a warehouse'),
    LOG_LEVEL: () => reader.scalar('a log level'), // DIFFERS: there is no event table to fill
    COMMENT: () => reader.string('a comment'),
    WITH: refuse('TAG'),
    TAG: refuse('TAG'),
  })
}

/** Reads the names after UNSET: each property as it is without being given. */
export function readUnsetProperties(reader: TokenReader, service: Service): Partial<Service> {
  const defaults: Readonly<Record<string, Partial<Service>>> = {
    MIN_INSTANCES: {},
    MAX_INSTANCES: {},
    MIN_READY_INSTANCES: {},
    AUTO_SUSPEND_SECS: { autoSuspendSecs: 0 },
    AUTO_RESUME: { autoResume: true },
    EXTERNAL_ACCESS_INTEGRATIONS: { externalAccessIntegrations: [] },
    QUERY_WAREHOUSE: { queryWarehouse: null },
    LOG_LEVEL: {},
    COMMENT: { comment: '' },
  }
  const names = new Set<string>()
  let changes: Partial<Service> = {}
  do {
    const name = reader.peek()?.value.toUpperCase() ?? ''
    const change = defaults[name]
    if (change === undefined) throw reader.unexpected(Object.keys(defaults).join(', '))
    reader.word()
    names.add(name)
    changes = { ...changes, ...change }
  } while (reader.maybeSymbol(',') || !reader.done)
  return { ...changes, ...unsetInstances(names, service) }
}

/** What follows from MIN_INSTANCES without being given follows from what that becomes. */
function unsetInstances(names: ReadonlySet<string>, service: Service): Partial<Service> {
  const minInstances = names.has('MIN_INSTANCES') ? 1 : service.minInstances
  const isAll = service.minReadyInstances === service.minInstances
  const minReadyInstances =
    names.has('MIN_READY_INSTANCES') || isAll
      ? minInstances
      : Math.min(service.minReadyInstances, minInstances)
  const maxInstances = names.has('MAX_INSTANCES') ? minInstances : service.maxInstances
  return { minInstances, maxInstances, minReadyInstances }
}

/** The properties as a service keeps them: those that were given, and those that follow from them. */
export function changesOf(properties: ServiceProperties, before?: Service): Partial<Service> {
  const minInstances = properties.MIN_INSTANCES ?? before?.minInstances ?? 1
  const isReadyAsMany = before === undefined || before.minReadyInstances === before.minInstances
  const minReadyInstances =
    properties.MIN_READY_INSTANCES ?? (isReadyAsMany ? minInstances : before.minReadyInstances)
  const maxInstances = properties.MAX_INSTANCES ?? before?.maxInstances ?? minInstances
  const { AUTO_SUSPEND_SECS: autoSuspendSecs, AUTO_RESUME: autoResume } = properties
  const { QUERY_WAREHOUSE: queryWarehouse, COMMENT: comment } = properties
  const { EXTERNAL_ACCESS_INTEGRATIONS: externalAccessIntegrations } = properties
  return {
    minInstances,
    maxInstances,
    minReadyInstances,
    ...(autoSuspendSecs !== undefined && { autoSuspendSecs }),
    ...(autoResume !== undefined && { autoResume }),
    ...(externalAccessIntegrations !== undefined && { externalAccessIntegrations }),
    ...(queryWarehouse !== undefined && { queryWarehouse }),
    ...(comment !== undefined && { comment }),
  }
}

/** @throws {SnowflakeError} for values that do not go together. */
export function checkService(service: Service, catalog: Catalog): void {
  const { minInstances, maxInstances, minReadyInstances, autoSuspendSecs } = service
  if (minInstances < 1) throw invalidProperty('MIN_INSTANCES', String(minInstances))
  if (maxInstances < minInstances) throw invalidProperty('MAX_INSTANCES', String(maxInstances))
  if (minReadyInstances < 0 || minReadyInstances > minInstances) {
    throw invalidProperty('MIN_READY_INSTANCES', String(minReadyInstances))
  }
  const spec = parseServiceSpec(service.spec)
  const hasBlockVolume = spec.spec.volumes.some(({ source }) => source === 'block')
  if (minInstances !== maxInstances && hasBlockVolume) {
    throw serviceError(
      'MIN_INSTANCES and MAX_INSTANCES must be the same for a service with block volumes',
    )
  }
  if (autoSuspendSecs !== 0 && autoSuspendSecs < 300) {
    throw invalidProperty('AUTO_SUSPEND_SECS', String(autoSuspendSecs))
  }
  if (autoSuspendSecs !== 0 && spec.spec.endpoints.some((endpoint) => endpoint.public)) {
    throw serviceError('AUTO_SUSPEND_SECS cannot be set for a service with a public endpoint')
  }
  checkOAuthSecrets(service, spec, catalog)
}

/**
 * The integrations and the warehouse that were given are the owner's to use.
 *
 * @throws {SnowflakeError} 002003 for what is not there or the owner may not know of, 003001 without USAGE.
 */
export function checkUsable(given: Partial<Service>, owner: string, catalog: Catalog): void {
  const roles = effectiveRoles(catalog, owner)
  for (const name of given.externalAccessIntegrations ?? []) {
    const integration = catalog.integrations.maybe(printIdentifier(name))
    if (integration === undefined) throw doesNotExist('Integration', name)
    requireHeld(catalog, roles, accountObject('INTEGRATION', integration), 'USAGE')
  }
  if (given.queryWarehouse === undefined || given.queryWarehouse === null) return
  const warehouse = catalog.warehouses.get(printIdentifier(given.queryWarehouse))
  requireHeld(catalog, roles, accountObject('WAREHOUSE', warehouse), 'USAGE')
}

/** Names in this list keep their case, quoted or not. */
function readIntegration(reader: TokenReader): string {
  const name = reader.peek()?.value ?? ''
  reader.identifier('the name of an integration')
  return name
}
