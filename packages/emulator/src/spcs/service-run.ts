import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseServiceSpec, type ServiceSpec } from '@spcs/spec'
import type { Service } from '../catalog/objects.ts'
import { Changes } from './changes.ts'
import { ContainerLog } from './container-log.ts'
import { type Ending, type InstanceHost, InstanceRun } from './instance-run.ts'
import { nextStep, type RolloutStep } from './rollout.ts'
import { applyEvent, type ServiceEvent, type ServiceState } from './service-state.ts'
import type { ServiceStatus } from './service-runtime.ts'

/** One service at work. Its object says what should run; one loop brings what runs in line with it, step by step. */
export class ServiceRun {
  readonly #host: InstanceHost
  readonly #onChange: () => void
  readonly #changes = new Changes()
  readonly #instances = new Map<number, InstanceRun>()
  /** `id/container` → its log, which outlives the instance: what it printed is the previous run of its successor. */
  readonly #logs = new Map<string, ContainerLog>()
  #service: Service
  #spec: ServiceSpec
  #state: ServiceState
  #isGoing = true
  #isUpgrading = false
  #ending: Ending
  #loop: Promise<void> | undefined
  #isStale = false

  constructor(service: Service, host: InstanceHost, onChange: () => void) {
    this.#host = host
    this.#onChange = onChange
    this.#service = service
    this.#spec = parseServiceSpec(service.spec)
    this.#ending = host.timing
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
    return {
      status: this.#state.status,
      isUpgrading: this.#isUpgrading,
      instances: this.instances.map((instance) => instance.describe()),
    }
  }

  /** Takes the service as it is now. */
  apply(service: Service): void {
    this.#service = service
    this.#spec = parseServiceSpec(service.spec)
    this.#isUpgrading ||= this.instances.some((one) => this.#isOutdated(one))
    this.#endUpgrade()
    this.#on({ type: service.suspended ? 'suspend-requested' : 'resume-requested' })
    this.#reconcile()
  }

  /** Ends every instance and deletes what the service kept. */
  async drop(): Promise<void> {
    this.#on({ type: 'drop-requested' })
    await this.stop(this.#ending)
    for (const kept of ['logs', 'volumes']) {
      rmSync(join(this.#host.directory, kept, this.#service.id), { recursive: true, force: true })
    }
  }

  /** Ends every instance, for good; the service itself stays as it is. */
  async stop(ending: Ending): Promise<void> {
    this.#isGoing = false
    this.#ending = ending
    this.#reconcile()
    // Those that are being ended already may have been given more time.
    await Promise.all(this.instances.map((instance) => instance.stop(ending)))
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
    const step = this.#nextStep()
    switch (step.kind) {
      case 'end':
        await Promise.all(step.ids.map((id) => this.#end(id)))
        return true
      case 'begin':
        for (const id of step.ids) this.#begin(id)
        return true
      case 'wait':
        await this.#changes.until(() => this.#isStale || this.#nextStep().kind !== 'wait')
        return !this.#isStale
      case 'done':
        return false
    }
  }

  #nextStep(): RolloutStep {
    const isUp = this.#isGoing && !this.#service.suspended
    const instances = this.instances.map((instance) => ({
      id: instance.id,
      status: instance.status,
      isOutdated: this.#isOutdated(instance),
    }))
    return nextStep(instances, {
      instances: isUp ? this.#service.minInstances : 0,
      minReady: this.#service.minReadyInstances,
    })
  }

  #begin(id: number): void {
    const instance = new InstanceRun({
      id,
      service: this.#service,
      spec: this.#spec,
      host: this.#host,
      logOf: (container) => this.#logOf(id, container),
      onChange: () => this.#onInstances(),
    })
    this.#instances.set(id, instance)
    instance.start()
  }

  async #end(id: number): Promise<void> {
    await this.#instances.get(id)?.stop(this.#ending)
    this.#instances.delete(id)
  }

  #logOf(id: number, container: string): ContainerLog {
    const key = `${id}/${container}`
    const { account, directory } = this.#host
    const path = join(directory, 'logs', this.#service.id, `${id}-${container}.log`)
    const log = this.#logs.get(key) ?? new ContainerLog(path, () => account.now())
    this.#logs.set(key, log)
    return log
  }

  #isOutdated({ service }: InstanceRun): boolean {
    return service.specDigest !== this.#service.specDigest
  }

  #onInstances(): void {
    const statuses = this.instances.map(({ status }) => status)
    const isNew = this.instances.every((instance) => !this.#isOutdated(instance))
    const areReady = statuses.every((status) => status === 'READY')
    if (isNew && areReady && statuses.length >= this.#service.minInstances)
      this.#isUpgrading = false
    this.#on({
      type: 'instances-changed',
      ready: statuses.filter((status) => status === 'READY').length,
      failed: statuses.filter((status) => status === 'FAILED').length,
      needed: this.#service.minReadyInstances,
    })
    this.#changes.notify()
    this.#onChange()
  }

  /** It is over when every instance is new and ready; one that is suspended starts with what it has then. */
  #endUpgrade(): void {
    const done = this.instances.filter((one) => one.status === 'READY' && !this.#isOutdated(one))
    const isDone = done.length === this.#instances.size && done.length >= this.#service.minInstances
    if (isDone || this.#service.suspended) this.#isUpgrading = false
  }

  #on(event: ServiceEvent): void {
    const next = applyEvent(this.#state, event)
    if (next === undefined) return
    this.#state = next
    this.#onChange()
  }
}
