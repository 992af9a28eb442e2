import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { InstanceLease } from '@spcs/service-function'
import type { Container, ServiceSpec } from '@spcs/spec'
import type { Account } from '../account.ts'
import type { Service } from '../catalog/objects.ts'
import { Changes } from './changes.ts'
import type { ComputePools } from './compute-pools.ts'
import type { ContainerLog } from './container-log.ts'
import { containerLimits } from './container-limits.ts'
import { ContainerRun } from './container-run.ts'
import { instanceNames } from './dns.ts'
import { instanceShare } from './placement.ts'
import { platformEnvironment } from './platform-environment.ts'
import type { ContainerRequest, Mount, Runner } from './runner.ts'
import { applyEvent, type InstanceState } from './service-state.ts'
import type { InstanceStatus } from './service-runtime.ts'
import { SecretFiles } from './secret-files.ts'
import { secretVariables } from './secrets.ts'
import { SessionDirectory } from './session-directory.ts'
import type { ServiceTiming } from './timing.ts'
import { mountVolume } from './volumes.ts'

/** What every instance of the account is run with. */
export interface InstanceHost {
  readonly account: Account
  readonly pools: ComputePools
  readonly runner: Runner
  readonly timing: ServiceTiming
  /** The account's state directory. */
  readonly directory: string
}

/** How much time an instance that is to end is given. */
export interface Ending {
  /** For the requests that it has; it gets no new ones. */
  readonly drainMs: number
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number
}

export interface InstanceRunOptions {
  readonly id: number
  readonly service: Service
  readonly spec: ServiceSpec
  readonly host: InstanceHost
  /** The log of a container, which may hold what was printed before this instance was. */
  readonly logOf: (container: string) => ContainerLog
  readonly onChange: () => void
}

/** Where a container finds its session token when the specification does not say otherwise. */
const SESSION_PATH = '/snowflake/session'

/** One instance of a service: its containers, which share a node, ports, volumes and a session token. */
export class InstanceRun {
  readonly id: number
  readonly service: Service
  readonly #spec: ServiceSpec
  readonly #host: InstanceHost
  readonly #onChange: () => void
  readonly #name: string
  readonly #directory: string
  readonly #createdOn: string
  readonly #stopping = new AbortController()
  readonly #containers: readonly ContainerRun[]
  readonly #logs: ReadonlyMap<string, ContainerLog>
  /** Requests that the instance has. */
  readonly #leases = new Set<InstanceLease>()
  readonly #leaseChanges = new Changes()
  #isHurried = false
  #session: SessionDirectory | undefined
  #secrets: SecretFiles | undefined
  #state: InstanceState = { kind: 'instance', status: 'PENDING' }
  #started: Promise<void> | undefined

  constructor({ id, service, spec, host, logOf, onChange }: InstanceRunOptions) {
    const { account, runner, timing, directory } = host
    this.id = id
    this.service = service
    this.#spec = spec
    this.#host = host
    this.#onChange = onChange
    this.#name = `${service.id}-${id}`
    this.#directory = join(directory, 'run', this.#name)
    this.#createdOn = account.now().toISOString()
    this.#containers = spec.spec.containers.map(
      (container) =>
        new ContainerRun({
          container,
          runner,
          timing,
          now: () => account.now(),
          onChange: () => this.#onContainer(),
        }),
    )
    this.#logs = new Map(spec.spec.containers.map(({ name }) => [name, logOf(name)]))
    for (const log of this.#logs.values()) log.awaitRun()
  }

  get status(): InstanceState['status'] {
    return this.#state.status
  }

  describe(): InstanceStatus {
    const containers = this.#containers.map(({ container, state }) => ({
      ...state,
      name: container.name,
      image: container.image,
      imageDigest: this.service.imageDigests[container.name] ?? '',
    }))
    const starts = containers.flatMap(({ startTime }) => startTime ?? [])
    return {
      id: this.id,
      status: this.#state.status,
      specDigest: this.service.specDigest,
      createdOn: this.#createdOn,
      startedOn: starts.toSorted()[0] ?? null,
      containers,
    }
  }

  log(container: string): ContainerLog | undefined {
    return this.#logs.get(container)
  }

  /**
   * Lets a request go to an endpoint, whichever container has its port by the instance's own specification; undefined
   * when the instance takes none.
   */
  maybeLease(endpoint: string): InstanceLease | undefined {
    const port = this.#spec.spec.endpoints.find(({ name }) => name === endpoint)?.port
    if (this.status !== 'READY' || port === undefined) return undefined
    const address = this.#containers
      .map((one) => one.address(port))
      .find((one) => one !== undefined)
    if (address === undefined) return undefined
    const lease: InstanceLease = {
      url: `http://${address}`,
      release: () => {
        this.#leases.delete(lease)
        this.#leaseChanges.notify()
      },
    }
    this.#leases.add(lease)
    return lease
  }

  start(): void {
    this.#started ??= this.#start()
  }

  /**
   * Ends it for good: no request comes to it any more, those that it has are waited for, then its containers are
   * ended. Resolves when their processes are gone and what they shared is given back. May be called again, to hurry.
   */
  async stop({ drainMs, graceMs }: Ending): Promise<void> {
    this.#retire()
    await this.#drain(drainMs)
    this.#stopping.abort()
    await this.#started
    await Promise.all(this.#containers.map((container) => container.stop(graceMs)))
    await this.#host.runner.releaseInstance(this.#name)
    this.#session?.close()
    this.#secrets?.close()
    rmSync(this.#directory, { recursive: true, force: true })
    // Last: the pool may be at an end with it, and then nothing of the instance may be left.
    this.#host.pools.release(this.service.computePool, this.#name)
  }

  #retire(): void {
    const next = applyEvent(this.#state, { type: 'stop-requested' })
    if (next === undefined) return
    this.#state = next
    for (const container of this.#containers) container.retire()
    this.#onChange()
  }

  async #drain(drainMs: number): Promise<void> {
    if (drainMs === 0) {
      this.#isHurried = true
      this.#leaseChanges.notify()
    }
    const isDrained = (): boolean => this.#isHurried || this.#leases.size === 0
    await this.#leaseChanges.until(isDrained, { timeoutMs: drainMs })
  }

  async #start(): Promise<void> {
    const { pools, account } = this.#host
    const { signal } = this.#stopping
    const tellWaiting = (what: 'nodes' | 'room' | 'start'): void => {
      for (const container of this.#containers) container.waitFor(what)
    }
    try {
      const share = instanceShare(this.#spec)
      await pools.place(this.service.computePool, this.#name, share, {
        signal,
        onWait: tellWaiting,
      })
      tellWaiting('start')
      this.#startContainers()
    } catch (error) {
      if (signal.aborted) return
      // Only a fault of ours, or a stage that was dropped meanwhile: the log is where one looks.
      account.log.error({ err: error, instance: this.#name }, 'instance could not be started')
      const message = error instanceof Error ? error.message : String(error)
      for (const log of this.#logs.values()) log.write('stderr', `${message}\n`)
      for (const container of this.#containers) container.fail()
    }
  }

  #startContainers(): void {
    const { account, timing } = this.#host
    this.#session = new SessionDirectory({
      path: join(this.#directory, 'session'),
      tokens: account.tokens,
      service: account.catalog.services.keyOf(this.service),
      rotationMs: timing.tokenRotationMs,
      lifeMs: timing.tokenLifeMs,
    })
    this.#secrets = new SecretFiles(join(this.#directory, 'secrets'), this.service, account)
    for (const run of this.#containers) run.start(this.#request(run.container, this.#session.path))
  }

  #request(container: Container, session: string): ContainerRequest {
    const { name, mountSessionToken, sessionTokenConfig } = container
    const log = this.#logs.get(name)
    if (log === undefined) throw new TypeError(`no log for container "${name}"`)
    const sessionPath = sessionTokenConfig?.path ?? SESSION_PATH
    return {
      id: `${this.#name}-${name}`,
      instance: this.#name,
      directory: this.#directory,
      service: this.service.name,
      container: name,
      image: container.image,
      imageDigest: this.service.imageDigests[name] ?? '',
      command: container.command,
      args: container.args,
      env: {
        ...container.env,
        ...secretVariables(container, this.service, this.#host.account.catalog),
        ...platformEnvironment(this.service, this.#host.account),
        ...(mountSessionToken && { SPCS_SESSION_DIR: sessionPath }),
      },
      ports: portsOf(this.#spec),
      mounts: [
        ...(mountSessionToken ? [{ path: sessionPath, directory: session, readOnly: true }] : []),
        ...this.#mounts(container),
        ...(this.#secrets?.mounts(container) ?? []),
      ],
      limits: containerLimits(container),
      hostNames: instanceNames(this.service, this.#host.account.catalog),
      log,
    }
  }

  #mounts(container: Container): Mount[] {
    const { account, directory } = this.#host
    return container.volumeMounts.flatMap(({ name, mountPath }) => {
      const volume = this.#spec.spec.volumes.find((one) => one.name === name)
      if (volume === undefined) return []
      const directories = {
        instance: join(this.#directory, 'volumes'),
        block: join(directory, 'volumes', this.service.id, String(this.id)),
      }
      return [mountVolume(volume, mountPath, this.service, account, directories)]
    })
  }

  #onContainer(): void {
    const statuses = this.#containers.map(({ state }) => state.status)
    const next = applyEvent(this.#state, { type: 'containers-changed', statuses })
    if (next !== undefined) this.#state = next
    this.#onChange()
  }
}

/** Every port that the specification names: of endpoints and of probes. */
function portsOf({ spec }: ServiceSpec): number[] {
  const endpoints = spec.endpoints.flatMap(({ port, portRange }) => {
    if (port !== undefined) return [port]
    const [first = 0, last = -1] = (portRange ?? '').split('-').map(Number)
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
  })
  const probes = spec.containers.flatMap(({ readinessProbe, livenessProbe }) =>
    [readinessProbe, livenessProbe].flatMap((one) => one?.port ?? []),
  )
  return [...new Set([...endpoints, ...probes])]
}
