import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseImageReference, SpecError } from '@spcs/spec'
import type { Workload } from '../config.ts'
import { readSpec } from '../read-spec.ts'
import { type Entity, given } from './entity.ts'
import { nameIn, type Place, qualified } from './place.ts'
import { isTable } from './read-yaml.ts'

/** A service as a workload whose image nobody builds here. */
export interface ImportedService {
  readonly workload: Workload
  readonly stage: string
  /** Image repositories that its specification takes images from. */
  readonly repositories: readonly string[]
  readonly notes: readonly string[]
}

export async function toService(
  entity: Entity,
  place: Place,
  folder: string,
): Promise<ImportedService> {
  const { spec, notes: missing } = specFile(entity, folder)
  const found = await readImages(join(folder, spec))
  const stage = entity.text('stage').replace(/^@/, '')
  const integrations = entity.list('external_access_integrations').map(String)
  return {
    stage,
    repositories: found?.repositories ?? [],
    notes: [
      ...missing,
      ...(found === undefined ? [`service "${entity.key}": ${spec} could not be read`] : []),
    ],
    workload: {
      name: found?.container ?? entity.key,
      port: found?.port ?? 8080,
      spec,
      specOnStage: `@${qualified(stage, place)}`,
      service: nameIn(entity, place),
      computePool: entity.text('compute_pool'),
      functions: [],
      ...given('minInstances', entity.maybeWhole('min_instances')),
      ...given('maxInstances', entity.maybeWhole('max_instances')),
      ...given('autoResume', entity.maybeFlag('auto_resume')),
      ...given('autoSuspendSecs', entity.maybeWhole('auto_suspend_secs')),
      ...given('queryWarehouse', entity.maybeText('query_warehouse')),
      ...(integrations.length > 0 && { externalAccessIntegrations: integrations }),
      ...given('comment', entity.maybeText('comment')),
    },
  }
}

/** `spec_file` is a path on the stage; the artifact that lands there is the file here. */
function specFile(entity: Entity, folder: string): { spec: string; notes: string[] } {
  const onStage = entity.text('spec_file')
  const artifacts = entity.list('artifacts').map((artifact) => {
    const { src, dest = src } = isTable(artifact) ? artifact : { src: artifact }
    return { src: String(src), dest: String(dest) }
  })
  const found = artifacts.find(
    ({ src, dest }) =>
      dest === onStage || (dest.endsWith('/') ? `${dest}${basename(src)}` : src) === onStage,
  )
  const spec = found?.src ?? onStage
  const others = artifacts.filter(({ src }) => src !== spec)
  return {
    spec,
    notes: [
      ...(existsSync(join(folder, spec)) ? [] : [`service "${entity.key}": there is no ${spec}`]),
      ...others.map(({ src }) => `service "${entity.key}" puts ${src} on its stage`),
    ],
  }
}

interface SpecFacts {
  readonly container: string | undefined
  readonly port: number | undefined
  readonly repositories: readonly string[]
}

/** What the specification says of images; undefined where it cannot be read, which deploy tells more of. */
async function readImages(path: string): Promise<SpecFacts | undefined> {
  if (!existsSync(path)) return undefined
  try {
    const { spec } = await readSpec(pathToFileURL(path))
    return {
      container: spec.containers[0]?.name,
      port: spec.endpoints.find(({ port }) => port !== undefined)?.port,
      repositories: spec.containers.flatMap(({ image }) => repositoryOf(image)),
    }
  } catch (error) {
    if (error instanceof SpecError) return undefined
    throw error
  }
}

/** `DB.SCHEMA.REPO` of an image in path form, or behind a host. */
function repositoryOf(image: string): string[] {
  try {
    const { database, schema, repository } = parseImageReference(image)
    return [[database, schema, repository].join('.').toUpperCase()]
  } catch (error) {
    if (error instanceof SpecError) return []
    throw error
  }
}
