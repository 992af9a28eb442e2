import type { QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { printUnquotedName } from '../objects/property.ts'
import { showEndpointsSql } from '../objects/service.ts'
import { shownRows } from '../shown-rows.ts'
import { type Look, poll, type WaitOptions } from './poll.ts'

/** An endpoint of a service. */
export interface ServiceEndpoint {
  readonly name: string
  readonly port: string
  readonly isPublic: boolean
  /** Host of a public endpoint; undefined for the others. */
  readonly ingressUrl: string | undefined
}

/**
 * A service's endpoints, as soon as every public one has its host.
 *
 * @throws {DeployError} `ENDPOINT_PROVISIONING` while Snowflake still makes it, which takes some minutes at first;
 *   `ENDPOINT_TIMED_OUT` when it says anything else.
 */
export async function waitForEndpoints(
  runner: QueryRunner,
  service: string,
  options: WaitOptions = {},
): Promise<ServiceEndpoint[]> {
  const look = async (): Promise<Look<ServiceEndpoint[]>> => {
    const rows = await shownRows(runner, showEndpointsSql(service))
    const waiting = rows.find((row) => isPublic(row) && !hasHost(row))
    if (waiting === undefined) return { ready: rows.map(endpointOf) }
    const { name, ingress_url: message } = waiting
    return { waitingFor: `endpoint ${textOf(name)} has no URL: ${textOf(message)}` }
  }
  const timedOut = (waitingFor: string): Promise<Error> => {
    const code = /provisioning/i.test(waitingFor) ? 'ENDPOINT_PROVISIONING' : 'ENDPOINT_TIMED_OUT'
    const name = printUnquotedName(service)
    const error = new DeployError(code, `Cannot wait longer for an endpoint: ${waitingFor}`, {
      hint: `Run \`npx spcs endpoints\` in a few minutes, or SHOW ENDPOINTS IN SERVICE ${name}`,
    })
    return Promise.resolve(error)
  }
  return poll(look, timedOut, options)
}

/** A service's endpoints as they are now. */
export async function readEndpoints(
  runner: QueryRunner,
  service: string,
): Promise<ServiceEndpoint[]> {
  return (await shownRows(runner, showEndpointsSql(service))).map(endpointOf)
}

function endpointOf(row: ShownRow): ServiceEndpoint {
  return {
    name: textOf(row['name']),
    port: textOf(row['port'] ?? row['port_range']),
    isPublic: isPublic(row),
    ingressUrl: hasHost(row) ? textOf(row['ingress_url']) : undefined,
  }
}

function isPublic(row: ShownRow): boolean {
  return textOf(row['is_public']).toLowerCase() === 'true'
}

/** Until there is a host, a sentence stands in its place. */
function hasHost(row: ShownRow): boolean {
  return /^\S+$/.test(textOf(row['ingress_url']))
}
