import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseServiceSpec, type ServiceSpec } from '@spcs/spec'
import type { Service } from '../catalog/objects.ts'
import { Changes } from './changes.ts'
import { type InstanceHost, InstanceRun } from './instance-run.ts'
import { applyEvent, type ServiceEvent, type ServiceState } from './service-state.ts'
import type { ServiceStatus } from './service-runtime.ts'

/**
 * One service at work. Its object says what should run; one loop brings what runs in line with it, a step at a time:
 * end what is too many, start what is missing, then replace what is outdated, from the highest id down and each only
 * when the one before is ready.
 */
export class ServiceRun {
  readonly #host: InstanceHost
  readonly #onChange: () => void
  readonly #changes = new Changes()
  readonly #instances = new Map<number, InstanceRun>()
  #service: Service
  #spec: ServiceSpec
  #state: ServiceState
  #isGoing = true
  #graceMs: number
  #loop: Promise<void> | undefined
  #isStale = false

  constructor(service: Service, host: InstanceHost, onChange: () => void) {
    this.#host = host
    this.#onChange = onChange
    this.#service = service
    this.#spec = parseServiceSpec(service.spec)
    this.#graceMs = host.timing.graceMs
    this.#state = { kind: 'service', status: service.suspended ? 'SUSPENDED' : 'PENDING' }
    if (!service.suspended) this.#reconcile()
  }

  get service(): Service {
    return this.#service
  }

  get spec(): ServiceSpec {
    return this.#spec
  }

  /** In order of their ids. */
  get instances(): readonly InstanceRun[] {
    return [...this.#instances.values()].toSorted((left, right) => left.id - right.id)
  }

  describe(): ServiceStatus {
    const outdated = this.instances.filter((instance) => this.#isOutdated(instance))
    return {
      status: this.#state.status,
      isUpgrading: outdated.length > 0,
      instances: this.instances.map((instance) => instance.describe()),
    }
  }

  /** Takes the service as it is now. */
  apply(service: Service): void {
    this.#service = service
    this.#spec = parseServiceSpec(service.spec)
    this.#on({ type: service.suspended ? 'suspend-requested' : 'resume-requested' })
    this.#reconcile()
  }

  /** Ends every instance and deletes what the service kept. */
  async drop(): Promise<void> {
    this.#on({ type: 'drop-requested' })
    await this.stop(this.#graceMs)
    for (const kept of ['logs', 'volumes']) {
      rmSync(join(this.#host.directory, kept, this.#service.id), { recursive: true, force: true })
    }
  }

  /** Ends every instance, for good; the service itself stays as it is. */
  async stop(graceMs: number): Promise<void> {
    this.#isGoing = false
    this.#graceMs = graceMs
    this.#reconcile()
    // Those that are being ended already may have been given more time.
    await Promise.all(this.instances.map((instance) => instance.stop(graceMs)))
    await this.#loop
  }

  #reconcile(): void {
    this.#isStale = true
    this.#changes.notify()
    this.#loop ??= this.#reconcileAll()
  }

  async #reconcileAll(): Promise<void> {
    try {
      while (this.#isStale) {
        this.#isStale = false
        while (await this.#step()) this.#onInstances()
        if (this.#instances.size === 0) this.#on({ type: 'instances-ended' })
      }
    } catch (error) {
      const service = this.#service.name
      this.#host.account.log.error({ err: error, service }, 'service could not be brought in line')
    } finally {
      this.#loop = undefined
    }
  }

  /** Does the next thing; false when there is none, or the service was changed meanwhile. */
  async #step(): Promise<boolean> {
    const isUp = this.#isGoing && !this.#service.suspended
    const wanted = isUp ? this.#service.minInstances : 0
    const extra = this.instances.filter(({ id }) => id >= wanted)
    if (extra.length > 0) {
      await Promise.all(extra.map((instance) => this.#end(instance)))
      return true
    }
    const ids = Array.from({ length: wanted }, (_, id) => id)
    const missing = ids.filter((id) => !this.#instances.has(id))
    if (missing.length > 0) {
      for (const id of missing) this.#begin(id)
      return true
    }
    const outdated = this.instances.filter((instance) => this.#isOutdated(instance)).at(-1)
    if (outdated === undefined) return false
    const isReady = (): boolean =>
      this.instances.every((one) => this.#isOutdated(one) || one.status === 'READY')
    await this.#changes.until(() => this.#isStale || isReady())
    if (this.#isStale) return false
    await this.#end(outdated)
    return true
  }

  #begin(id: number): void {
    const instance = new InstanceRun(id, this.#service, this.#spec, this.#host, () =>
      this.#onInstances(),
    )
    this.#instances.set(id, instance)
    instance.start()
  }

  async #end(instance: InstanceRun): Promise<void> {
    await instance.stop(this.#graceMs)
    this.#instances.delete(instance.id)
  }

  #isOutdated({ service }: InstanceRun): boolean {
    return service.specDigest !== this.#service.specDigest
  }

  #onInstances(): void {
    const statuses = this.instances.map(({ status }) => status)
    this.#on({
      type: 'instances-changed',
      ready: statuses.filter((status) => status === 'READY').length,
      failed: statuses.filter((status) => status === 'FAILED').length,
      needed: this.#service.minReadyInstances,
    })
    this.#changes.notify()
    this.#onChange()
  }

  #on(event: ServiceEvent): void {
    const next = applyEvent(this.#state, event)
    if (next === undefined) return
    this.#state = next
    this.#onChange()
  }
}
