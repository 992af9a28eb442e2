import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { defineServiceFunction } from '@spcs/service-function'
import { describe, expect, test } from 'vitest'
import { createServiceFunctionSql, type DeployedFunction } from '../objects/service-function.ts'
import { missingObject, ScriptedRunner } from '../testing/scripted-runner.ts'
import { readActualState } from './actual-state.ts'
import { applySteps } from './apply-steps.ts'
import type { DesiredState } from './desired-state.ts'
import { type DeployStep, planDeploy } from './plan-deploy.ts'

const template = readFileSync(
  new URL('../../../../specs/convert-api.yaml', import.meta.url),
  'utf8',
)
const image = '/container_hol_db/public/image_repo/convert-api:sha-0123456789ab'
const convertUdf: DeployedFunction = {
  definition: defineServiceFunction({
    name: 'convert_udf',
    path: '/convert',
    arguments: { temp_c: 'FLOAT' },
    returns: 'FLOAT',
    handler: (celsius) => celsius * 1.8 + 32,
  }),
  name: 'container_hol_db.public.convert_udf',
  service: 'container_hol_db.public.convert_api',
  endpoint: 'convert-api',
}

const desired: DesiredState = {
  roles: [{ name: 'container_user_role' }],
  users: [{ name: 'developer', password: "it's secret", defaultRole: 'container_user_role' }],
  databases: [{ name: 'container_hol_db' }],
  warehouses: [{ name: 'container_hol_wh', size: 'XSMALL' }],
  stages: [{ name: 'container_hol_db.public.specs' }],
  computePools: [
    { name: 'container_hol_pool', minNodes: 1, maxNodes: 1, instanceFamily: 'CPU_X64_XS' },
  ],
  imageRepositories: [{ name: 'container_hol_db.public.image_repo' }],
  services: [
    {
      name: 'container_hol_db.public.convert_api',
      computePool: 'container_hol_pool',
      minInstances: 1,
      source: {
        text: template,
        stageFile: '@CONTAINER_HOL_DB.PUBLIC.SPECS/convert-api.yaml',
        using: { image },
      },
    },
  ],
  functions: [convertUdf],
  grants: [
    {
      privilege: 'USAGE',
      on: { kind: 'FUNCTION', name: 'container_hol_db.public.convert_udf(FLOAT)' },
      toRole: 'analyst',
    },
    { privilege: 'BIND SERVICE ENDPOINT', on: 'ACCOUNT', toRole: 'container_user_role' },
    { role: 'container_user_role', toUser: 'developer' },
  ],
}

/** An account that has everything, as its SHOW and DESCRIBE tell it. */
const complete = {
  'SHOW ROLES': [{ name: 'CONTAINER_USER_ROLE', comment: '' }],
  'SHOW USERS': [{ name: 'DEVELOPER', default_role: 'CONTAINER_USER_ROLE' }],
  'SHOW DATABASES': [{ name: 'CONTAINER_HOL_DB' }],
  'SHOW WAREHOUSES': [{ name: 'CONTAINER_HOL_WH', size: 'X-Small' }],
  'SHOW STAGES': [
    { name: 'SPECS', database_name: 'CONTAINER_HOL_DB', schema_name: 'PUBLIC', comment: '' },
  ],
  'SHOW COMPUTE POOLS': [
    {
      name: 'CONTAINER_HOL_POOL',
      min_nodes: 1,
      max_nodes: 1,
      instance_family: 'CPU_X64_XS',
      comment: null,
    },
  ],
  'SHOW IMAGE REPOSITORIES': [
    { name: 'IMAGE_REPO', database_name: 'CONTAINER_HOL_DB', schema_name: 'PUBLIC' },
  ],
  'LIST @CONTAINER_HOL_DB.PUBLIC.SPECS': [
    { name: 'specs/convert-api.yaml', md5: createHash('md5').update(template).digest('hex') },
  ],
  'SHOW SERVICES': [
    {
      name: 'CONVERT_API',
      database_name: 'CONTAINER_HOL_DB',
      schema_name: 'PUBLIC',
      compute_pool: 'CONTAINER_HOL_POOL',
      min_instances: 1,
    },
  ],
  'DESCRIBE SERVICE': [
    {
      name: 'CONVERT_API',
      compute_pool: 'CONTAINER_HOL_POOL',
      spec: template.replace('{{ image }}', `127.0.0.1:8084${image}`),
    },
  ],
  'SHOW USER FUNCTIONS': [
    {
      name: 'CONVERT_UDF',
      schema_name: 'PUBLIC',
      arguments: 'CONVERT_UDF(FLOAT) RETURN FLOAT',
      description: /COMMENT = '([^']*)'/.exec(createServiceFunctionSql(convertUdf))?.[1],
    },
  ],
  'SHOW GRANTS TO ROLE ANALYST': [
    {
      privilege: 'USAGE',
      granted_on: 'FUNCTION',
      name: 'CONTAINER_HOL_DB.PUBLIC."CONVERT_UDF(TEMP_C FLOAT):FLOAT"',
    },
  ],
  'SHOW GRANTS TO ROLE CONTAINER_USER_ROLE': [
    { privilege: 'BIND SERVICE ENDPOINT', granted_on: 'ACCOUNT', name: 'LOCAL' },
  ],
  'SHOW GRANTS OF ROLE': [{ granted_to: 'USER', grantee_name: 'DEVELOPER' }],
}

async function plan(state: DesiredState, runner: ScriptedRunner): Promise<DeployStep[]> {
  return planDeploy(state, await readActualState(runner, state))
}

describe('planDeploy()', () => {
  test('has nothing to do at an account that has everything', async () => {
    expect(await plan(desired, new ScriptedRunner(complete))).toEqual([])
  })

  test('creates everything, in order, where there is nothing', async () => {
    const empty = new ScriptedRunner({ SHOW: missingObject(), LIST: missingObject() })
    const steps = await plan(desired, empty)
    expect(steps.map(({ kind, object }) => `${kind} ${object}`)).toEqual([
      'create role CONTAINER_USER_ROLE',
      'create user DEVELOPER',
      'grant BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE CONTAINER_USER_ROLE',
      'grant ROLE CONTAINER_USER_ROLE TO USER DEVELOPER',
      'create database CONTAINER_HOL_DB',
      'create warehouse CONTAINER_HOL_WH',
      'create stage CONTAINER_HOL_DB.PUBLIC.SPECS',
      'create compute pool CONTAINER_HOL_POOL',
      'create image repository CONTAINER_HOL_DB.PUBLIC.IMAGE_REPO',
      'put file @CONTAINER_HOL_DB.PUBLIC.SPECS/convert-api.yaml',
      'create service CONTAINER_HOL_DB.PUBLIC.CONVERT_API',
      'create function CONTAINER_HOL_DB.PUBLIC.CONVERT_UDF',
      'grant USAGE ON FUNCTION CONTAINER_HOL_DB.PUBLIC.CONVERT_UDF(FLOAT) TO ROLE ANALYST',
    ])
    expect(steps.some(({ destructive }) => destructive)).toBe(false)
  })

  test('upgrades a service in place when its image changes', async () => {
    const [service] = desired.services ?? []
    if (service === undefined) throw new Error('no service')
    const using = { image: image.replace('0123456789ab', 'ba9876543210') }
    const changed = { ...desired, services: [{ ...service, source: { ...service.source, using } }] }
    expect(await plan(changed, new ScriptedRunner(complete))).toEqual([
      {
        kind: 'alter',
        object: 'service CONTAINER_HOL_DB.PUBLIC.CONVERT_API',
        sql:
          'ALTER SERVICE CONTAINER_HOL_DB.PUBLIC.CONVERT_API FROM @CONTAINER_HOL_DB.PUBLIC.SPECS ' +
          `SPECIFICATION_TEMPLATE_FILE = 'convert-api.yaml' USING (image => '"${using.image}"')`,
        why: `spec.containers.0.image is "${image}", not "${using.image}"`,
        destructive: false,
      },
    ])
  })

  test('alters properties without an upgrade', async () => {
    const services = desired.services?.map((service) => ({ ...service, minInstances: 2 })) ?? []
    const steps = await plan({ ...desired, services }, new ScriptedRunner(complete))
    expect(steps).toMatchObject([
      { kind: 'alter', why: 'min_instances is 1, not 2', sql: expect.stringContaining(' SET ') },
    ])
  })

  test('gives the grants on a function again that it replaces', async () => {
    const functions = [{ ...convertUdf, endpoint: 'other' }]
    const steps = await plan({ ...desired, functions }, new ScriptedRunner(complete))
    expect(steps.map(({ kind, destructive }) => [kind, destructive])).toEqual([
      ['alter', true],
      ['grant', false],
    ])
  })

  test('refuses to move a service', async () => {
    const services = desired.services?.map((service) => ({ ...service, computePool: 'p2' })) ?? []
    await expect(plan({ services }, new ScriptedRunner(complete))).rejects.toMatchObject({
      code: 'SERVICE_POOL_FIXED',
    })
  })

  test('takes no other object for the wanted one', async () => {
    const neighbour = [{ name: 'SPECS', database_name: 'CONTAINER_HOL_DB', schema_name: 'OTHER' }]
    const runner = new ScriptedRunner({ 'SHOW STAGES': neighbour })
    expect(await plan({ stages: desired.stages }, runner)).toMatchObject([{ kind: 'create' }])
  })
})

describe('applySteps()', () => {
  test('runs statements and puts files, and tells each step', async () => {
    const steps = await plan(desired, new ScriptedRunner({ SHOW: missingObject() }))
    const runner = new ScriptedRunner()
    const events: string[] = []
    await applySteps(steps, runner, {
      onStep: ({ type, index, count }) => events.push(`${type} ${index}/${count}`),
    })
    expect(runner.statements).toHaveLength(steps.length - 1)
    expect(Object.values(runner.files)).toEqual([template])
    expect(events.slice(0, 3)).toEqual(['step-started 1/13', 'step-done 1/13', 'step-started 2/13'])
  })

  test('shows no password, and sends it', async () => {
    const steps = await plan({ users: desired.users }, new ScriptedRunner())
    expect(JSON.stringify(steps)).not.toContain('secret')
    expect(steps[0]?.sql).toContain("PASSWORD = '***'")
    const runner = new ScriptedRunner()
    await applySteps(steps, runner)
    expect(runner.statements[0]).toContain(String.raw`PASSWORD = 'it\'s secret'`)
  })

  test('stops at the first step that fails, and says which', async () => {
    const steps = await plan(
      { ...desired, users: [] },
      new ScriptedRunner({ SHOW: missingObject() }),
    )
    const runner = new ScriptedRunner({ 'CREATE DATABASE': new Error('Insufficient privileges') })
    await expect(applySteps(steps, runner)).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: 'Cannot create database CONTAINER_HOL_DB: Insufficient privileges',
    })
    expect(runner.statements.at(-1)).toContain('CREATE DATABASE')
  })
})
