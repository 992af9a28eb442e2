import { DeployError, readAccountStatus, readEndpoints, waitForEndpoints } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig, type Workload } from './config.ts'
import { endpointUrl } from './endpoint-url.ts'
import { printColumns } from './output.ts'
import { namedServices } from './service-name.ts'
import type { Verb } from './verb.ts'

export const endpoints: Verb = {
  name: 'endpoints',
  summary: 'Lists the endpoints of services, with the address of each public one, once it has one',
  positionals: '[SERVICE...]',
  options: connectionOptions,
  async run(invocation) {
    const { output, progress, signal, positionals } = invocation
    const config = await loadConfig(invocation)
    await using session = await openProject(invocation, config)
    const found: Endpoint[] = []
    const services = namedServices(config, positionals)
    await refuseMissing(session, services)
    for (const service of services) {
      const listed = await progress.step(`Read endpoints of ${service}`, (onProgress) =>
        waitForEndpoints(session, service, { onProgress, signal }),
      )
      for (const { name, port, isPublic, ingressUrl } of listed) {
        const url = ingressUrl === undefined ? null : endpointUrl(ingressUrl)
        found.push({ service, name, port, isPublic, url })
      }
    }
    const lines = found.map(({ service, name, port, url }) => [
      service,
      `${name}:${port}`,
      url ?? 'private: service functions reach it',
    ])
    output.result(found, printColumns(lines))
  },
}

/** @throws {DeployError} `SERVICE_MISSING` */
async function refuseMissing(session: Session, names: readonly string[]): Promise<void> {
  const found = await readAccountStatus(session, {
    services: names,
    computePools: [],
    warehouses: [],
  })
  const missing = found.services.filter(({ status }) => status === 'MISSING')
  if (missing.length === 0) return
  const services = missing.map(({ name }) => name).join(', ')
  throw new DeployError('SERVICE_MISSING', `Cannot list endpoints of ${services}: not deployed`, {
    hint: 'Deploy it, or use the role that owns it',
  })
}

interface Endpoint {
  readonly service: string
  readonly name: string
  readonly port: string
  readonly isPublic: boolean
  readonly url: string | null
}

/** Addresses of the public endpoints that have one by now. */
export async function publicUrls(
  session: Session,
  workloads: readonly Workload[],
): Promise<PublicUrl[]> {
  const urls: PublicUrl[] = []
  for (const { name: workload, service } of workloads) {
    for (const { ingressUrl } of await readEndpoints(session, service)) {
      if (ingressUrl !== undefined) urls.push({ workload, url: endpointUrl(ingressUrl) })
    }
  }
  return urls
}

/** Where a workload is opened in a browser. */
export interface PublicUrl {
  readonly workload: string
  readonly url: string
}
