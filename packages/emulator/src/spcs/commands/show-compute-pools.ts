import { printIdentifier } from '@spcs/sql'
import { accountObject, isVisible } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import type { ComputePool } from '../../catalog/objects.ts'
import type { Command } from '../../commands/command.ts'
import { applyShowOptions, readShowOptions } from '../../commands/show-filter.ts'
import { cannotPerform } from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import {
  type Cell,
  numberColumn,
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
  type WireColumn,
} from '../../statement-result.ts'
import type { PoolStatus } from '../compute-pools.ts'
import { INSTANCE_FAMILIES, maybeInstanceFamily } from '../instance-families.ts'

export const showComputePoolCommands: readonly Command[] = [
  { syntax: 'SHOW COMPUTE POOLS', run: showComputePools },
  { syntax: 'SHOW COMPUTE POOL INSTANCE FAMILIES', run: showInstanceFamilies },
  { syntax: 'SHOW NODES IN COMPUTE POOL', run: showNodes },
  { syntax: 'DESCRIBE|DESC COMPUTE POOL', run: describeComputePool },
]

/** A pool with what the runtime and the catalog know of it besides. */
interface Shown {
  readonly pool: ComputePool
  readonly status: PoolStatus
  readonly services: number
}

type ShownColumn = readonly [column: WireColumn, cell: (shown: Shown) => Cell]

const COMMON: readonly ShownColumn[] = [
  [textColumn('name'), ({ pool }) => pool.name],
  [textColumn('state'), ({ status }) => status.status],
  [numberColumn('min_nodes'), ({ pool }) => pool.minNodes],
  [numberColumn('max_nodes'), ({ pool }) => pool.maxNodes],
  [textColumn('instance_family'), ({ pool }) => pool.instanceFamily],
  [numberColumn('num_services'), ({ services }) => services],
  [numberColumn('num_jobs'), () => 0],
  [numberColumn('auto_suspend_secs'), ({ pool }) => pool.autoSuspendSecs],
  [textColumn('auto_resume'), ({ pool }) => String(pool.autoResume)],
  [numberColumn('active_nodes'), ({ status }) => status.activeNodes],
  [numberColumn('idle_nodes'), ({ status }) => status.idleNodes],
  [numberColumn('target_nodes'), ({ status }) => status.targetNodes],
  [timestampColumn('created_on'), ({ pool }) => pool.createdOn],
  [timestampColumn('resumed_on'), ({ pool }) => pool.resumedOn],
  [timestampColumn('updated_on'), ({ pool }) => pool.updatedOn],
  [textColumn('owner'), ({ pool }) => pool.owner],
  [textColumn('comment'), ({ pool }) => (pool.comment === '' ? null : pool.comment)],
  [textColumn('is_exclusive'), () => 'false'],
  [textColumn('application'), () => null],
]

const SHOW_COLUMNS: readonly ShownColumn[] = [
  ...COMMON,
  [textColumn('placement_group'), () => null],
  [textColumn('backup_instance_families'), () => null],
]

const DESCRIBE_COLUMNS: readonly ShownColumn[] = [
  ...COMMON,
  [textColumn('budget'), () => null],
  [textColumn('error_code'), ({ status }) => status.errorCode],
  [textColumn('status_message'), ({ status }) => status.message],
  [textColumn('placement_group'), () => null],
  [textColumn('backup_instance_families'), () => null],
]

function showComputePools(reader: TokenReader, context: StatementContext): StatementResult {
  const options = readShowOptions(reader)
  reader.end()
  const visible = context.account.catalog.computePools
    .list()
    .filter((pool) => isVisible(context, accountObject('COMPUTE POOL', pool)))
  return table(
    SHOW_COLUMNS,
    applyShowOptions(visible, options, ({ name }) => name),
    context,
  )
}

function describeComputePool(reader: TokenReader, context: StatementContext): StatementResult {
  const pool = readVisiblePool(reader, context)
  reader.end()
  return table(DESCRIBE_COLUMNS, [pool], context, STATEMENT_TYPE.describe)
}

function showInstanceFamilies(reader: TokenReader): StatementResult {
  reader.end()
  return tableResult(
    [
      textColumn('name'),
      textColumn('description'),
      textColumn('vcpu'),
      textColumn('memory_gib'),
      textColumn('storage_gib'),
      textColumn('gpu'),
      textColumn('gpu_count'),
      textColumn('gpu_memory_gib'),
      textColumn('current_node_usage'),
      textColumn('message'),
    ],
    INSTANCE_FAMILIES.map((family) => [
      family.name,
      `${family.vcpu} vCPU, ${family.memoryGiB} GiB memory`,
      family.vcpu,
      family.memoryGiB,
      family.storageGiB,
      family.gpu,
      family.gpuCount,
      family.gpuMemoryGiB,
      0,
      null,
    ]),
  )
}

function showNodes(reader: TokenReader, context: StatementContext): StatementResult {
  const pool = readVisiblePool(reader, context)
  const options = readShowOptions(reader)
  reader.end()
  const { activeNodes, idleNodes } = context.account.services.poolStatus(pool)
  const family = maybeInstanceFamily(pool.instanceFamily)
  const ids = Array.from({ length: activeNodes + idleNodes }, (_, node) => `${pool.name}-${node}`)
  return tableResult(
    [
      textColumn('node_id'),
      textColumn('instance_family'),
      timestampColumn('created_on'),
      textColumn('placement_group'),
      textColumn('vcpu'),
      textColumn('memory_gib'),
      textColumn('storage_gib'),
      textColumn('gpu'),
      textColumn('gpu_count'),
      textColumn('gpu_memory_gib'),
    ],
    applyShowOptions(ids, options, (id) => id).map((id) => [
      id,
      pool.instanceFamily,
      pool.resumedOn,
      null,
      family?.vcpu ?? null,
      family?.memoryGiB ?? null,
      family?.storageGiB ?? null,
      family?.gpu ?? null,
      family?.gpuCount ?? null,
      family?.gpuMemoryGiB ?? null,
    ]),
  )
}

function readVisiblePool(reader: TokenReader, context: StatementContext): ComputePool {
  const key = printIdentifier(reader.identifier('the name of a compute pool'))
  const pool = context.account.catalog.computePools.maybe(key)
  if (pool === undefined || !isVisible(context, accountObject('COMPUTE POOL', pool))) {
    throw cannotPerform()
  }
  return pool
}

function table(
  columns: readonly ShownColumn[],
  pools: readonly ComputePool[],
  { account }: StatementContext,
  typeId: Parameters<typeof tableResult>[2] = STATEMENT_TYPE.show,
): StatementResult {
  const services = account.catalog.services.list()
  const shown = pools.map((pool) => ({
    pool,
    status: account.services.poolStatus(pool),
    services: services.filter(({ computePool }) => computePool === pool.name).length,
  }))
  return tableResult(
    columns.map(([column]) => column),
    shown.map((one) => columns.map(([, cell]) => cell(one))),
    typeId,
  )
}
