import type { QueryRunner } from '@spcs/sql'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { describeServiceSql, showServiceContainersSql } from '../objects/service.ts'
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
}

/** A service and its containers at one moment. */
export interface ServiceStatus {
  /** PENDING, RUNNING, FAILED, SUSPENDED, … */
  readonly status: string
  readonly isUpgrading: boolean
  readonly computePool: string
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
  return {
    status: textOf(service['status']),
    isUpgrading: textOf(service['is_upgrading']) === 'true',
    computePool: textOf(service['compute_pool']),
    containers: containers.flatMap(containerStatus),
  }
}

/** No container stands in a row of a service that has not been placed yet. */
function containerStatus(row: ShownRow): ContainerStatus[] {
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
    },
  ]
}

/** `convert-api (instance 0) is PENDING: Waiting to start, restarted 2 times, last exit code 1`. */
export function describeContainer(container: ContainerStatus): string {
  const { restartCount, lastExitCode } = container
  const details = [
    container.message,
    restartCount > 0 && `restarted ${restartCount === 1 ? 'once' : `${restartCount} times`}`,
    lastExitCode !== '' && lastExitCode !== '0' && `last exit code ${lastExitCode}`,
  ].filter((detail) => detail !== false && detail !== '')
  const state = `${container.container} (instance ${container.instance}) is ${container.status}`
  return details.length === 0 ? state : `${state}: ${details.join(', ')}`
}
