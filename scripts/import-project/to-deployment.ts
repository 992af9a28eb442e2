import type { ComputePool } from '@spcs/deploy'
import type { Deployment } from '../config.ts'
import { Entity, given } from './entity.ts'
import { findPlace, nameIn, type Place, qualified } from './place.ts'
import type { Table } from './read-yaml.ts'
import { toService } from './to-service.ts'

export interface ImportedProject {
  readonly deployment: Deployment
  /** What was in the project and is not in the deployment, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * The entities of a project as a deployment: its compute pools, image repositories and services.
 *
 * @param folder Where the project definition stands, and its paths start.
 * @throws {CliError} `USAGE` naming what neither the entities nor `wanted` say.
 */
export async function toDeployment(
  entities: Readonly<Record<string, Table>>,
  wanted: Partial<Place>,
  folder: string,
): Promise<ImportedProject> {
  const all = Object.entries(entities).map(([key, fields]) => new Entity(key, fields))
  const of = (type: string): Entity[] => all.filter((entity) => entity.type === type)
  const place = findPlace(all, wanted)

  const computePools = of('compute-pool').map(toComputePool)
  const services = await Promise.all(
    of('service').map((entity) => toService(entity, place, folder)),
  )
  const workloads = services.map(({ workload }) => workload)
  const stages = unique(services.map(({ stage }) => qualified(stage, place)))
  const declared = of('image-repository').map((entity) => nameIn(entity, place))
  const others = without(
    services.flatMap((service) => service.repositories),
    declared,
  )
  const repositories =
    declared.length + others.length === 0 ? [qualified('IMAGES', place)] : declared
  const [imageRepository = ''] = [...repositories, ...others]
  const inSchemas = [...stages, ...repositories, ...workloads.map(({ service }) => service)]
  return {
    deployment: {
      adminRole: place.role,
      role: place.role,
      database: place.database,
      schema: place.schema,
      warehouse: place.warehouse,
      account: {},
      objects: {
        stages: stages.map((name) => ({ name })),
        computePools,
        imageRepositories: repositories.map((name) => ({ name })),
      },
      existing: {
        roles: [place.role],
        databases: unique([place.database, ...inSchemas.map((name) => name.split('.')[0] ?? name)]),
        warehouses: unique([
          place.warehouse,
          ...workloads.flatMap(({ queryWarehouse }) => queryWarehouse ?? []),
        ]),
        computePools: without(
          workloads.map(({ computePool }) => computePool),
          computePools.map(({ name }) => name),
        ),
        imageRepositories: others,
        externalAccessIntegrations: unique(
          workloads.flatMap((workload) => workload.externalAccessIntegrations ?? []),
        ),
      },
      imageRepository,
      workloads,
    },
    notes: [
      ...all
        .filter(({ type }) => !IMPORTED.includes(type))
        .map(({ type, key }) => `${type} "${key}" is skipped: spcs deploys no ${type}`),
      ...all
        .filter(({ type }) => IMPORTED.includes(type))
        .flatMap((entity) =>
          entity.unread().map((field) => `${entity.type} "${entity.key}" has ${field}`),
        ),
      ...services.flatMap((service) => service.notes),
    ],
  }
}

const IMPORTED: readonly string[] = ['compute-pool', 'image-repository', 'service']

function toComputePool(entity: Entity): ComputePool {
  const minNodes = entity.maybeWhole('min_nodes') ?? 1
  return {
    name: entity.identifier().name,
    minNodes,
    maxNodes: entity.maybeWhole('max_nodes') ?? minNodes,
    instanceFamily: entity.text('instance_family'),
    ...given('autoResume', entity.maybeFlag('auto_resume')),
    ...given('initiallySuspended', entity.maybeFlag('initially_suspended')),
    ...given('autoSuspendSecs', entity.maybeWhole('auto_suspend_seconds')),
    ...given('comment', entity.maybeText('comment')),
  }
}

/** Each name once, without those that are declared; Snowflake folds their case. */
function without(names: readonly string[], declared: readonly string[]): string[] {
  const known = new Set(declared.map((name) => name.toUpperCase()))
  return unique(names).filter((name) => !known.has(name.toUpperCase()))
}

function unique(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.toUpperCase(), name])).values()]
}
