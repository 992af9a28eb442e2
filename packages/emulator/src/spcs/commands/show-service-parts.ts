import { parseServiceSpec } from '@spcs/spec'
import type { StatementContext } from '../../account.ts'
import type { Service } from '../../catalog/objects.ts'
import type { Command } from '../../commands/command.ts'
import { endpointHost } from '../../ingress/public-endpoint.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import {
  type Cell,
  numberColumn,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
} from '../../statement-result.ts'
import { findService } from '../find-service.ts'
import { rolesOfService } from '../service-roles.ts'
import { isStreamed } from '../volumes.ts'
import type { ContainerStatus, InstanceStatus } from '../service-runtime.ts'

export const showServicePartsCommands: readonly Command[] = [
  { syntax: 'SHOW SERVICE CONTAINERS IN SERVICE', run: showContainers },
  { syntax: 'SHOW SERVICE INSTANCES IN SERVICE', run: showInstances },
  { syntax: 'SHOW ENDPOINTS IN SERVICE', run: showEndpoints },
  { syntax: 'SHOW ROLES IN SERVICE', run: showRoles },
]

/** What a public endpoint has in place of its address until it has one. */
const INGRESS_PENDING = 'Endpoints provisioning in progress... check back in a few minutes'

function showContainers(reader: TokenReader, context: StatementContext): StatementResult {
  const service = readService(reader, 'MONITOR', context)
  const { status, instances } = context.account.services.status(service)
  const common: Cell[] = [service.database, service.schema, service.name, status]
  const sidecars = parseServiceSpec(service.spec)
    .spec.volumes.filter(isStreamed)
    .map(({ name }) => `stage-mount-v2-sidecar-${name}`)
  const none: Cell[][] = [[...common, ...Array.from({ length: 11 }, () => null)]]
  const rows = instances.flatMap((instance) =>
    [
      ...instance.containers.map((container) => containerCells(instance, container, context)),
      ...sidecars.map((name) => sidecarCells(instance, name)),
    ].map((cells) => [...common, ...cells]),
  )
  return tableResult(
    [
      textColumn('database_name'),
      textColumn('schema_name'),
      textColumn('service_name'),
      textColumn('service_status'),
      textColumn('instance_id'),
      textColumn('instance_status'),
      textColumn('container_name'),
      textColumn('status'),
      textColumn('message'),
      textColumn('image_name'),
      textColumn('image_digest'),
      numberColumn('restart_count'),
      textColumn('start_time'),
      numberColumn('last_exit_code'),
      textColumn('last_restart_time'),
    ],
    rows.length === 0 ? none : rows,
  )
}

function containerCells(
  instance: InstanceStatus,
  container: ContainerStatus,
  { account }: StatementContext,
): Cell[] {
  return [
    String(instance.id),
    instance.status,
    container.name,
    container.status,
    container.message,
    `${account.address}${container.image}`,
    container.imageDigest,
    container.restartCount,
    withoutFraction(container.startTime),
    container.lastExitCode,
    withoutFraction(container.lastRestartTime),
  ]
}

/**
 * The container that Snowflake adds for a stage volume.
 *
 * DIFFERS: nothing runs here, so it is ready as soon as the instance was started, and has no image and no log.
 */
function sidecarCells(instance: InstanceStatus, name: string): Cell[] {
  const { id, status, startedOn, containers } = instance
  const isUp = startedOn !== null && status !== 'TERMINATING'
  const waiting: Cell[] = [containers[0]?.status ?? status, containers[0]?.message ?? '']
  const state: Cell[] = isUp ? ['READY', 'Running'] : waiting
  const started = isUp ? withoutFraction(startedOn) : null
  return [String(id), status, name, ...state, null, null, 0, started, null, null]
}

function showInstances(reader: TokenReader, context: StatementContext): StatementResult {
  const service = readService(reader, 'MONITOR', context)
  const { status, instances } = context.account.services.status(service)
  const common: Cell[] = [service.database, service.schema, service.name, status]
  const none: Cell[][] = [[...common, null, null, null, null, null, null]]
  const rows = instances.map((instance) => [
    ...common,
    String(instance.id),
    instance.status,
    instance.specDigest,
    withoutFraction(instance.createdOn),
    withoutFraction(instance.startedOn),
    instance.status === 'READY' ? '127.0.0.1' : null,
  ])
  return tableResult(
    [
      textColumn('database_name'),
      textColumn('schema_name'),
      textColumn('service_name'),
      textColumn('service_status'),
      textColumn('instance_id'),
      textColumn('status'),
      textColumn('spec_digest'),
      textColumn('creation_time'),
      textColumn('start_time'),
      textColumn('ip_address'),
    ],
    rows.length === 0 ? none : rows,
  )
}

function showEndpoints(reader: TokenReader, context: StatementContext): StatementResult {
  const service = readService(reader, 'USAGE', context)
  const { endpoints } = parseServiceSpec(service.spec).spec
  return tableResult(
    [
      textColumn('name'),
      numberColumn('port'),
      textColumn('port_range'),
      textColumn('protocol'),
      textColumn('is_public'),
      textColumn('ingress_url'),
    ],
    endpoints.map((endpoint) => [
      endpoint.name,
      endpoint.port ?? null,
      endpoint.portRange ?? null,
      endpoint.protocol,
      String(endpoint.public),
      endpoint.public ? ingressUrl(service, endpoint.name, context) : null,
    ]),
  )
}

/** Host and port, without a scheme. DIFFERS: in Snowflake the port is always that of https, and not told. */
function ingressUrl(service: Service, endpoint: string, { account }: StatementContext): string {
  if (!account.services.hasAddress(service, endpoint)) return INGRESS_PENDING
  return `${endpointHost(account, service, endpoint)}:${account.ingressPort}`
}

function showRoles(reader: TokenReader, context: StatementContext): StatementResult {
  const service = readService(reader, 'USAGE', context)
  return tableResult(
    [timestampColumn('created_on'), textColumn('name'), textColumn('comment')],
    rolesOfService(service).map(({ name }) => [service.createdOn, name, null]),
  )
}

function readService(
  reader: TokenReader,
  privilege: 'USAGE' | 'MONITOR',
  context: StatementContext,
): Service {
  const parts = reader.name('the name of a service')
  reader.end()
  return findService(parts, privilege, context)
}

/** Times of containers are text, in whole seconds: `2026-01-01T00:00:00Z`. */
function withoutFraction(time: string | null): string | null {
  return time?.replace(/\.\d+Z$/, 'Z') ?? null
}
