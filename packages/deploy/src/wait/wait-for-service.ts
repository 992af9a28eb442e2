import type { QueryRunner } from '@spcs/sql'
import { DeployError, type DeployErrorCode } from '../errors.ts'
import { printUnquotedName } from '../objects/property.ts'
import { type Look, poll, type WaitOptions } from './poll.ts'
import { lastLogLines } from './service-logs.ts'
import { describeContainer, serviceStatus, type ServiceStatus } from './service-status.ts'

/**
 * Waits until a service runs, all its containers are ready and no upgrade is under way.
 *
 * @throws {DeployError} `SERVICE_FAILED` or `SERVICE_TIMED_OUT` with status, container message, restarts and last log
 *   lines; `SERVICE_SUSPENDED`; `SERVICE_MISSING`.
 */
export async function waitForService(
  runner: QueryRunner,
  name: string,
  options: WaitOptions = {},
): Promise<ServiceStatus> {
  const service = printUnquotedName(name)
  let last: ServiceStatus | undefined
  const look = async (): Promise<Look<ServiceStatus>> => {
    const status = await serviceStatus(runner, name)
    if (status === undefined) throw missing(service)
    last = status
    if (isFailed(status)) throw await diagnosed(runner, service, status, 'SERVICE_FAILED')
    if (SUSPENDED.has(status.status)) throw suspended(service, status)
    return isReady(status) ? { ready: status } : { waitingFor: whyNotReady(service, status) }
  }
  const timedOut = (): Promise<Error> =>
    last === undefined
      ? Promise.resolve(missing(service))
      : diagnosed(runner, service, last, 'SERVICE_TIMED_OUT')
  return poll(look, timedOut, options)
}

const SUSPENDED = new Set(['SUSPENDED', 'SUSPENDING'])
const FAILED = new Set(['FAILED', 'INTERNAL_ERROR', 'DELETING', 'DELETED'])

function isReady({ status, isUpgrading, containers }: ServiceStatus): boolean {
  return (
    status === 'RUNNING' &&
    !isUpgrading &&
    containers.length > 0 &&
    containers.every((container) => container.status === 'READY')
  )
}

function isFailed({ status, containers }: ServiceStatus): boolean {
  return FAILED.has(status) || containers.some((container) => container.status === 'FAILED')
}

function whyNotReady(service: string, { status, isUpgrading, containers }: ServiceStatus): string {
  const waiting = containers.filter((container) => container.status !== 'READY')
  const reasons = [isUpgrading && 'upgrading', ...waiting.map(describeContainer)]
  const why = reasons.filter((reason) => reason !== false).join('; ')
  return `${service} is ${status}: ${why === '' ? 'no container has been placed yet' : why}`
}

/** The error with everything that tells why, so that nobody has to look further. */
async function diagnosed(
  runner: QueryRunner,
  service: string,
  status: ServiceStatus,
  code: DeployErrorCode,
): Promise<DeployError> {
  const { containers } = status
  const culprit =
    containers.find((container) => container.status === 'FAILED') ??
    containers.find((container) => container.status !== 'READY')
  const verb = code === 'SERVICE_FAILED' ? 'start' : 'wait longer for'
  const message = `Cannot ${verb} service ${service}: ${whyNotReady(service, status)}`
  if (culprit === undefined) {
    const hint = `Run SHOW SERVICE CONTAINERS IN SERVICE ${service}, and DESCRIBE COMPUTE POOL ${status.computePool}`
    return new DeployError(code, message, { hint })
  }
  const logs = await lastLogLines(runner, service, culprit)
  const hint = `Run \`npx spcs logs ${service}\`, correct the app, and deploy again`
  return new DeployError(code, `${message}\n${indent(logs)}`, { hint })
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  | ')
}

function suspended(service: string, { status, computePool }: ServiceStatus): DeployError {
  return new DeployError(
    'SERVICE_SUSPENDED',
    `Cannot wait for service ${service}: it is ${status}`,
    {
      hint: `Run ALTER SERVICE ${service} RESUME; ${computePool} must not be suspended either`,
    },
  )
}

function missing(service: string): DeployError {
  return new DeployError(
    'SERVICE_MISSING',
    `Cannot find service ${service}: it does not exist or is not authorized`,
    { hint: 'Deploy it, or use the role that owns it' },
  )
}
