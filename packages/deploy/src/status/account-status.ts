import type { QueryRunner } from '@spcs/sql'
import { nodeCredits, warehouseCredits } from '../cost.ts'
import { showComputePoolsSql } from '../objects/compute-pool.ts'
import { isRowOf, type ShownRow, textOf } from '../objects/object-kind.ts'
import { printTypedName } from '../objects/property.ts'
import { showWarehousesSql } from '../objects/warehouse.ts'
import { rowsOrNone } from '../shown-rows.ts'
import { deployedService, type DeployedService } from './deployed-service.ts'

/** A compute pool at one moment. */
export interface ComputePoolStatus {
  readonly name: string
  /** ACTIVE, IDLE, SUSPENDED, STARTING, …; `MISSING` where the role sees none of this name. */
  readonly state: string
  readonly instanceFamily: string
  readonly activeNodes: number
  readonly idleNodes: number
  readonly targetNodes: number
  readonly minNodes: number
  readonly maxNodes: number
  /** Seconds without service or job until it suspends; 0 is never. */
  readonly autoSuspendSecs: number
  readonly message: string
  /** Of the nodes that are up now; null where the family's figure is not known. */
  readonly creditsPerHour: number | null
}

/** A warehouse at one moment. */
export interface WarehouseStatus {
  readonly name: string
  /** STARTED, SUSPENDED, …; `MISSING` where the role sees none of this name. */
  readonly state: string
  readonly size: string
  readonly autoSuspendSecs: number
  /** While it runs as it does now; null where the size's figure is not known. */
  readonly creditsPerHour: number | null
}

/** What runs in an account, of that which a deploy put there. */
export interface AccountStatus {
  readonly services: readonly DeployedService[]
  readonly computePools: readonly ComputePoolStatus[]
  readonly warehouses: readonly WarehouseStatus[]
}

/** Reads what services, compute pools and warehouses are doing. */
export async function readAccountStatus(
  runner: QueryRunner,
  names: Readonly<Record<keyof AccountStatus, readonly string[]>>,
): Promise<AccountStatus> {
  const [services, computePools, warehouses] = await Promise.all([
    Promise.all(names.services.map((name) => deployedService(runner, name))),
    Promise.all(names.computePools.map((name) => computePoolStatus(runner, name))),
    Promise.all(names.warehouses.map((name) => warehouseStatus(runner, name))),
  ])
  return { services, computePools, warehouses }
}

async function computePoolStatus(runner: QueryRunner, name: string): Promise<ComputePoolStatus> {
  const row = await shownRow(runner, showComputePoolsSql(name), name)
  return {
    name: printTypedName(name),
    state: row === undefined ? 'MISSING' : textOf(row['state']),
    instanceFamily: textOf(row?.['instance_family']),
    activeNodes: numberOf(row?.['active_nodes']),
    idleNodes: numberOf(row?.['idle_nodes']),
    targetNodes: numberOf(row?.['target_nodes']),
    minNodes: numberOf(row?.['min_nodes']),
    maxNodes: numberOf(row?.['max_nodes']),
    autoSuspendSecs: numberOf(row?.['auto_suspend_secs']),
    message: textOf(row?.['status_message']),
    creditsPerHour: poolCredits(row),
  }
}

async function warehouseStatus(runner: QueryRunner, name: string): Promise<WarehouseStatus> {
  const row = await shownRow(runner, showWarehousesSql(name), name)
  return {
    name: printTypedName(name),
    state: row === undefined ? 'MISSING' : textOf(row['state']),
    size: textOf(row?.['size']),
    autoSuspendSecs: numberOf(row?.['auto_suspend']),
    creditsPerHour: runningCredits(row),
  }
}

/** Nodes cost while they work, wait for work or end; not while they start. */
function poolCredits(row: ShownRow | undefined): number | null {
  const nodes = numberOf(row?.['active_nodes']) + numberOf(row?.['idle_nodes'])
  if (nodes === 0) return 0
  const credits = nodeCredits(textOf(row?.['instance_family']))
  return credits === undefined ? null : Math.round(credits * nodes * 100) / 100
}

function runningCredits(row: ShownRow | undefined): number | null {
  if (row === undefined || textOf(row['state']) === 'SUSPENDED') return 0
  return warehouseCredits(textOf(row['size'])) ?? null
}

async function shownRow(
  runner: QueryRunner,
  sql: string,
  name: string,
): Promise<ShownRow | undefined> {
  return (await rowsOrNone(runner, sql)).find((row) => isRowOf(name, row))
}

/** Numbers come as numbers or as text, NULL is 0. */
function numberOf(cell: unknown): number {
  return Number(textOf(cell) || 0)
}
