import { parseName, printIdentifier, printName, SqlError } from '@spcs/sql'
import { accountObject, isVisible } from '../access-control.ts'
import type { StatementContext } from '../account.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { doesNotExist, SnowflakeError } from '../snowflake-error.ts'
import type { SystemFunction } from '../sql/query/query-engine.ts'
import { requireRepositoryRead } from './commands/image-repository.ts'
import { dnsDomain } from './dns.ts'
import { findService } from './find-service.ts'
import { type LogTime, maybeParseLogTime } from './log-time.ts'
import { serviceError } from './service-error.ts'

type Argument = string | number | boolean | null

/** The `SYSTEM$…` functions about services, pools and images, by upper-case name. */
export const serviceSystemFunctions: Readonly<Record<string, SystemFunction>> = {
  SYSTEM$GET_SERVICE_STATUS: getServiceStatus,
  SYSTEM$GET_SERVICE_LOGS: getServiceLogs,
  SYSTEM$WAIT_FOR_SERVICES: waitForServices,
  SYSTEM$GET_COMPUTE_POOL_STATUS: getComputePoolStatus,
  SYSTEM$REGISTRY_LIST_IMAGES: listImages,
  SYSTEM$GET_SERVICE_DNS_DOMAIN: getDnsDomain,
}

/** `('svc'[, timeout_secs])`: what each container is doing; waits so long for all to be ready. */
async function getServiceStatus(
  [name, timeoutSecs]: readonly Argument[],
  context: StatementContext,
): Promise<string> {
  const service = findService(readName(name), 'MONITOR', context)
  const { services, address } = context.account
  if (timeoutSecs !== undefined) {
    const timeoutMs = readNumber(timeoutSecs, 'timeout_secs') * 1000
    const isReady = (): boolean => services.status(service).status === 'RUNNING'
    await services.waitUntil(isReady, { timeoutMs, signal: context.signal })
  }
  const { instances } = services.status(service)
  const statuses = instances.flatMap(({ id, containers }) =>
    containers.map((container) => ({
      status: container.status,
      message: container.message,
      containerName: container.name,
      instanceId: String(id),
      serviceName: service.name,
      image: `${address}${container.image}`,
      restartCount: container.restartCount,
      startTime: container.startTime ?? '',
    })),
  )
  return JSON.stringify(statuses)
}

/** `('svc', instance, 'container'[, lines[, previous[, since[, with_times]]]])`. */
function getServiceLogs(args: readonly Argument[], context: StatementContext): string {
  const [name, instance, container, lines, previous, since, withTimes] = args
  const service = findService(readName(name), 'MONITOR', context)
  const id = readNumber(instance, 'instance_id')
  const { services } = context.account
  const state = services
    .status(service)
    .instances.find((one) => one.id === id)
    ?.containers.find((one) => one.name === container)
  if (state === undefined) {
    throw serviceError(`Service ${service.name} has no container ${id}/${String(container)} now`)
  }
  const isPrevious = readBoolean(previous, 'previous')
  const log = services.maybeLog(service, id, state.name, {
    lines: lines === undefined || lines === null ? undefined : readNumber(lines, 'number_of_lines'),
    previous: isPrevious,
    since: readTime(since),
    withTimes: readBoolean(withTimes, 'include_timestamps'),
  })
  // What kept a container from starting is in its log, so that is told before the bare status is.
  if (state.startTime === null && !isPrevious && (log ?? '') === '') {
    throw serviceError(`Waiting to start, Container Status: ${state.status}`)
  }
  return log ?? ''
}

/** `(secs, 'svc'[, …])`: waits until every one of them is running. */
async function waitForServices(
  [timeoutSecs, ...names]: readonly Argument[],
  context: StatementContext,
): Promise<string> {
  const timeoutMs = readNumber(timeoutSecs, 'timeout_secs') * 1000
  const services = names.map((name) => findService(readName(name), 'MONITOR', context))
  const runtime = context.account.services
  const waiting = (): string[] =>
    services
      .filter((service) => runtime.status(service).status !== 'RUNNING')
      .map((service) => `${service.name} is ${runtime.status(service).status}`)
  const { signal } = context
  if (await runtime.waitUntil(() => waiting().length === 0, { timeoutMs, signal })) return 'OK'
  throw serviceError(`Timed out waiting for services: ${waiting().join(', ')}`)
}

function getComputePoolStatus([name]: readonly Argument[], context: StatementContext): string {
  const [poolName = ''] = readName(name)
  const pool = context.account.catalog.computePools.maybe(printIdentifier(poolName))
  if (pool === undefined || !isVisible(context, accountObject('COMPUTE POOL', pool))) {
    throw doesNotExist('Compute pool', poolName)
  }
  const { status, message } = context.account.services.poolStatus(pool)
  return JSON.stringify({ status, message })
}

/** `('/db/schema/repo')` → `{"images":["a","b"]}`. */
async function listImages([path]: readonly Argument[], context: StatementContext): Promise<string> {
  const { catalog, images } = context.account
  const parts = String(path).split('/').filter(Boolean)
  const { key } = resolveName(
    parts.map((part) => part.toUpperCase()),
    context.session,
  )
  const repository = parts.length > 3 ? undefined : catalog.imageRepositories.maybe(key)
  if (repository === undefined) throw doesNotExist('Image repository', key)
  requireRepositoryRead(repository, context)
  const names = (await images.list(repository)).map((image) => image.name)
  return JSON.stringify({ images: [...new Set(names)] })
}

/** `('db.schema')`, or the session's own schema without an argument. */
function getDnsDomain([name]: readonly Argument[], context: StatementContext): string {
  const parts = name === undefined ? [] : readName(name)
  const { database, schema } = resolveName([...parts, ''], context.session)
  return dnsDomain(context.account.catalog.schemas.get(printName([database, schema])))
}

function readName(argument: Argument | undefined): string[] {
  try {
    return parseName(String(argument ?? ''))
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    throw invalidArgument('name', argument, error)
  }
}

/** Numbers come as numbers, and often as text: `'0'`. */
function readNumber(argument: Argument | undefined, what: string): number {
  const number = Number(argument ?? Number.NaN)
  if (argument !== '' && Number.isInteger(number) && number >= 0) return number
  throw invalidArgument(what, argument)
}

/** Also as text and as a number; NULL and nothing are false. */
function readBoolean(argument: Argument | undefined, what: string): boolean {
  switch (String(argument ?? false).toUpperCase()) {
    case 'TRUE':
    case '1':
      return true
    case 'FALSE':
    case '0':
    case '':
      return false
    default:
      throw invalidArgument(what, argument)
  }
}

/** RFC 3339; empty for the beginning. */
function readTime(argument: Argument | undefined): LogTime | undefined {
  if (argument === undefined || argument === null || argument === '') return undefined
  const time = maybeParseLogTime(String(argument))
  if (time === undefined) throw invalidArgument('since_timestamp', argument)
  return time
}

function invalidArgument(
  what: string,
  argument: Argument | undefined,
  cause?: unknown,
): SnowflakeError {
  return new SnowflakeError(
    '001015',
    '22023',
    `SQL compilation error:\ninvalid argument ${what}: [${String(argument)}]`,
    { cause },
  )
}
