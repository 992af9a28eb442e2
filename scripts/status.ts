import {
  type ComputePoolStatus,
  type DeployedContainer,
  type DeployedService,
  readAccountStatus,
  type WarehouseStatus,
} from '@spcs/deploy'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig } from './config.ts'
import { endpointUrl } from './endpoint-url.ts'
import { printColumns } from './output.ts'
import { namedServices } from './service-name.ts'
import type { Verb } from './verb.ts'

export const status: Verb = {
  name: 'status',
  summary: 'Shows services, instances and containers, compute pools, warehouses and what they cost',
  positionals: '[SERVICE...]',
  options: connectionOptions,
  async run(invocation) {
    const config = await loadConfig(invocation)
    await using session = await openProject(invocation, config)
    const found = await readAccountStatus(session, {
      services: namedServices(config, invocation.positionals),
      computePools: (config.objects.computePools ?? []).map(({ name }) => name),
      warehouses: (config.objects.warehouses ?? []).map(({ name }) => name),
    })
    const services = found.services.map(withUrls)
    const { computePools, warehouses } = found
    const totals = totalsOf(services, computePools)
    const text = [
      ...services.map(printService),
      printColumns([...computePools.map(poolLine), ...warehouses.map(warehouseLine)]),
      printTotals(totals),
    ]
    invocation.output.result(
      { environment: config.environment.name, services, computePools, warehouses, totals },
      text.join('\n'),
    )
  },
}

interface ShownService extends Omit<DeployedService, 'endpoints'> {
  readonly endpoints: readonly {
    readonly name: string
    readonly port: string
    readonly isPublic: boolean
    readonly url: string | null
  }[]
}

function withUrls(service: DeployedService): ShownService {
  const endpoints = service.endpoints.map(({ host, ...endpoint }) => ({
    ...endpoint,
    url: host === null ? null : endpointUrl(host),
  }))
  return { ...service, endpoints }
}

interface Totals {
  readonly services: number
  readonly readyInstances: number
  readonly targetInstances: number
  readonly nodes: number
}

function totalsOf(
  services: readonly ShownService[],
  computePools: readonly ComputePoolStatus[],
): Totals {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
  return {
    services: services.filter((service) => service.status !== 'MISSING').length,
    readyInstances: sum(services.map(({ instances }) => instances.ready)),
    targetInstances: sum(services.map(({ instances }) => instances.target)),
    nodes: sum(computePools.map(({ activeNodes, idleNodes }) => activeNodes + idleNodes)),
  }
}

function printService(service: ShownService): string {
  const { name, instances, isUpgrading, computePool, containers, endpoints } = service
  if (service.status === 'MISSING') return `${name}  not deployed, or not to be seen by this role`
  const state = isUpgrading ? `${service.status}, upgrading` : service.status
  const ready = `${instances.ready} of ${instances.target} instances ready`
  const addresses = endpoints.map(({ name: endpoint, port, url, isPublic }) => [
    `  ${endpoint}:${port}`,
    url ?? (isPublic ? 'public, has no address yet' : 'private: service functions reach it'),
  ])
  return [
    `${name}  ${state}, ${ready} in ${computePool}`,
    printColumns(containers.map(containerLine)),
    printColumns(addresses),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function containerLine(container: DeployedContainer): string[] {
  const { name, instance, message, restarts, lastExitCode, imageDigest } = container
  const ends = lastExitCode === null ? '' : `, last exit code ${lastExitCode}`
  const history = restarts === 0 ? '' : ` (restarts: ${restarts}${ends})`
  return [
    `  ${name}/${instance}`,
    container.status,
    `${message}${history}`,
    imageDigest === '' ? '' : `image ${imageDigest.replace('sha256:', '').slice(0, 12)}`,
  ]
}

function poolLine(pool: ComputePoolStatus): string[] {
  if (pool.state === 'MISSING') return [`compute pool ${pool.name}`, 'is not there']
  const { activeNodes, idleNodes, targetNodes, instanceFamily, message } = pool
  const nodes = `nodes ${instanceFamily}: ${activeNodes} active, ${idleNodes} idle of ${targetNodes}`
  return [`compute pool ${pool.name}`, pool.state, nodes, message]
}

function warehouseLine({ name, state, size }: WarehouseStatus): string[] {
  if (state === 'MISSING') return [`warehouse ${name}`, 'is not there']
  return [`warehouse ${name}`, state, size]
}

function printTotals({ services, readyInstances, targetInstances, nodes }: Totals): string {
  return `In all: services ${services}, instances ready ${readyInstances} of ${targetInstances}, nodes up ${nodes}`
}
