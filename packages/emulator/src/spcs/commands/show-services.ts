import { parseServiceSpec, printServiceSpec, type ServiceSpec, withNodeCapacity } from '@spcs/spec'
import { printIdentifier } from '@spcs/sql'
import { hasPrivilege, isVisible } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import type { Service } from '../../catalog/objects.ts'
import type { Command } from '../../commands/command.ts'
import {
  applyShowOptions,
  isInScope,
  readShow,
  readShowOptions,
} from '../../commands/show-filter.ts'
import { cannotPerform, unsupported } from '../../snowflake-error.ts'
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
import { dnsName } from '../dns.ts'
import { findService, securableService } from '../find-service.ts'
import { maybeInstanceFamily } from '../instance-families.ts'
import type { ServiceStatus } from '../service-runtime.ts'
import { showServicePartsCommands } from './show-service-parts.ts'

export const showServiceCommands: readonly Command[] = [
  { syntax: 'SHOW SERVICES', run: showServices },
  { syntax: 'DESCRIBE|DESC SERVICE', run: describeService },
  ...showServicePartsCommands,
]

/** A service with what the runtime knows of it besides. */
interface Shown {
  readonly service: Service
  readonly status: ServiceStatus
  readonly context: StatementContext
}

type ShownColumn = readonly [column: WireColumn, cell: (shown: Shown) => Cell]

const COLUMNS: readonly ShownColumn[] = [
  [textColumn('name'), ({ service }) => service.name],
  [textColumn('status'), ({ status }) => status.status],
  [textColumn('database_name'), ({ service }) => service.database],
  [textColumn('schema_name'), ({ service }) => service.schema],
  [textColumn('owner'), ({ service }) => service.owner],
  [textColumn('compute_pool'), ({ service }) => service.computePool],
  [textColumn('dns_name'), ({ service, context }) => dnsName(service, context.account.catalog)],
  [numberColumn('current_instances'), ({ status }) => currentInstances(status)],
  [numberColumn('target_instances'), ({ service }) => targetInstances(service)],
  [numberColumn('min_ready_instances'), ({ service }) => service.minReadyInstances],
  [numberColumn('min_instances'), ({ service }) => service.minInstances],
  [numberColumn('max_instances'), ({ service }) => service.maxInstances],
  [textColumn('auto_resume'), ({ service }) => String(service.autoResume)],
  [textColumn('external_access_integrations'), ({ service }) => integrations(service)],
  [timestampColumn('created_on'), ({ service }) => service.createdOn],
  [timestampColumn('updated_on'), ({ service }) => service.updatedOn],
  [timestampColumn('resumed_on'), ({ service }) => service.resumedOn],
  [timestampColumn('suspended_on'), ({ service }) => service.suspendedOn],
  [numberColumn('auto_suspend_secs'), ({ service }) => service.autoSuspendSecs],
  [textColumn('comment'), ({ service }) => (service.comment === '' ? null : service.comment)],
  [textColumn('owner_role_type'), () => 'ROLE'],
  [textColumn('query_warehouse'), ({ service }) => service.queryWarehouse],
  [textColumn('is_job'), () => 'false'],
  [textColumn('is_async_job'), () => 'false'],
  [textColumn('spec_digest'), ({ service }) => service.specDigest],
  [textColumn('is_upgrading'), ({ status }) => String(status.isUpgrading)],
  [textColumn('managing_object_domain'), () => null],
  [textColumn('managing_object_name'), () => null],
]

/** EXCLUDE JOBS leaves these out. */
const OF_JOBS = new Set(['is_job', 'is_async_job'])

const AFTER_POOL = COLUMNS.findIndex(([{ name }]) => name === 'compute_pool') + 1
const DESCRIBE_COLUMNS: readonly ShownColumn[] = [
  ...COLUMNS.slice(0, AFTER_POOL),
  [textColumn('spec'), describedSpec],
  ...COLUMNS.slice(AFTER_POOL),
]

function showServices(reader: TokenReader, context: StatementContext): StatementResult {
  const excludesJobs = reader.maybeWords('EXCLUDE', 'JOBS')
  const services = readShown(reader, context).filter((service) =>
    isVisible(context, securableService(service, context)),
  )
  const columns = COLUMNS.filter(([{ name }]) => !excludesJobs || !OF_JOBS.has(name))
  return table(columns, services, context)
}

/** The services that LIKE, IN and the rest keep; IN COMPUTE POOL is for services alone. */
function readShown(reader: TokenReader, context: StatementContext): Service[] {
  const start = reader.position
  const services = context.account.catalog.services.list()
  const before = readShowOptions(reader)
  if (reader.maybeWords('OF', 'TYPE')) throw unsupported('SHOW SERVICES OF TYPE')
  if (reader.maybeWords('IN', 'COMPUTE', 'POOL')) {
    const pool = reader.identifier('the name of a compute pool')
    if (context.account.catalog.computePools.maybe(printIdentifier(pool)) === undefined) {
      throw cannotPerform()
    }
    const options = { ...before, ...readShowOptions(reader) }
    reader.end()
    const inPool = services.filter(({ computePool }) => computePool === pool)
    return applyShowOptions(inPool, options, ({ name }) => name)
  }
  reader.moveTo(start)
  const { scope, options } = readShow(reader, context)
  const inScope = services.filter((service) => isInScope(service, scope))
  return applyShowOptions(inScope, options, ({ name }) => name)
}

function describeService(reader: TokenReader, context: StatementContext): StatementResult {
  const service = findService(reader.name('the name of a service'), 'USAGE', context)
  reader.end()
  return table(DESCRIBE_COLUMNS, [service], context, STATEMENT_TYPE.describe)
}

function table(
  columns: readonly ShownColumn[],
  services: readonly Service[],
  context: StatementContext,
  typeId: Parameters<typeof tableResult>[2] = STATEMENT_TYPE.show,
): StatementResult {
  const shown = services.map((service) => ({
    service,
    status: context.account.services.status(service),
    context,
  }))
  return tableResult(
    columns.map(([column]) => column),
    shown.map((one) => columns.map(([, cell]) => cell(one))),
    typeId,
  )
}

/** For the owner alone: images with the registry's host, limits as they are on the pool's nodes. */
function describedSpec({ service, context }: Shown): Cell {
  if (!hasPrivilege(context, 'OWNERSHIP', securableService(service, context))) return null
  const { account } = context
  const pool = account.catalog.computePools.maybe(printIdentifier(service.computePool))
  const family = maybeInstanceFamily(pool?.instanceFamily ?? '')
  const spec = parseServiceSpec(service.spec)
  const containers = spec.spec.containers.map((container) => ({
    ...container,
    image: `${account.address}${container.image}`,
  }))
  const described: ServiceSpec = { ...spec, spec: { ...spec.spec, containers } }
  if (family === undefined) return printServiceSpec(described)
  const capacity = { memory: `${family.memoryGiB}Gi`, cpu: String(family.vcpu) }
  return printServiceSpec(withNodeCapacity(described, capacity))
}

/** Those that were started and are still there: not those that wait for a node. */
function currentInstances({ instances }: ServiceStatus): number {
  return instances.filter(({ startedOn }) => startedOn !== null).length
}

function targetInstances({ suspended, minInstances }: Service): number {
  return suspended ? 0 : minInstances
}

function integrations({ externalAccessIntegrations: names }: Service): Cell {
  return names.length === 0 ? null : JSON.stringify(names)
}
