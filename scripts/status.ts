import { serviceStatus } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig } from './config.ts'
import { printTable } from './output.ts'
import type { Verb } from './verb.ts'

export const status: Verb = {
  name: 'status',
  summary: 'Shows each service with its containers',
  options: connectionOptions,
  async run(invocation) {
    const config = await loadConfig(invocation)
    await using session = await openProject(invocation, config)
    const services = config.workloads.map(({ service }) => service)
    const containers = await readContainers(session, services)
    invocation.output.result(containers, printContainers(containers))
  },
}

/** One container of a service, or the service itself while it has none. */
export interface ContainerLine {
  readonly service: string
  readonly status: string
  readonly instance: string
  readonly container: string
  readonly containerStatus: string
  readonly message: string
  readonly restarts: number
}

export async function readContainers(
  session: Session,
  services: readonly string[],
): Promise<ContainerLine[]> {
  const lines: ContainerLine[] = []
  for (const service of services) {
    const found = await serviceStatus(session, service)
    const common = { service, status: found?.status ?? 'NOT DEPLOYED' }
    const none = { instance: '', container: '', containerStatus: '', message: '', restarts: 0 }
    const containers = found?.containers ?? []
    if (containers.length === 0) lines.push({ ...common, ...none })
    for (const {
      instance,
      container,
      status: containerStatus,
      message,
      restartCount,
    } of containers) {
      lines.push({
        ...common,
        instance,
        container,
        containerStatus,
        message,
        restarts: restartCount,
      })
    }
  }
  return lines
}

function printContainers(lines: readonly ContainerLine[]): string {
  const names = [
    'service',
    'status',
    'instance',
    'container',
    'containerStatus',
    'message',
    'restarts',
  ] as const
  const columns = names.map((name) => ({
    name,
    type: name === 'restarts' ? ('NUMBER' as const) : ('VARCHAR' as const),
    nullable: false,
  }))
  return printTable({ columns, rows: lines.map((line) => names.map((name) => line[name])) })
}
