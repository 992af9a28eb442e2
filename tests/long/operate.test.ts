import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../scripts/call.ts'
import { cleanup } from '../../scripts/cleanup.ts'
import { doctor } from '../../scripts/doctor.ts'
import { endpoints } from '../../scripts/endpoints.ts'
import { logs } from '../../scripts/logs.ts'
import { resume } from '../../scripts/resume.ts'
import { status } from '../../scripts/status.ts'
import { suspend } from '../../scripts/suspend.ts'
import { SmallDeployment } from '../operate/small-deployment.ts'

const API = 'CONTAINER_HOL_DB.PUBLIC.CONVERT_API'
const NOTEBOOK = 'CONTAINER_HOL_DB.PUBLIC.NOTEBOOK_SERVICE'

let deployment: SmallDeployment

beforeAll(async () => {
  deployment = await SmallDeployment.start()
})

afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]()
})

// In the order of a deployment's life: each test goes on where the one before stopped.
describe('the verbs that operate a deployment', () => {
  test('doctor finds nothing missing before the first deploy, and says what setup will make', async () => {
    const found = (await deployment.json(doctor)) as { ready: boolean; checks: object[] }
    expect(found.ready).toBe(true)
    expect(shapeOf(found)).toMatchObject({
      checks: expect.arrayContaining([{ subject: 'string', status: 'string', found: 'string' }]),
    })
    expect(found.checks).toContainEqual({
      subject: 'compute pool CONTAINER_HOL_POOL',
      status: 'noted',
      found: 'there is none that you see: setup makes it',
    })
    expect((await deployment.run(status)).error).toMatchObject({
      code: 'PREREQUISITE_MISSING',
      message: 'Cannot use role CONTAINER_USER_ROLE: it is not there, or not yours',
      hint: expect.stringContaining('npx spcs deploy'),
    })
    await deployment.deploy()
  })

  test('doctor names a right that is missing, with its code', async () => {
    const { session } = deployment
    await session.execute('USE ROLE ACCOUNTADMIN')
    await session.execute("ALTER USER DEVELOPER SET DEFAULT_ROLE = 'ACCOUNTADMIN'")
    const { stdout, error } = await deployment.run(doctor)
    expect(stdout).toMatch(
      /✖ user DEVELOPER: its default role ACCOUNTADMIN may not .*\n {4}→ Run ALTER USER DEVELOPER SET DEFAULT_ROLE = CONTAINER_USER_ROLE/,
    )
    expect(error).toMatchObject({ code: 'PREREQUISITE_MISSING' })
    await session.execute("ALTER USER DEVELOPER SET DEFAULT_ROLE = 'CONTAINER_USER_ROLE'")
  })

  test('status shows what runs, in a stable shape', async () => {
    const found = await deployment.json(status)
    expect(shapeOf(found)).toEqual({
      environment: 'string',
      services: [
        {
          name: 'string',
          status: 'string',
          isUpgrading: 'boolean',
          computePool: 'string',
          instances: { ready: 'number', current: 'number', target: 'number' },
          containers: [
            {
              instance: 'string',
              name: 'string',
              status: 'string',
              message: 'string',
              imageDigest: 'string',
              restarts: 'number',
              lastExitCode: 'null',
              startedAt: 'string',
            },
          ],
          endpoints: [{ name: 'string', port: 'string', isPublic: 'boolean', url: 'null' }],
        },
      ],
      computePools: [
        {
          name: 'string',
          state: 'string',
          instanceFamily: 'string',
          activeNodes: 'number',
          idleNodes: 'number',
          targetNodes: 'number',
          minNodes: 'number',
          maxNodes: 'number',
          autoSuspendSecs: 'number',
          message: 'string',
          creditsPerHour: 'number',
        },
      ],
      warehouses: [
        {
          name: 'string',
          state: 'string',
          size: 'string',
          autoSuspendSecs: 'number',
          creditsPerHour: 'number',
        },
      ],
      totals: {
        services: 'number',
        readyInstances: 'number',
        targetInstances: 'number',
        nodes: 'number',
        creditsPerHour: 'number',
      },
    })
    const { stdout } = await deployment.run(status)
    expect(stdout).toContain(`${API}  RUNNING, 1 of 1 instances ready in CONTAINER_HOL_POOL`)
    expect(stdout).toMatch(/notebook\/0 +READY +Running +image [0-9a-f]{12}/)
    expect(stdout).toContain(
      'In all: services 2, instances ready 2 of 2, nodes up 1, credits per hour: 1.06',
    )
  })

  test('call gives a result a row', async () => {
    expect((await deployment.run(call, 'CONVERT_UDF', '12')).stdout).toBe('53.6\n')
    expect(await deployment.json(call, 'CONVERT_UDF', '-40', '100', 'null')).toEqual({
      function: 'CONVERT_UDF',
      rows: [['-40'], ['100'], [null]],
      results: [-40, 212, null],
    })
    const { error } = await deployment.run(call, 'CONVERT_UDF', 'warm')
    expect(error).toMatchObject({ message: expect.stringContaining("'warm' is not recognized") })
  })

  test('logs prints the lines of every container, of one service, and one object a line', async () => {
    const { stdout } = await deployment.run(logs)
    expect(stdout).toMatch(/^convert-api\/0 \| listening$/m)
    expect(stdout).toMatch(/^notebook\/0 +\| listening$/m)
    const { stdout: json } = await deployment.run(logs, 'convert-api', '--lines', '1', '--json')
    expect(JSON.parse(json)).toEqual({
      time: expect.stringMatching(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
      service: API,
      instance: '0',
      container: 'convert-api',
      text: expect.stringMatching(/^converts \d$/),
    })
    const { error } = await deployment.run(logs, '--since', 'yesterday')
    expect(error).toMatchObject({ code: 'USAGE' })
    expect((await deployment.run(logs, 'NO_SUCH')).error).toMatchObject({ code: 'SERVICE_MISSING' })
  })

  test('endpoints lists each with its address', async () => {
    const found = (await deployment.json(endpoints)) as { url: string | null }[]
    expect(found).toEqual([
      { service: API, name: 'convert-api', port: '9090', isPublic: false, url: null },
      {
        service: NOTEBOOK,
        name: 'notebook',
        port: '8888',
        isPublic: true,
        url: expect.stringMatching(/^http:\/\/\w+-local-local\.localhost:\d+$/),
      },
    ])
  })

  test('endpoints names a service that is not there', async () => {
    const { error } = await deployment.run(endpoints, 'NO_SUCH')
    expect(error).toMatchObject({ code: 'SERVICE_MISSING' })
  })

  test('suspend and resume do nothing twice, and say what still costs', async () => {
    const warehouse = 'warehouse CONTAINER_HOL_WH, X-Small, until 120 s after its last query'
    expect(await deployment.json(suspend, 'convert-api')).toEqual({
      suspended: [`service ${API}`],
      stillCosts: ['compute pool CONTAINER_HOL_POOL, nodes CPU_X64_XS: 1', warehouse],
    })
    expect(await deployment.json(suspend)).toEqual({
      suspended: [`service ${NOTEBOOK}`, 'compute pool CONTAINER_HOL_POOL'],
      stillCosts: [warehouse],
    })
    expect(await deployment.json(suspend)).toMatchObject({ suspended: [] })
    expect(await deployment.json(resume)).toEqual({
      resumed: ['compute pool CONTAINER_HOL_POOL', `service ${API}`, `service ${NOTEBOOK}`],
      ready: [API, NOTEBOOK],
    })
    expect(await deployment.json(resume, 'convert-api')).toEqual({ resumed: [], ready: [API] })
  })

  test('cleanup asks, drops everything, keeps what others use, and has nothing to do twice', async () => {
    const { session } = deployment
    await session.execute('CREATE TABLE WEATHER AS SELECT 1 AS ONE')
    await session.execute('USE ROLE CONTAINER_USER_ROLE')
    await session.execute('CREATE DATABASE OTHERS')
    const asked = await deployment.run(cleanup)
    expect(asked.error).toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    expect(asked.stderr).toContain(
      '    table CONTAINER_HOL_DB.PUBLIC.WEATHER, 1 row (not in spcs.config.ts)',
    )
    expect(await deployment.json(cleanup, '--yes')).toEqual({
      dropped: [
        `service ${API}`,
        `service ${NOTEBOOK}`,
        'compute pool CONTAINER_HOL_POOL',
        'database CONTAINER_HOL_DB',
        'warehouse CONTAINER_HOL_WH',
      ],
      kept: [
        { object: 'user DEVELOPER', why: 'its role CONTAINER_USER_ROLE is kept' },
        { object: 'role CONTAINER_USER_ROLE', why: 'it owns database OTHERS' },
      ],
      left: [],
    })
    await session.execute('DROP DATABASE OTHERS')
    expect(await deployment.json(cleanup, '--yes')).toEqual({
      dropped: ['user DEVELOPER', 'role CONTAINER_USER_ROLE'],
      kept: [],
      left: [],
    })
    const { stdout, stderr } = await deployment.run(cleanup)
    expect(stdout).toBe('Nothing to drop.\n')
    expect(stderr).not.toContain('This drops')
  })
})

/** A value with the types of its parts in their places; a list by its first part. */
function shapeOf(value: unknown): unknown {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)]))
}
