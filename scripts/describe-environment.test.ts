import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defineServiceFunction } from '@spcs/service-function'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig, loadEnvironment, PROJECT, type SpcsConfig } from './config.ts'
import { describeEnvironment, findEnvironment } from './describe-environment.ts'

/** A configuration that no compiler has seen, its parts to be changed by a test. */
type Loose = Record<string, unknown> & {
  account: Record<string, unknown>
  objects: Record<string, unknown> & { computePools: Record<string, unknown>[] }
  workloads: [Record<string, unknown>, ...Record<string, unknown>[]]
}

const DOUBLE = defineServiceFunction({
  name: 'DOUBLE_UDF',
  path: '/double',
  arguments: { n: 'FLOAT' },
  returns: 'FLOAT',
  handler: (n) => (n ?? 0) * 2,
})

const SPEC = `spec:
  containers: [{ name: api, image: "{{ image }}" }]
  endpoints: [{ name: api, port: 8080 }]
serviceRoles: [{ name: api_user, endpoints: [api] }]
`

let folder: URL

beforeAll(async () => {
  const path = await mkdtemp(join(tmpdir(), 'spcs-config-'))
  folder = pathToFileURL(`${path}/`)
  await writeFile(new URL('main.ts', folder), '')
  await writeFile(new URL('api.yaml', folder), SPEC)
})
afterAll(() => rm(folder, { recursive: true }))

function deployed(): Loose {
  return {
    adminRole: 'ACCOUNTADMIN',
    role: 'app_role',
    database: 'APP_DB',
    schema: 'PUBLIC',
    warehouse: 'APP_WH',
    account: { roles: [{ name: 'APP_ROLE' }], users: [{ name: 'READER' }] },
    objects: {
      databases: [{ name: 'APP_DB' }],
      warehouses: [{ name: 'APP_WH' }],
      stages: [{ name: 'APP_DB.PUBLIC.SPECS' }],
      computePools: [{ name: 'APP_POOL', minNodes: 1, maxNodes: 1, instanceFamily: 'CPU_X64_XS' }],
      imageRepositories: [{ name: 'APP_DB.PUBLIC.IMAGES' }],
    },
    imageRepository: 'APP_DB.PUBLIC.IMAGES',
    workloads: [
      {
        name: 'api',
        entryPoint: 'main.ts',
        port: 8080,
        spec: 'api.yaml',
        specOnStage: '@APP_DB.PUBLIC.SPECS',
        service: 'APP_DB.PUBLIC.API',
        computePool: 'app_pool',
        functions: [{ definition: DOUBLE, name: 'APP_DB.PUBLIC.DOUBLE_UDF', endpoint: 'api' }],
        serviceRoles: [{ name: 'api_user', toRole: 'APP_ROLE' }],
        users: ['READER'],
      },
    ],
  }
}

/** The configuration, after a change to its one deployment. */
async function described(change: (loose: Loose) => unknown = () => undefined): Promise<SpcsConfig> {
  const project = {
    defaultEnvironment: 'dev',
    environments: { dev: {} },
    describe: () => {
      const changed = deployed()
      change(changed)
      return changed
    },
  }
  return describeEnvironment(findEnvironment(project, undefined), folder)
}

describe('loadConfig()', () => {
  test.each(['dev', 'test', 'prod'])('takes environment %s of this project', async (env) => {
    const config = await loadConfig({ options: { env } })
    expect(config.environment).toMatchObject({ name: env, protect: env === 'prod' })
  })

  test('takes SPCS_ENV where no --env is given, else the default', async () => {
    const name = async (options: object, variables: NodeJS.ProcessEnv): Promise<string> =>
      (await loadConfig({ options: { ...options } }, variables)).environment.name
    expect(await name({}, {})).toBe('dev')
    expect(await name({}, { SPCS_ENV: 'test' })).toBe('test')
    expect(await name({ env: 'prod' }, { SPCS_ENV: 'test' })).toBe('prod')
    await expect(name({ env: 'production' }, {})).rejects.toMatchObject({
      code: 'ENVIRONMENT_UNKNOWN',
      hint: 'Use one of dev, test, prod',
    })
  })

  test('opens no way out of a service unless the environment says so', async () => {
    const config = await loadConfig({ options: {} })
    expect(config.objects.networkRules).toBeUndefined()
    expect(config.workloads.flatMap((one) => one.externalAccessIntegrations ?? [])).toEqual([])
    const { values, ...environment } = await loadEnvironment({ options: { env: 'dev' } })
    const open = await describeEnvironment(
      { ...environment, values: { ...values, allowAllEgress: true } },
      PROJECT,
    )
    expect(open.objects.externalAccessIntegrations).toMatchObject([{ name: 'ALLOW_ALL_EAI' }])
    expect(open.workloads.at(-1)?.externalAccessIntegrations).toEqual(['ALLOW_ALL_EAI'])
  })
})

describe('describeEnvironment()', () => {
  test('gives names as Snowflake stores them, and the rest as it is', async () => {
    const config = await described()
    expect(config).toMatchObject({ role: 'APP_ROLE', environment: { name: 'dev', protect: false } })
    expect(config.workloads).toMatchObject([{ computePool: 'app_pool' }])
  })

  test.each<[string, (loose: Loose) => unknown, string]>([
    [
      'an unknown key',
      ({ workloads: [api] }) => (api['specc'] = 'x'),
      'workloads[0].specc is unknown; did you mean "spec"?',
    ],
    [
      'an unknown kind of object',
      ({ objects }) => (objects['pools'] = []),
      'objects.pools is unknown; did you mean one of roles',
    ],
    [
      'a missing field',
      ({ workloads: [api] }) => delete api['spec'],
      'workloads[0].spec is missing; it must be text',
    ],
    [
      'a value of another type',
      ({ workloads: [api] }) => (api['port'] = '8080'),
      'workloads[0].port is "8080"; it must be a whole number from 1 to 65535',
    ],
    [
      'a number out of range',
      ({ workloads: [api] }) => (api['maxInstances'] = 0),
      'workloads[0].maxInstances is 0; it must be a whole number from 1',
    ],
    [
      'a list that is none',
      ({ account }) => (account['users'] = { name: 'U' }),
      'account.users is an object; it must be a list',
    ],
    [
      'a grant of no form',
      ({ account }) => (account['grants'] = [{ role: 'APP_ROLE' }]),
      'account.grants[0].toUser is missing',
    ],
    [
      'a missing file',
      ({ workloads: [api] }) => (api['entryPoint'] = 'mian.ts'),
      'workloads[0].entryPoint is "mian.ts", and there is no such file',
    ],
    [
      'a pool that nobody declares',
      ({ workloads: [api] }) => (api['computePool'] = 'APP_POOL2'),
      'workloads[0].computePool is "APP_POOL2": no compute pool of this name is declared; did you mean "APP_POOL"? (one that somebody else makes stands in existing.computePools)',
    ],
    [
      'a role that nobody declares',
      ({ workloads: [api] }) => (api['serviceRoles'] = [{ name: 'api_user', toRole: 'APPROLE' }]),
      'workloads[0].serviceRoles[0].toRole is "APPROLE": no role of this name is declared',
    ],
    [
      'a database that nobody declares',
      (all) => (all['database'] = 'OTHER'),
      'database is "OTHER": no database of this name is declared',
    ],
    [
      'an integration that nobody declares',
      ({ workloads: [api] }) => (api['externalAccessIntegrations'] = ['EAI']),
      'workloads[0].externalAccessIntegrations[0] is "EAI": no external access integration of this name',
    ],
    [
      'two objects of one name',
      ({ objects }) => objects.computePools.push({ ...objects.computePools[0], name: 'app_pool' }),
      'objects.computePools[1].name is "app_pool", as objects.computePools[0].name is',
    ],
    [
      'two services of one name',
      ({ workloads }) => workloads.push({ ...workloads[0], name: 'other', functions: [] }),
      'workloads[1].service is "APP_DB.PUBLIC.API", as workloads[0].service is',
    ],
    [
      'a name that would need quotes',
      ({ objects }) => (objects.computePools[0] = { ...objects.computePools[0], name: 'my-pool' }),
      'objects.computePools[0].name is "my-pool"; it would need quotes',
    ],
    [
      'a quoted name',
      ({ workloads: [api] }) => (api['service'] = 'APP_DB.PUBLIC."My Api"'),
      'it would need quotes',
    ],
    [
      'a service without its schema',
      ({ workloads: [api] }) => (api['service'] = 'API'),
      'workloads[0].service is "API"; it must have database and schema',
    ],
    [
      'an endpoint that the specification has not',
      ({ workloads: [api] }) =>
        (api['functions'] = [{ definition: DOUBLE, name: 'APP_DB.PUBLIC.F', endpoint: 'web' }]),
      'workloads[0].functions[0].endpoint is "web"; api.yaml has the endpoints api',
    ],
    [
      'a service role that the specification has not',
      ({ workloads: [api] }) => (api['serviceRoles'] = [{ name: 'admin', toRole: 'APP_ROLE' }]),
      'workloads[0].serviceRoles[0].name is "admin"; api.yaml has the service roles api_user',
    ],
    [
      'fewer nodes at most than at least',
      ({ objects }) => (objects.computePools[0] = { ...objects.computePools[0], minNodes: 3 }),
      'objects.computePools[0].minNodes is 3, above maxNodes, which is 1',
    ],
  ])('refuses %s', async (_what, change, problem) => {
    await expect(described(change)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(problem),
    })
  })

  test('takes what somebody else makes, and is told so', async () => {
    const config = await described((all) => {
      all.workloads[0]['computePool'] = 'SHARED_POOL'
      all['existing'] = { computePools: ['shared_pool'] }
    })
    expect(config.workloads[0]?.computePool).toBe('SHARED_POOL')
  })

  test('tells all problems at once, and no password', async () => {
    const failing = described(({ account, workloads: [api] }) => {
      account['users'] = [{ name: 'U', password: 7_131_955 }]
      api['port'] = 0
      delete api['service']
    })
    const error = await failing.catch((reason: unknown) => reason)
    expect(String(error)).toContain('environment "dev" of spcs.config.ts: 3 problems')
    expect(String(error)).toContain('account.users[0].password must be text')
    expect(String(error)).not.toContain('7131955')
  })

  test('refuses a volume on a stage that nobody declares, and takes one beside the service', async () => {
    const volume = (stage: string): string => {
      const line = `volumes: [{ name: work, source: stage, stageConfig: { name: "@${stage}/work" } }]`
      return SPEC.replace('spec:\n', `spec:\n  ${line}\n`)
    }
    await writeFile(new URL('volume.yaml', folder), volume('WORKK'))
    await writeFile(new URL('beside.yaml', folder), volume('specs'))
    const using = (file: string) => (loose: Loose) => (loose.workloads[0]['spec'] = file)
    await expect(described(using('volume.yaml'))).rejects.toThrow(
      'workloads[0].spec is "volume.yaml", whose volume "work" is on @WORKK: no stage of this name',
    )
    expect(await described(using('beside.yaml'))).toMatchObject({ role: 'APP_ROLE' })
  })

  test('leaves a broken specification to the check of specifications', async () => {
    await writeFile(new URL('broken.yaml', folder), 'spec: 7\n')
    const config = await described(({ workloads: [api] }) => void (api['spec'] = 'broken.yaml'))
    expect(config.workloads[0]?.spec).toBe('broken.yaml')
  })
})

describe('findEnvironment()', () => {
  const project = (environment: object, describeIt: unknown = deployed): unknown => ({
    defaultEnvironment: 'dev',
    environments: { dev: environment },
    describe: describeIt,
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'it is missing; it must be an object'],
    [
      'an unknown key',
      { ...(project({}) as object), enviroments: {} },
      'did you mean "environments"',
    ],
    ['no function', project({}, 'text'), 'describe is "text"; it must be a function'],
    [
      'a connection that is none',
      project({ connection: 7 }),
      'environments.dev.connection is 7; it must be text',
    ],
    [
      'a protection that is none',
      project({ protect: 'yes' }),
      'environments.dev.protect is "yes"; it must be true or false',
    ],
  ])('refuses %s', (_what, exported, problem) => {
    expect(() => findEnvironment(exported, undefined)).toThrow(problem)
  })

  test('has values that describe() never reads refused: they are misspelt', async () => {
    const environment = findEnvironment(project({ protct: true }), undefined)
    await expect(describeEnvironment(environment, folder)).rejects.toThrow(
      'environments.dev.protct is unknown; did you mean "protect"?',
    )
  })

  test('has an error of describe() told as one of the file', async () => {
    const environment = findEnvironment(
      project({}, () => {
        throw new RangeError('too many nodes')
      }),
      undefined,
    )
    await expect(describeEnvironment(environment, folder)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      cause: { message: 'too many nodes' },
    })
  })
})
