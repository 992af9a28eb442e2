import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { defineServiceFunction } from '@spcs/service-function'
import { describe, expect, test } from 'vitest'
import { createServiceFunctionSql, type DeployedFunction } from '../objects/service-function.ts'
import type { Service } from '../objects/service.ts'
import { printServiceComment } from '../objects/service-comment.ts'
import { specificationPath } from '../stage-files.ts'
import { missingObject, type Row, ScriptedRunner } from '../testing/scripted-runner.ts'
import { readActualState } from './actual-state.ts'
import type { DesiredState } from './desired-state.ts'
import { type DeployStep, planDeploy } from './plan-deploy.ts'
import { planJson } from './plan-json.ts'
import { printPlan } from './print-plan.ts'
import { refuseLosses } from './refuse-losses.ts'

const template = readFileSync(
  new URL('../../../../specs/convert-api.yaml', import.meta.url),
  'utf8',
)
const image = '/container_hol_db/public/image_repo/convert-api:sha-0123456789ab'
const SPECIFICATION = specificationPath(
  '@CONTAINER_HOL_DB.PUBLIC.SPECS',
  'container_hol_db.public.convert_api',
  template,
)
const FOLDER = '@CONTAINER_HOL_DB.PUBLIC.SPECS/convert_api'
const record = { file: SPECIFICATION, using: { image } }
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
        stageFile: SPECIFICATION,
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

/** A file as LIST tells it. */
function fileRow(path: string, text: string): Row {
  const name = path.replace(/^[^/]*/, 'specs')
  return { name, size: text.length, md5: createHash('md5').update(text).digest('hex') }
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
  [`LIST ${FOLDER}/`]: [fileRow(SPECIFICATION, template)],
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
      comment: printServiceComment({ text: '', current: record }),
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

/** The steps as people see them. */
function printed(steps: readonly DeployStep[]): string {
  return printPlan([{ title: 'Everything', role: 'R', steps }])
}

/** The complete account, but for some answers. */
function account(changed: ConstructorParameters<typeof ScriptedRunner>[0]): ScriptedRunner {
  return new ScriptedRunner({ ...complete, ...changed })
}

function changedService(change: Partial<Service>): DesiredState {
  return { ...desired, services: desired.services?.map((service) => ({ ...service, ...change })) }
}

describe('planDeploy()', () => {
  test('has nothing to do at an account that has everything', async () => {
    expect(await plan(desired, account({}))).toEqual([])
    expect(printed([])).toBe('Nothing to change.')
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
      `put file ${SPECIFICATION}`,
      'create service CONTAINER_HOL_DB.PUBLIC.CONVERT_API',
      // Once the service is ready:
      'alter service CONTAINER_HOL_DB.PUBLIC.CONVERT_API',
      'create function CONTAINER_HOL_DB.PUBLIC.CONVERT_UDF',
      'grant USAGE ON FUNCTION CONTAINER_HOL_DB.PUBLIC.CONVERT_UDF(FLOAT) TO ROLE ANALYST',
    ])
    expect(steps.filter(({ onceReady }) => onceReady)).toHaveLength(3)
    expect(printed(steps)).toContain('Plan: 9 to create, 1 to alter, 3 to grant, 1 to put.')
  })

  test('says what each step comes after', async () => {
    const steps = await plan(desired, new ScriptedRunner({ SHOW: missingObject() }))
    const service = steps.find(({ object }) => object.startsWith('service'))
    expect(service?.after).toEqual([
      'database CONTAINER_HOL_DB',
      'compute pool CONTAINER_HOL_POOL',
      `file ${SPECIFICATION}`,
    ])
  })

  test('upgrades a service in place when its image moves, and records that when it is ready', async () => {
    const using = { image: image.replace('0123456789ab', 'ba9876543210') }
    const source = { text: template, stageFile: SPECIFICATION, using }
    const steps = await plan(changedService({ source }), account({}))
    expect(steps.map(({ sql }) => sql)).toEqual([
      `ALTER SERVICE CONTAINER_HOL_DB.PUBLIC.CONVERT_API FROM ${FOLDER} ` +
        `SPECIFICATION_TEMPLATE_FILE = '${SPECIFICATION.slice(FOLDER.length + 1)}' USING (image => '"${using.image}"')`,
      "ALTER SERVICE CONTAINER_HOL_DB.PUBLIC.CONVERT_API SET COMMENT = '" +
        `${printServiceComment({ text: '', current: { ...record, using }, previous: record })}'`,
    ])
    expect(steps.map(({ onceReady }) => onceReady)).toEqual([false, true])
    expect(printed(steps)).toContain(
      `      containers.convert-api.image ${image} → ${using.image} (image moved)\n`,
    )
  })

  test('leaves a specification alone that Snowflake prints in another way, but did not change', async () => {
    const row = complete['DESCRIBE SERVICE'][0]
    const recorded = printServiceComment({ text: '', current: { ...record, digest: 'd1' } })
    const shown = { ...row, spec: row?.spec.replace('memory: 512Mi', 'memory: 1Gi') ?? '' }
    const described = (digest: string): ScriptedRunner =>
      account({ 'DESCRIBE SERVICE': [{ ...shown, comment: recorded, spec_digest: digest }] })
    expect(await plan(desired, described('d1'))).toEqual([])
    expect(printed(await plan(desired, described('d2')))).toContain(
      'containers.convert-api.resources.limits.memory 1Gi → 512Mi',
    )
  })

  test('keeps two specifications of a service, and removes older ones when it is ready', async () => {
    const text = `${template}# changed\n`
    const old = `${FOLDER}/${'0'.repeat(16)}.yaml`
    const stageFile = specificationPath('@CONTAINER_HOL_DB.PUBLIC.SPECS', 'convert_api', text)
    const listed = [fileRow(SPECIFICATION, template), fileRow(old, ''), fileRow(`${FOLDER}/my`, '')]
    const steps = await plan(
      changedService({ source: { text, stageFile, using: { image } } }),
      account({ [`LIST ${FOLDER}/`]: listed }),
    )
    expect(steps.map(({ kind, object }) => `${kind} ${object}`)).toEqual([
      `put file ${stageFile}`,
      'alter service CONTAINER_HOL_DB.PUBLIC.CONVERT_API',
      `remove file ${old}`,
    ])
  })

  test('alters properties without an upgrade, and no other ones', async () => {
    const steps = await plan(changedService({ minInstances: 2, comment: 'mine' }), account({}))
    expect(steps.map(({ sql }) => sql)).toEqual([
      'ALTER SERVICE CONTAINER_HOL_DB.PUBLIC.CONVERT_API SET MIN_INSTANCES = 2 ' +
        `COMMENT = '${printServiceComment({ text: 'mine', current: record })}'`,
    ])
    expect(steps[0]?.differences).toEqual([
      { field: 'minInstances', shown: 1, wanted: 2 },
      { field: 'comment', shown: '', wanted: 'mine' },
    ])
  })

  test("gives everybody's grants on a function again that it replaces", async () => {
    const functions = [{ ...convertUdf, endpoint: 'other' }]
    const onFunction = { privilege: 'USAGE', granted_on: 'FUNCTION', granted_to: 'ROLE' }
    const runner = account({
      'SHOW GRANTS ON FUNCTION CONTAINER_HOL_DB.PUBLIC.CONVERT_UDF(FLOAT)': [
        { ...onFunction, privilege: 'OWNERSHIP', grantee_name: 'CONTAINER_USER_ROLE' },
        { ...onFunction, grantee_name: 'ANALYST' },
        { ...onFunction, grantee_name: 'Someone Else' },
      ],
    })
    const steps = await plan({ ...desired, functions }, runner)
    expect(steps.map(({ kind, sql }) => [kind, sql.split(' TO ROLE ')[1]])).toEqual([
      ['alter', undefined],
      ['grant', 'ANALYST'],
      ['grant', '"Someone Else"'],
    ])
    refuseLosses(steps)
  })

  test('moves a service to another pool only when that is allowed', async () => {
    const steps = await plan(changedService({ computePool: 'p2' }), account({}))
    expect(steps.map(({ kind }) => kind)).toEqual(['drop', 'create'])
    expect(printed(steps)).toContain(
      'its URL changes, and it is down meanwhile; needs --allow-recreate CONTAINER_HOL_DB.PUBLIC.CONVERT_API',
    )
    expect(() => refuseLosses(steps, new Set(['--allow-recreate OTHER']))).toThrow(
      expect.objectContaining({ code: 'PLAN_DESTRUCTIVE' }),
    )
    refuseLosses(steps, new Set(['--allow-recreate CONTAINER_HOL_DB.PUBLIC.CONVERT_API']))
  })

  test('takes no other object for the wanted one', async () => {
    const neighbour = [{ name: 'SPECS', database_name: 'CONTAINER_HOL_DB', schema_name: 'OTHER' }]
    const runner = new ScriptedRunner({ 'SHOW STAGES': neighbour })
    expect(await plan({ stages: desired.stages }, runner)).toMatchObject([{ kind: 'create' }])
  })

  test('shows no password', async () => {
    const steps = await plan({ users: desired.users }, new ScriptedRunner())
    expect(JSON.stringify(steps)).not.toContain('secret')
    expect(steps[0]?.sql).toContain("PASSWORD = '***'")
    const { steps: shown } = planJson([{ title: '', role: 'R', steps }])
    expect(JSON.stringify(shown)).not.toContain('secret')
  })
})
