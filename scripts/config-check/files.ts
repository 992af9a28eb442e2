import { existsSync } from 'node:fs'
import { type ServiceSpec, SpecError } from '@spcs/spec'
import type { Deployment, Workload } from '../config.ts'
import { readSpec } from '../read-spec.ts'
import type { ConfigProblem } from './checks.ts'

/**
 * Files that a deployment names and that are not there, and what it takes from its specifications and they do not have.
 *
 * @param folder The one that its paths start from.
 */
export async function checkFiles(deployment: Deployment, folder: URL): Promise<ConfigProblem[]> {
  const { workloads, objects, existing } = deployment
  const stages = [...(objects.stages ?? []).map(({ name }) => name), ...(existing?.stages ?? [])]
  const found = workloads.map((workload, at) =>
    checkWorkload(workload, `workloads[${at}]`, folder, stages),
  )
  return (await Promise.all(found)).flat()
}

async function checkWorkload(
  workload: Workload,
  path: string,
  folder: URL,
  stages: readonly string[],
): Promise<ConfigProblem[]> {
  const missing = namedFiles(workload).flatMap(([key, file]) =>
    existsSync(new URL(file, folder))
      ? []
      : [{ path: `${path}.${key}`, message: `is "${file}", and there is no such file` }],
  )
  const spec = await maybeSpec(new URL(workload.spec, folder))
  if (spec === undefined) return missing
  return [
    ...missing,
    ...checkAgainstSpec(workload, path, spec),
    ...checkVolumes(workload, path, spec, stages),
  ]
}

function namedFiles({
  entryPoint,
  spec,
  dockerfile,
  build,
}: Workload): (readonly [string, string])[] {
  const programs = Object.entries(build?.entryPoints ?? {})
  return [
    ...(entryPoint === undefined ? [] : [['entryPoint', entryPoint] as const]),
    ['spec', spec],
    ...(dockerfile === undefined ? [] : [['dockerfile', dockerfile] as const]),
    ...programs.map(([place, file]) => [`build.entryPoints["${place}"]`, file] as const),
    ...(build?.assets ?? []).map(({ from }, at) => [`build.assets[${at}].from`, from] as const),
    ...(build?.prepare ?? []).map(
      ({ folder }, at) => [`build.prepare[${at}].folder`, folder] as const,
    ),
  ]
}

/** A specification that is not there, or wrong in itself, is told of elsewhere: `SPEC_INVALID` with line and column. */
async function maybeSpec(file: URL): Promise<ServiceSpec | undefined> {
  if (!existsSync(file)) return undefined
  try {
    return await readSpec(file)
  } catch (error) {
    if (error instanceof SpecError) return undefined
    throw error
  }
}

function checkAgainstSpec(
  { spec: file, functions, serviceRoles = [] }: Workload,
  path: string,
  { spec, serviceRoles: defined }: ServiceSpec,
): ConfigProblem[] {
  const endpoints = spec.endpoints.map(({ name }) => name)
  const roles = defined.map(({ name }) => name)
  const has = (what: string, there: readonly string[]): string =>
    `${file} has ${there.length === 0 ? `no ${what}` : `the ${what}s ${there.join(', ')}`}`
  return [
    ...functions.flatMap(({ endpoint }, at) =>
      endpoints.includes(endpoint)
        ? []
        : [
            {
              path: `${path}.functions[${at}].endpoint`,
              message: `is "${endpoint}"; ${has('endpoint', endpoints)}`,
            },
          ],
    ),
    ...serviceRoles.flatMap(({ name }, at) =>
      roles.some((role) => role.toUpperCase() === name.toUpperCase())
        ? []
        : [
            {
              path: `${path}.serviceRoles[${at}].name`,
              message: `is "${name}"; ${has('service role', roles)}`,
            },
          ],
    ),
  ]
}

/** A volume on a stage that is not there keeps its service from starting. */
function checkVolumes(
  { service, spec: file }: Workload,
  path: string,
  { spec }: ServiceSpec,
  declared: readonly string[],
): ConfigProblem[] {
  const known = new Set(declared.map((name) => name.toUpperCase()))
  return spec.volumes.flatMap((volume) => {
    const source = 'stageConfig' in volume ? volume.stageConfig.name : volume.source
    const [, stage] = /^@([^/]+)/.exec(source) ?? []
    // A name without database and schema is looked for beside the service.
    if (stage === undefined || known.has(beside(service, stage).toUpperCase())) return []
    const message = `is "${file}", whose volume "${volume.name}" is on @${stage}: no stage of this name is declared (one that somebody else makes stands in existing.stages)`
    return [{ path: `${path}.spec`, message }]
  })
}

function beside(service: string, name: string): string {
  const parts = name.split('.')
  return [...service.split('.').slice(0, 3 - parts.length), ...parts].join('.')
}
