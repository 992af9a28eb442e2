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
    const totals = totalsOf(services, computePools, warehouses)
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
  /** Of nodes and warehouses as they run now; null where a figure is not known. */
  readonly creditsPerHour: number | null
}

function totalsOf(
  services: readonly ShownService[],
  computePools: readonly ComputePoolStatus[],
  warehouses: readonly WarehouseStatus[],
): Totals {
  const credits = [...computePools, ...warehouses].map(({ creditsPerHour }) => creditsPerHour)
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
  return {
    services: services.filter((service) => service.status !== 'MISSING').length,
    readyInstances: sum(services.map(({ instances }) => instances.ready)),
    targetInstances: sum(services.map(({ instances }) => instances.target)),
    nodes: sum(computePools.map(({ activeNodes, idleNodes }) => activeNodes + idleNodes)),
    creditsPerHour: credits.includes(null)
      ? null
      : Math.round(sum(credits.map((one) => one ?? 0)) * 100) / 100,
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
  return [`compute pool ${pool.name}`, pool.state, nodes, printCredits(pool), message]
}

function warehouseLine(warehouse: WarehouseStatus): string[] {
  const { name, state, size } = warehouse
  if (state === 'MISSING') return [`warehouse ${name}`, 'is not there']
  return [`warehouse ${name}`, state, size, printCredits(warehouse)]
}

function printTotals(totals: Totals): string {
  const { services, readyInstances, targetInstances, nodes } = totals
  const instances = `instances ready ${readyInstances} of ${targetInstances}`
  return `In all: services ${services}, ${instances}, nodes up ${nodes}, ${printCredits(totals)}`
}

function printCredits({ creditsPerHour }: Pick<Totals, 'creditsPerHour'>): string {
  return `credits per hour: ${creditsPerHour ?? 'unknown'}`
}
