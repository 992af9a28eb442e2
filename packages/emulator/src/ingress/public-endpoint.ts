import { createHash } from 'node:crypto'
import { type Endpoint, parseServiceSpec, type ServiceSpec } from '@spcs/spec'
import type { Account } from '../account.ts'
import type { Service } from '../catalog/objects.ts'

/** An endpoint that has a host of its own. */
export interface PublicEndpoint {
  readonly service: Service
  /** The service's key in the catalog. */
  readonly key: string
  readonly spec: ServiceSpec
  readonly endpoint: Endpoint
  /** `s1k8fjq-local-local.localhost` */
  readonly host: string
}

/**
 * The host of a public endpoint, without port. Its first part follows from the service's own id and the endpoint's name:
 * it outlives suspending, ALTER … FROM and the account's restarts, and a service created anew gets another.
 */
export function endpointHost(account: Account, service: Service, endpoint: string): string {
  const digest = createHash('sha256').update(`${service.id}/${endpoint}`).digest()
  const id = `e${digest.readUIntBE(0, 5).toString(36)}`
  // A host name has no _; Snowflake writes - for it in the names of accounts.
  return `${id}-local-${account.name.toLowerCase().replaceAll('_', '-')}.localhost`
}

/** The endpoint that a Host header names, with or without port; undefined when no public one has it. */
export function findPublicEndpoint(
  hostHeader: string | undefined,
  account: Account,
): PublicEndpoint | undefined {
  const host = /^([a-z0-9.-]+)(?::\d{1,5})?$/i.exec(hostHeader ?? '')?.[1]?.toLowerCase()
  if (host === undefined) return undefined
  for (const [key, service] of account.catalog.services.entries()) {
    const spec = maybeSpec(service)
    const endpoint = spec?.spec.endpoints.find(
      (one) => one.public && endpointHost(account, service, one.name) === host,
    )
    if (spec !== undefined && endpoint !== undefined) return { service, key, spec, endpoint, host }
  }
  return undefined
}

/** Objects of the catalog are replaced, never changed, so what was read of one stays right. */
const specs = new WeakMap<Service, ServiceSpec>()

/** Nothing for a specification that this version cannot read. */
function maybeSpec(service: Service): ServiceSpec | undefined {
  const known = specs.get(service)
  if (known !== undefined) return known
  try {
    const spec = parseServiceSpec(service.spec)
    specs.set(service, spec)
    return spec
  } catch {
    return undefined // the account said so when it started
  }
}
