import type { QueryRunner } from '@spcs/sql'
import { ServiceWatch } from '../diagnose/service-watch.ts'
import { poolSuspended } from '../diagnose/diagnose-pool.ts'
import { diagnosedError } from '../diagnose/diagnosis.ts'
import { maybePool } from '../diagnose/read-evidence.ts'
import { DeployError } from '../errors.ts'
import { textOf } from '../objects/object-kind.ts'
import { printUnquotedName } from '../objects/property.ts'
import { type Look, poll, type WaitOptions } from './poll.ts'
import { describeContainer, serviceStatus, type ServiceStatus } from './service-status.ts'

/**
 * Waits until a service runs, all its containers are ready and no upgrade is under way. Where waiting cannot help, it
 * ends at once with the reason.
 *
 * @throws {DeployError} with the code of the diagnosis, its cause and the last log lines; `SERVICE_FAILED` and
 *   `SERVICE_TIMED_OUT` where there is none; `SERVICE_SUSPENDED`; `SERVICE_MISSING`.
 */
export async function waitForService(
  runner: QueryRunner,
  name: string,
  options: WaitOptions = {},
): Promise<ServiceStatus> {
  const service = printUnquotedName(name)
  const watch = new ServiceWatch(runner, service, options.patienceMs)
  let last: ServiceStatus | undefined
  const look = async (): Promise<Look<ServiceStatus>> => {
    const status = await serviceStatus(runner, name)
    if (status === undefined) throw missing(service)
    last = status
    if (SUSPENDED.has(status.status)) throw await suspended(runner, service, status)
    const why = whyNotReady(service, status)
    const error = await watch.look(status)
    if (error !== undefined) throw error
    if (FAILED.has(status.status)) throw failed('SERVICE_FAILED', service, status)
    if (why.length > 0) return { waitingFor: [...why, ...watch.suspicions] }
    if (watch.isSteady) return { ready: status }
    return { waitingFor: `${service} is ${status.status}, and was restarted just now` }
  }
  const timedOut = async (): Promise<Error> => {
    if (last === undefined) return missing(service)
    return (await watch.conclude(last)) ?? failed('SERVICE_TIMED_OUT', service, last)
  }
  return poll(look, timedOut, options)
}

const SUSPENDED = new Set(['SUSPENDED', 'SUSPENDING'])
const FAILED = new Set(['FAILED', 'INTERNAL_ERROR', 'DELETING', 'DELETED'])

/** A line for the service, and one for each container that is not ready; nothing when all is well. */
function whyNotReady(
  service: string,
  { status, isUpgrading, containers }: ServiceStatus,
): readonly string[] {
  const waiting = containers.filter((container) => container.status !== 'READY')
  const isReady = status === 'RUNNING' && !isUpgrading && containers.length > 0
  if (isReady && waiting.length === 0) return []
  const ready = `${containers.length - waiting.length} of ${containers.length} containers are ready`
  const state = containers.length === 0 ? 'no container has been placed yet' : ready
  const line = `${service} is ${status}${isUpgrading ? ', upgrading' : ''}: ${state}`
  return [line, ...waiting.map(describeContainer)]
}

function failed(
  code: 'SERVICE_FAILED' | 'SERVICE_TIMED_OUT',
  service: string,
  status: ServiceStatus,
): DeployError {
  const verb = code === 'SERVICE_FAILED' ? 'start' : 'wait longer for'
  const why = whyNotReady(service, status).join('; ')
  return new DeployError(code, `Cannot ${verb} service ${service}: ${why}`, {
    hint: `Run SHOW SERVICE CONTAINERS IN SERVICE ${service}, and DESCRIBE COMPUTE POOL ${status.computePool}`,
  })
}

/** A service in a suspended pool is suspended with it, and resuming the service alone would not help. */
async function suspended(
  runner: QueryRunner,
  service: string,
  { status, computePool }: ServiceStatus,
): Promise<DeployError> {
  const what = `wait for service ${service}`
  const state = textOf((await maybePool(runner, computePool))?.['state'])
  if (SUSPENDED_POOL.has(state)) return diagnosedError(what, poolSuspended(computePool, state))
  return new DeployError('SERVICE_SUSPENDED', `Cannot ${what}: it is ${status}`, {
    hint: `Run ALTER SERVICE ${service} RESUME`,
  })
}

const SUSPENDED_POOL = new Set(['SUSPENDED', 'STOPPING'])

function missing(service: string): DeployError {
  return new DeployError(
    'SERVICE_MISSING',
    `Cannot find service ${service}: it does not exist or is not authorized`,
    { hint: 'Deploy it, or use the role that owns it' },
  )
}
