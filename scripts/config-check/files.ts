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
export async function checkFiles({ workloads }: Deployment, folder: URL): Promise<ConfigProblem[]> {
  const found = workloads.map((workload, at) => checkWorkload(workload, `workloads[${at}]`, folder))
  return (await Promise.all(found)).flat()
}

async function checkWorkload(
  workload: Workload,
  path: string,
  folder: URL,
): Promise<ConfigProblem[]> {
  const missing = namedFiles(workload).flatMap(([key, file]) =>
    existsSync(new URL(file, folder))
      ? []
      : [{ path: `${path}.${key}`, message: `is "${file}", and there is no such file` }],
  )
  const spec = await maybeSpec(new URL(workload.spec, folder))
  return spec === undefined ? missing : [...missing, ...checkAgainstSpec(workload, path, spec)]
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
