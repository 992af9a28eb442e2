import { expect } from 'vitest'
import type { Service } from '../../catalog/objects.ts'
import { maybeProcessIdentity } from '../../process-identity.ts'
import type { ServicesOptions } from '../services.ts'
import { type ServiceAccount, serviceAccount, tinySpec } from './service-account.ts'

/** An account in whose pool the tiny service runs. */
export async function accountWithService(
  properties = '',
  more = '',
  timing: ServicesOptions['timing'] = {},
): Promise<ServiceAccount> {
  const account = serviceAccount({ timing })
  await account.push({})
  await createPool(account)
  const spec = tinySpec({
    container: more === '' ? '    env: { GREETING: hello }' : more,
  })
  await account.run(
    `CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${spec} ${properties}`,
  )
  expect(await account.system('SYSTEM$WAIT_FOR_SERVICES', 10, 'tiny')).toBe('OK')
  return account
}

export async function createPool(account: ServiceAccount): Promise<void> {
  await account.run(
    'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS',
  )
}

export function service(account: ServiceAccount, name = 'TINY'): Service {
  return account.account.catalog.services.get(`DB.PUBLIC.${name}`)
}

export function status(account: ServiceAccount, name?: string): string {
  return account.services.status(service(account, name)).status
}

export function container(account: ServiceAccount, name?: string) {
  return account.services.status(service(account, name)).instances[0]?.containers[0]
}

/** GET, or POST with a body, at the service's endpoint. */
export async function call(account: ServiceAccount, path: string, body?: string): Promise<string> {
  const signal = AbortSignal.timeout(10_000)
  const lease = await account.services.leaseEndpoint(service(account), 'api', signal)
  const method = body === undefined ? 'GET' : 'POST'
  const asked = { method, signal, ...(body !== undefined && { body }) }
  const response = await fetch(lease.url + path, asked)
  return response.text().finally(lease.release)
}

export async function logOf(
  account: ServiceAccount,
  previous = false,
  of: { instance?: number; container?: string } = {},
): Promise<string> {
  const { instance = 0, container: name = 'tiny' } = of
  const log = account.services.maybeLog(service(account), instance, name, { previous })
  return Promise.resolve(log ?? '')
}

export async function until(account: ServiceAccount, isSo: () => boolean): Promise<void> {
  const { signal } = new AbortController()
  expect(await account.services.waitUntil(isSo, { timeoutMs: 10_000, signal })).toBe(true)
}

/** A process that ended and that nobody has waited for yet is not running. */
export function isRunning(pid: number): boolean {
  return maybeProcessIdentity(pid) !== undefined
}

export async function upgrade(account: ServiceAccount, more: string): Promise<void> {
  await account.run(`ALTER SERVICE tiny FROM SPECIFICATION ${tinySpec({ container: more })}`)
}

export async function upgraded(account: ServiceAccount): Promise<void> {
  await until(
    account,
    () => status(account) === 'RUNNING' && !account.services.status(service(account)).isUpgrading,
  )
}

export async function shown(account: ServiceAccount): Promise<Record<string, string | null>> {
  const [row = {}] = await account.show('SHOW SERVICES')
  return row
}

export async function isUpgrading(account: ServiceAccount): Promise<string | null | undefined> {
  return (await shown(account))['is_upgrading']
}

/** Of the service, and of each instance. */
export async function digests(account: ServiceAccount): Promise<(string | null | undefined)[]> {
  const instances = await account.show('SHOW SERVICE INSTANCES IN SERVICE tiny')
  return [await shown(account), ...instances].map((row) => row['spec_digest'])
}

export function instanceStatuses(account: ServiceAccount): string {
  const { instances } = account.services.status(service(account))
  return instances.map((instance) => instance.status).join(',')
}
