import type { QueryRunner } from '@spcs/sql'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import {
  describeServiceSql,
  showServiceContainersSql,
  showServiceInstancesSql,
} from '../objects/service.ts'
import { rowsOrNone } from '../shown-rows.ts'

/** A container of one instance, as SHOW SERVICE CONTAINERS gives it. */
export interface ContainerStatus {
  readonly instance: string
  readonly container: string
  /** PENDING, READY, DONE, FAILED, TERMINATING or UNKNOWN. */
  readonly status: string
  readonly message: string
  readonly restartCount: number
  readonly lastExitCode: string
  /** True in an upgrade, while its instance still is what it was before. */
  readonly isOutdated: boolean
}

/** A service and its containers at one moment. */
export interface ServiceStatus {
  /** PENDING, RUNNING, FAILED, SUSPENDED, … */
  readonly status: string
  readonly isUpgrading: boolean
  readonly computePool: string
  /** The specification's YAML; empty for roles that do not own the service. */
  readonly spec: string
  readonly containers: readonly ContainerStatus[]
}

/** What a service is doing; undefined when the role sees no service of this name. */
export async function serviceStatus(
  runner: QueryRunner,
  name: string,
): Promise<ServiceStatus | undefined> {
  const [service] = await rowsOrNone(runner, describeServiceSql(name))
  if (service === undefined) return undefined
  const containers = await rowsOrNone(runner, showServiceContainersSql(name))
  const isUpgrading = textOf(service['is_upgrading']) === 'true'
  const digest = textOf(service['spec_digest'])
  const outdated = isUpgrading ? await outdatedInstances(runner, name, digest) : NONE
  return {
    status: textOf(service['status']),
    isUpgrading,
    computePool: textOf(service['compute_pool']),
    spec: textOf(service['spec']),
    containers: containers.flatMap((row) => containerStatus(row, outdated)),
  }
}

const NONE: ReadonlySet<string> = new Set()

/** Ids of the instances that the upgrade has not come to yet. */
async function outdatedInstances(
  runner: QueryRunner,
  name: string,
  digest: string,
): Promise<ReadonlySet<string>> {
  const rows = await rowsOrNone(runner, showServiceInstancesSql(name))
  const old = rows.filter((row) => {
    const own = textOf(row['spec_digest'])
    return own !== '' && digest !== '' && own !== digest
  })
  return new Set(old.map((row) => textOf(row['instance_id'])))
}

/** No container stands in a row of a service that has not been placed yet. */
function containerStatus(row: ShownRow, outdated: ReadonlySet<string>): ContainerStatus[] {
  const container = textOf(row['container_name'])
  if (container === '') return []
  return [
    {
      container,
      instance: textOf(row['instance_id']),
      status: textOf(row['status']),
      message: textOf(row['message']),
      restartCount: Number(row['restart_count'] ?? 0),
      lastExitCode: textOf(row['last_exit_code']),
      isOutdated: outdated.has(textOf(row['instance_id'])),
    },
  ]
}

/** `api/0 PENDING: Waiting to start, restarted 2 times, last exit code 1`. */
export function describeContainer(container: ContainerStatus): string {
  const { restartCount, lastExitCode } = container
  const details = [
    container.message,
    restartCount > 0 && `restarted ${restartCount === 1 ? 'once' : `${restartCount} times`}`,
    lastExitCode !== '' && lastExitCode !== '0' && `last exit code ${lastExitCode}`,
  ].filter((detail) => detail !== false && detail !== '')
  const state = `${container.container}/${container.instance} ${container.status}`
  return details.length === 0 ? state : `${state}: ${details.join(', ')}`
}
