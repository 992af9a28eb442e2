import type { QueryRunner } from '@spcs/sql'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { printTypedName } from '../objects/property.ts'
import {
  describeServiceSql,
  showEndpointsSql,
  showServiceContainersSql,
} from '../objects/service.ts'
import { rowsOrNone } from '../shown-rows.ts'

/** A service with all that runs of it. */
export interface DeployedService {
  readonly name: string
  /** PENDING, RUNNING, FAILED, SUSPENDED, …; `MISSING` where the role sees none of this name. */
  readonly status: string
  readonly isUpgrading: boolean
  readonly computePool: string
  readonly instances: {
    readonly ready: number
    readonly current: number
    readonly target: number
  }
  readonly containers: readonly DeployedContainer[]
  readonly endpoints: readonly DeployedEndpoint[]
}

/** A container of one instance. */
export interface DeployedContainer {
  readonly instance: string
  readonly name: string
  /** PENDING, READY, DONE, FAILED, TERMINATING or UNKNOWN. */
  readonly status: string
  readonly message: string
  readonly imageDigest: string
  readonly restarts: number
  /** Of the run before this one; null where there was none. */
  readonly lastExitCode: number | null
  /** ISO 8601; null until it has started. */
  readonly startedAt: string | null
}

export interface DeployedEndpoint {
  readonly name: string
  readonly port: string
  readonly isPublic: boolean
  /** Of a public one; null until it has one. */
  readonly host: string | null
}

/** What a service is doing. */
export async function deployedService(runner: QueryRunner, name: string): Promise<DeployedService> {
  const [row] = await rowsOrNone(runner, describeServiceSql(name))
  const [containerRows, endpointRows] =
    row === undefined
      ? [[], []]
      : await Promise.all([
          rowsOrNone(runner, showServiceContainersSql(name)),
          rowsOrNone(runner, showEndpointsSql(name)),
        ])
  // A service that has not been placed has a row without a container.
  const placed = containerRows.filter((found) => textOf(found['container_name']) !== '')
  return {
    name: printTypedName(name),
    status: row === undefined ? 'MISSING' : textOf(row['status']),
    isUpgrading: textOf(row?.['is_upgrading']) === 'true',
    computePool: textOf(row?.['compute_pool']),
    instances: {
      ready: readyInstances(placed),
      current: Number(textOf(row?.['current_instances']) || 0),
      target: Number(textOf(row?.['target_instances']) || 0),
    },
    containers: placed.map(containerOf),
    endpoints: endpointRows.map(endpointOf),
  }
}

/** Instances all of whose containers are ready. */
function readyInstances(rows: readonly ShownRow[]): number {
  const ids = new Set(rows.map((row) => textOf(row['instance_id'])))
  const notReady = rows.filter((row) => textOf(row['status']) !== 'READY')
  for (const row of notReady) ids.delete(textOf(row['instance_id']))
  return ids.size
}

function containerOf(row: ShownRow): DeployedContainer {
  const exitCode = textOf(row['last_exit_code'])
  return {
    instance: textOf(row['instance_id']),
    name: textOf(row['container_name']),
    status: textOf(row['status']),
    message: textOf(row['message']),
    imageDigest: textOf(row['image_digest']),
    restarts: Number(textOf(row['restart_count']) || 0),
    lastExitCode: exitCode === '' ? null : Number(exitCode),
    startedAt: textOf(row['start_time']) || null,
  }
}

/** Until a public endpoint has a host, a sentence stands in its place. */
function endpointOf(row: ShownRow): DeployedEndpoint {
  const host = textOf(row['ingress_url'])
  return {
    name: textOf(row['name']),
    port: textOf(row['port'] ?? row['port_range']),
    isPublic: textOf(row['is_public']).toLowerCase() === 'true',
    host: /^\S+$/.test(host) ? host : null,
  }
}
