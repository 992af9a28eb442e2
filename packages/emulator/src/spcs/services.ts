import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { InstanceLease } from '@spcs/service-function'
import { printIdentifier } from '@spcs/sql'
import type { Account } from '../account.ts'
import type { ComputePool, Service } from '../catalog/objects.ts'
import { serviceFunctionError } from '../snowflake-error.ts'
import { Changes } from './changes.ts'
import { ComputePools, type PoolStatus } from './compute-pools.ts'
import type { ReadLogOptions } from './container-log.ts'
import type { InstanceHost } from './instance-run.ts'
import type { Runner } from './runner.ts'
import { ServiceRun } from './service-run.ts'
import type { ServiceRuntime, ServiceStatus } from './service-runtime.ts'
import { DEFAULT_TIMING, type ServiceTiming } from './timing.ts'

export interface ServicesOptions {
  /** The account's state directory: logs, volumes and folders of instances are kept in it. */
  readonly directory: string
  readonly timing?: Partial<ServiceTiming> | undefined
  readonly runner: Runner
}

/** The account's services at work, on its compute pools. */
export class Services implements ServiceRuntime {
  readonly #account: Account
  readonly #host: InstanceHost
  readonly #changes = new Changes()
  /** By the service's own id: one that was dropped may still end while another takes its name. */
  readonly #services = new Map<string, ServiceRun>()
  readonly #ending = new Set<Promise<void>>()
  /** `id/endpoint` → when a public endpoint was first seen. */
  readonly #publicSince = new Map<string, number>()

  constructor(account: Account, { directory, timing, runner }: ServicesOptions) {
    const times = { ...DEFAULT_TIMING, ...timing }
    this.#account = account
    this.#host = {
      account,
      pools: new ComputePools(account.catalog, times, this.#changes),
      runner,
      timing: times,
      directory,
    }
  }

  async start(): Promise<void> {
    await this.#host.runner.endLeftOvers()
    removeInstanceFolders(join(this.#host.directory, 'run'))
    const { catalog } = this.#account
    for (const pool of catalog.computePools.list()) this.applyPool(pool)
    for (const service of catalog.services.list()) this.#applyIfReadable(service)
    // Those that were there before have had their addresses all along.
    for (const key of this.#publicSince.keys()) this.#publicSince.set(key, -Infinity)
  }

  async stop(): Promise<void> {
    const { pools, timing } = this.#host
    await Promise.all(
      [...this.#services.values()].map((run) =>
        run.stop({ drainMs: 0, graceMs: timing.stopGraceMs }),
      ),
    )
    await Promise.all(this.#ending)
    pools.close()
  }

  async leaseEndpoint(
    service: Service,
    endpoint: string,
    signal: AbortSignal,
  ): Promise<InstanceLease> {
    const key = this.#account.catalog.services.keyOf(service)
    const current = this.#account.catalog.services.maybe(key)
    if (current === undefined) throw serviceFunctionError(`service ${key} does not exist`)
    if (current.suspended) this.#resume(current, key)
    let lease: InstanceLease | undefined
    const isDecided = (): boolean => {
      const run = this.#services.get(current.id)
      lease = this.maybeLeaseOther(current, endpoint, '')
      return lease !== undefined || run === undefined || run.describe().status === 'FAILED'
    }
    await this.#changes.until(isDecided, { timeoutMs: this.#host.timing.endpointWaitMs, signal })
    if (lease === undefined) throw serviceFunctionError(this.#whyNotReady(current, key))
    return lease
  }

  maybeLeaseOther(service: Service, endpoint: string, url: string): InstanceLease | undefined {
    const instances = this.#services.get(service.id)?.instances ?? []
    const leases = instances.flatMap((instance) => instance.maybeLease(endpoint) ?? [])
    const others = leases.filter((lease) => lease.url !== url)
    const chosen = others[Math.floor(Math.random() * others.length)]
    for (const lease of leases) if (lease !== chosen) lease.release()
    return chosen
  }

  hasAddress(service: Service, endpoint: string): boolean {
    const since = this.#publicSince.get(`${service.id}/${endpoint}`) ?? Infinity
    return Date.now() - since >= this.#host.timing.endpointProvisionMs
  }

  apply(service: Service): void {
    if (!service.suspended) this.#resumePool(service.computePool)
    const run = this.#services.get(service.id)
    if (run !== undefined) run.apply(service)
    else {
      const onChange = (): void => this.#changes.notify()
      this.#services.set(service.id, new ServiceRun(service, this.#host, onChange))
    }
    this.#notePublic(service.id)
    this.#changes.notify()
  }

  drop(service: Service): void {
    this.#forgetPublic(service.id)
    const run = this.#services.get(service.id)
    if (run === undefined) return
    const ending = run.drop().finally(() => {
      this.#services.delete(service.id)
      this.#ending.delete(ending)
      this.#changes.notify()
    })
    this.#ending.add(ending)
  }

  status(service: Service): ServiceStatus {
    const nothing: ServiceStatus = { status: 'SUSPENDED', isUpgrading: false, instances: [] }
    return this.#services.get(service.id)?.describe() ?? nothing
  }

  waitUntil(
    isSo: () => boolean,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<boolean> {
    return this.#changes.until(isSo, options)
  }

  maybeLog(
    service: Service,
    instance: number,
    container: string,
    options: ReadLogOptions,
  ): string | undefined {
    const run = this.#services.get(service.id)?.instances.find(({ id }) => id === instance)
    return run?.log(container)?.read(options)
  }

  applyPool(pool: ComputePool): void {
    this.#host.pools.apply(pool)
    this.#changes.notify()
  }

  dropPool(pool: ComputePool): void {
    this.#host.pools.drop(pool.name)
  }

  poolStatus(pool: ComputePool): PoolStatus {
    return this.#host.pools.status(pool)
  }

  /** A service whose specification a later version cannot read any more must not keep the account from starting. */
  #applyIfReadable(service: Service): void {
    try {
      this.apply(service)
    } catch (error) {
      this.#account.log.error({ err: error, service: service.name }, 'service could not be started')
    }
  }

  #notePublic(id: string): void {
    const endpoints = this.#services.get(id)?.spec.spec.endpoints ?? []
    for (const { name } of endpoints.filter((endpoint) => endpoint.public)) {
      const key = `${id}/${name}`
      if (!this.#publicSince.has(key)) this.#publicSince.set(key, Date.now())
    }
  }

  #forgetPublic(id: string): void {
    for (const key of this.#publicSince.keys()) {
      if (key.startsWith(`${id}/`)) this.#publicSince.delete(key)
    }
  }

  /** A call to a suspended service resumes it, where it may. */
  #resume(service: Service, key: string): void {
    if (!service.autoResume) {
      throw serviceFunctionError(`service ${key} is suspended, and its AUTO_RESUME is FALSE`)
    }
    const { catalog, log } = this.#account
    const resumedOn = this.#account.now().toISOString()
    const resumed = catalog.services.change(key, { suspended: false, resumedOn })
    catalog.save()
    log.info({ service: key }, 'service resumed by a call')
    this.apply(resumed)
  }

  #resumePool(name: string): void {
    const { catalog } = this.#account
    const key = printIdentifier(name)
    const pool = catalog.computePools.maybe(key)
    if (pool === undefined || !pool.suspended || !pool.autoResume) return
    const resumedOn = this.#account.now().toISOString()
    this.applyPool(catalog.computePools.change(key, { suspended: false, resumedOn }))
    catalog.save()
  }

  #whyNotReady(service: Service, key: string): string {
    const { status, instances } = this.status(service)
    const containers = instances.flatMap((instance) => instance.containers)
    const waiting = containers.find((container) => container.status !== 'READY')
    if (waiting === undefined) return `service ${key} is ${status}`
    const exit = waiting.lastExitCode === null ? '' : `, last exit code ${waiting.lastExitCode}`
    return `service ${key} is ${status}, container ${waiting.name}: ${waiting.message}${exit}`
  }
}

/** Folders of instances whose account was killed; they hold tokens that are worth nothing any more. */
function removeInstanceFolders(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) rmSync(join(directory, entry.name), { recursive: true, force: true })
  }
}
