import type { InstanceLease } from '@spcs/service-function'
import type { ComputePool, Service } from '../catalog/objects.ts'
import type { PoolStatus } from './compute-pools.ts'
import type { ReadLogOptions } from './container-log.ts'
import type { ContainerState, InstanceState, ServiceState } from './service-state.ts'

/** What runs of a service, as SHOW tells it. */
export interface ServiceStatus {
  readonly status: ServiceState['status']
  readonly isUpgrading: boolean
  /** In order of their ids. */
  readonly instances: readonly InstanceStatus[]
}

export interface InstanceStatus {
  readonly id: number
  readonly status: InstanceState['status']
  readonly specDigest: string
  /** ISO 8601, UTC. */
  readonly createdOn: string
  readonly startedOn: string | null
  readonly containers: readonly ContainerStatus[]
}

export interface ContainerStatus extends ContainerState {
  readonly name: string
  readonly image: string
  readonly imageDigest: string
}

/** What runs of the account's services: their instances and their containers. */
export interface ServiceRuntime {
  /** Ends what a killed account left behind, then starts every service that was not suspended. */
  start(): Promise<void>
  /** Ends every container: SIGTERM, and SIGKILL for what is left after the grace time. */
  stop(): Promise<void>
  /** Lets a request go to an endpoint of a ready instance; resumes the service, waits, then 100351. */
  leaseEndpoint(service: Service, endpoint: string, signal: AbortSignal): Promise<InstanceLease>
  /** The same at once, and of another instance than the one at `url`; undefined when none is ready. */
  maybeLeaseOther(service: Service, endpoint: string, url: string): InstanceLease | undefined
  /** True when a public endpoint has its address, which it gets a little after it was made. */
  hasAddress(service: Service, endpoint: string): boolean

  /** Brings what runs in line with a service that was made or changed; does not wait for it. */
  apply(service: Service): void
  /** Ends what runs of a service that left the catalog, and forgets it; does not wait for it. */
  drop(service: Service): void
  status(service: Service): ServiceStatus
  /** Waits until it is so; false after the time. Is asked again after every change. */
  waitUntil(
    isSo: () => boolean,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<boolean>
  /** What a container printed; undefined when the service has no such container now. */
  maybeLog(
    service: Service,
    instance: number,
    container: string,
    options: ReadLogOptions,
  ): string | undefined

  /** Brings a pool in line with its object, which was made or changed; does not wait for it. */
  applyPool(pool: ComputePool): void
  dropPool(pool: ComputePool): void
  poolStatus(pool: ComputePool): PoolStatus
}
