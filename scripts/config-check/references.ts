import { type DesiredState, printFunctionName } from '@spcs/deploy'
import { nearestName } from '@spcs/spec'
import { parseName, printName, SqlError } from '@spcs/sql'
import type { Deployment, ExistingObjects, Workload } from '../config.ts'
import type { ConfigProblem } from './checks.ts'

/** A name, and the place that says it. */
interface Mention {
  readonly name: string
  readonly path: string
}

/** Kinds of objects that a deployment names, and others make or the deployment itself. */
type Kind = keyof ExistingObjects

const WORDS: Readonly<Record<Kind, string>> = {
  roles: 'role',
  users: 'user',
  databases: 'database',
  warehouses: 'warehouse',
  stages: 'stage',
  networkRules: 'network rule',
  externalAccessIntegrations: 'external access integration',
  computePools: 'compute pool',
  imageRepositories: 'image repository',
}

/** Kinds that live in a schema: their names are written with database and schema. */
const IN_SCHEMA: ReadonlySet<string> = new Set(['stages', 'networkRules', 'imageRepositories'])

const SYSTEM_ROLES = [
  'ACCOUNTADMIN',
  'ORGADMIN',
  'PUBLIC',
  'SECURITYADMIN',
  'SYSADMIN',
  'USERADMIN',
]

/** What a deployment of the right shape says wrong: names, doubles, and objects that nobody makes. */
export function checkReferences(deployment: Deployment): ConfigProblem[] {
  const declared = declaredNames(deployment)
  const all = Object.values(declared).flat()
  const names = [...all, ...workloadNames(deployment)]
  const unreadable = names.flatMap(checkName)
  // What cannot be read cannot be compared either.
  if (unreadable.length > 0) return unreadable
  return [
    ...Object.values(declared).flatMap(doubles),
    ...doubles(
      deployment.workloads.map(({ name }, at) => ({ name, path: `workloads[${at}].name` })),
    ),
    ...doubles(
      deployment.workloads.map(({ service }, at) => ({
        name: service,
        path: `workloads[${at}].service`,
      })),
    ),
    ...doubles(functionMentions(deployment)),
    ...mentions(deployment).flatMap(([kind, mention]) =>
      checkDeclared(kind, mention, declared[kind], deployment.existing?.[kind] ?? []),
    ),
    ...deployment.workloads.flatMap((workload, at) => checkCounts(workload, `workloads[${at}]`)),
    ...checkNodes(deployment.objects, 'objects'),
  ]
}

/** Every object that the deployment makes, by kind. */
function declaredNames({ account, objects }: Deployment): Readonly<Record<Kind, Mention[]>> {
  const of = (kind: Kind): Mention[] =>
    [['account', account] as const, ['objects', objects] as const].flatMap(([part, state]) =>
      (state[kind] ?? []).map(({ name }, at) => ({ name, path: `${part}.${kind}[${at}].name` })),
    )
  return {
    roles: of('roles'),
    users: of('users'),
    databases: of('databases'),
    warehouses: of('warehouses'),
    stages: of('stages'),
    networkRules: of('networkRules'),
    externalAccessIntegrations: of('externalAccessIntegrations'),
    computePools: of('computePools'),
    imageRepositories: of('imageRepositories'),
  }
}

function workloadNames({ workloads }: Deployment): Mention[] {
  return workloads.flatMap(({ service, functions }, at) => [
    { name: service, path: `workloads[${at}].service` },
    ...functions.map(({ name }, index) => ({
      name,
      path: `workloads[${at}].functions[${index}].name`,
    })),
  ])
}

function functionMentions({ workloads }: Deployment): Mention[] {
  return workloads.flatMap(({ service, functions }, at) =>
    functions.map((fn, index) => ({
      name: printFunctionName({ ...fn, service }),
      path: `workloads[${at}].functions[${index}].name`,
    })),
  )
}

/** Every object that the deployment uses. */
function mentions(deployment: Deployment): (readonly [Kind, Mention])[] {
  const { account, objects, workloads } = deployment
  const integrations = objects.externalAccessIntegrations ?? []
  const databaseOf = (name: string): string => printName(parseName(name).slice(0, 1))
  return [
    ['roles', { name: deployment.adminRole, path: 'adminRole' }],
    ['roles', { name: deployment.role, path: 'role' }],
    ['databases', { name: deployment.database, path: 'database' }],
    ['warehouses', { name: deployment.warehouse, path: 'warehouse' }],
    ['imageRepositories', { name: deployment.imageRepository, path: 'imageRepository' }],
    ...Object.values(declaredNames(deployment))
      .flat()
      .filter(({ path }) => IN_SCHEMA.has(kindOf(path)))
      .map(({ name, path }) => ['databases', { name: databaseOf(name), path }] as const),
    ...(account.grants ?? []).map((grant, at) =>
      'toRole' in grant
        ? (['roles', { name: grant.toRole, path: `account.grants[${at}].toRole` }] as const)
        : (['users', { name: grant.toUser, path: `account.grants[${at}].toUser` }] as const),
    ),
    ...integrations.flatMap(({ networkRules }, at) =>
      networkRules.map(
        (name, index) =>
          [
            'networkRules',
            { name, path: `objects.externalAccessIntegrations[${at}].networkRules[${index}]` },
          ] as const,
      ),
    ),
    ...workloads.flatMap((workload, at) => workloadMentions(workload, `workloads[${at}]`)),
  ]
}

function workloadMentions(workload: Workload, path: string): (readonly [Kind, Mention])[] {
  const { computePool, queryWarehouse, specOnStage, serviceRoles = [], users = [] } = workload
  const stage = /^@([^/]+)/.exec(specOnStage)?.[1] ?? specOnStage
  return [
    ['computePools', { name: computePool, path: `${path}.computePool` }],
    ...(queryWarehouse === undefined
      ? []
      : [['warehouses', { name: queryWarehouse, path: `${path}.queryWarehouse` }] as const]),
    ['stages', { name: stage, path: `${path}.specOnStage` }],
    ...(workload.externalAccessIntegrations ?? []).map(
      (name, at) =>
        [
          'externalAccessIntegrations',
          { name, path: `${path}.externalAccessIntegrations[${at}]` },
        ] as const,
    ),
    ...serviceRoles.map(
      ({ toRole }, at) =>
        ['roles', { name: toRole, path: `${path}.serviceRoles[${at}].toRole` }] as const,
    ),
    ...users.map((name, at) => ['users', { name, path: `${path}.users[${at}]` }] as const),
  ]
}

/** Names must do without quotes, and have database and schema where they live in one. */
function checkName({ name, path }: Mention): ConfigProblem[] {
  const parts = maybeParts(name)
  if (parts === undefined) {
    return [{ path, message: `is "${name}"; it would need quotes: use letters, digits and _` }]
  }
  const isInSchema = path.startsWith('workloads') || IN_SCHEMA.has(kindOf(path))
  const wanted = isInSchema ? 3 : 1
  if (parts.length === wanted) return []
  const must = isInSchema ? 'must have database and schema: DB.SCHEMA.NAME' : 'must be one name'
  return [{ path, message: `is "${name}"; it ${must}` }]
}

/** `stages` of `objects.stages[0].name`. */
function kindOf(path: string): string {
  return /^\w+\.(\w+)\[/.exec(path)?.[1] ?? ''
}

function checkDeclared(
  kind: Kind,
  { name, path }: Mention,
  declared: readonly Mention[],
  existing: readonly string[],
): ConfigProblem[] {
  const known = [...declared.map((one) => one.name), ...existing]
  const stored = new Set(known.map(storedName))
  if (kind === 'roles') for (const role of SYSTEM_ROLES) stored.add(role)
  if (stored.has(storedName(name))) return []
  const near = nearestName(name, known)
  const guess = near === undefined ? '' : `; did you mean "${near}"?`
  const message = `is "${name}": no ${WORDS[kind]} of this name is declared${guess} (one that somebody else makes stands in existing.${kind})`
  return [{ path, message }]
}

function doubles(all: readonly Mention[]): ConfigProblem[] {
  const first = new Map<string, string>()
  return all.flatMap(({ name, path }) => {
    const key = storedName(name)
    const before = first.get(key)
    if (before !== undefined) return [{ path, message: `is "${name}", as ${before} is` }]
    first.set(key, path)
    return []
  })
}

function checkCounts(workload: Workload, path: string): ConfigProblem[] {
  const {
    minInstances = 1,
    maxInstances = minInstances,
    minReadyInstances = minInstances,
  } = workload
  return [
    ...atMost(minInstances, maxInstances, `${path}.minInstances`, 'maxInstances'),
    ...atMost(minReadyInstances, minInstances, `${path}.minReadyInstances`, 'minInstances'),
  ]
}

function checkNodes({ computePools = [] }: DesiredState, part: string): ConfigProblem[] {
  return computePools.flatMap(({ minNodes, maxNodes }, at) =>
    atMost(minNodes, maxNodes, `${part}.computePools[${at}].minNodes`, 'maxNodes'),
  )
}

function atMost(value: number, most: number, path: string, other: string): ConfigProblem[] {
  return value <= most ? [] : [{ path, message: `is ${value}, above ${other}, which is ${most}` }]
}

/** As Snowflake stores it; text that is no name stays as it is. */
function storedName(name: string): string {
  return maybeParts(name)?.join('.') ?? name
}

/** The stored parts of a name; undefined where one would need quotes. */
function maybeParts(name: string): string[] | undefined {
  try {
    const parts = parseName(name)
    return printName(parts).includes('"') ? undefined : parts
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}
