import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Stage } from '../../catalog/objects.ts'
import { statusOf, TEST_TIME } from '../../testing/test-account.ts'
import { type ServiceAccount, serviceAccount, tinySpec } from '../testing/service-account.ts'

const CREATE = 'CREATE SERVICE tiny IN COMPUTE POOL pool'

let account: ServiceAccount
beforeEach(async () => {
  account = serviceAccount()
  await account.run(
    'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS',
  )
  await account.push({})
})
afterEach(() => account[Symbol.asyncDispose]())

describe('CREATE SERVICE', () => {
  test.each([
    ['a text', `FROM SPECIFICATION ${tinySpec()}`],
    ['a file', "FROM @specs SPECIFICATION_FILE = 'tiny.yaml'"],
    ['a file in a folder', "FROM @db.public.specs/sub-folder SPECIFICATION_FILE='tiny.yaml'"],
    ['a quoted location', "FROM '@specs' SPECIFICATION_FILE = 'sub-folder/tiny.yaml'"],
    [
      'a template',
      `FROM SPECIFICATION_TEMPLATE ${templated()} USING (image => '"/db/public/image_repo/tiny:dev"')`,
    ],
    [
      'a template file, with properties around',
      `MIN_INSTANCES = 1 FROM @specs SPECIFICATION_TEMPLATE_FILE = 'template.yaml'
         USING (image => $$"/db/public/image_repo/tiny:dev"$$) COMMENT = 'x' MAX_INSTANCES = 2`,
    ],
  ])('takes its specification from %s', async (_what, clauses) => {
    await putSpecs()
    expect(statusOf(await account.run(`${CREATE} ${clauses}`))).toBe(
      'Service TINY successfully created.',
    )
    expect(await account.show('DESCRIBE SERVICE tiny')).toMatchObject([
      {
        name: 'TINY',
        spec: expect.stringContaining('127.0.0.1:8084/db/public/image_repo/tiny:dev'),
      },
    ])
  })

  test('pins the image to what its tag names at that time', async () => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    const before = await digestShown()
    const pushed = await account.push({ config: { Cmd: ['node', '/app/main.js'], Env: ['X=1'] } })
    await account.run('ALTER SERVICE tiny SUSPEND')
    await account.run('ALTER SERVICE tiny RESUME')
    expect(await digestShown()).toBe(before)
    await account.run(`ALTER SERVICE tiny FROM SPECIFICATION ${tinySpec()}`)
    expect(await digestShown()).toBe(pushed)
  })

  test('leaves one that is there as it is, or refuses', async () => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    const again = `${CREATE.replace('SERVICE', 'SERVICE IF NOT EXISTS')} FROM SPECIFICATION $$ nonsense $$`
    expect(statusOf(await account.run(again))).toBe('TINY already exists, statement succeeded.')
    await expect(account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)).rejects.toMatchObject({
      code: '002002',
    })
  })

  test.each<[string, string, object]>([
    [
      'a missing image',
      `FROM SPECIFICATION ${tinySpec().replace('tiny:dev', 'tiny:prod')}`,
      {
        message:
          'Failed to retrieve image /db/public/image_repo/tiny:prod from the image repository : the image does not exist. There are the tags dev',
      },
    ],
    [
      'an image of a repository that is not there',
      `FROM SPECIFICATION ${tinySpec().replace('image_repo', 'other_repo')}`,
      {
        message: expect.stringContaining('the image repository does not exist or not authorized'),
      },
    ],
    [
      'another registry',
      `FROM SPECIFICATION ${tinySpec().replace('/db/public', 'docker.io/db/public')}`,
      { message: expect.stringContaining('docker.io is not the registry of this account') },
    ],
    [
      'several problems, all told with their lines',
      `FROM SPECIFICATION $$
spec:
  containers:
  - name: Tiny
    image: /db/public/image_repo/tiny:dev
    readinessProbe: { path: /healthcheck }
$$`,
      {
        code: '395018',
        message: expect.stringMatching(
          /Invalid spec: .*\(line 4, column \d+\)[\s\S]*Invalid spec: missing 'port' for 'readinessProbe' \(line 6, column \d+\)/,
        ),
      },
    ],
    [
      'a variable without a value',
      `FROM SPECIFICATION_TEMPLATE ${templated()} USING (other => 1)`,
      {
        code: '395069',
        sqlState: '23001',
        message: expect.stringContaining('Unable to render service spec from given template: '),
      },
    ],
    [
      'a value that is no JSON',
      `FROM SPECIFICATION_TEMPLATE ${templated()} USING (image => '/a/b')`,
      { code: '395018' },
    ],
    [
      'a file that is not there',
      "FROM @specs SPECIFICATION_FILE = 'none.yaml'",
      {
        message: expect.stringContaining('There is sub-folder/tiny.yaml, template.yaml, tiny.yaml'),
      },
    ],
    [
      'a stage that is not there',
      "FROM @none SPECIFICATION_FILE = 'tiny.yaml'",
      { code: '002003' },
    ],
    ['an application', "FROM SPECIFICATION_FILE = 'tiny.yaml'", { code: '000002' }],
    [
      'more than a node has',
      `FROM SPECIFICATION ${tinySpec({ container: '    resources: { requests: { cpu: "2" }, limits: { cpu: "2" } }' })}`,
      { message: expect.stringContaining('2 CPU are requested, a node of CPU_X64_XS has 1') },
    ],
    [
      'a volume on a stage that is not there',
      `FROM SPECIFICATION ${tinySpec({ spec: '  volumes: [{ name: v, source: stage, stageConfig: { name: "@none" } }]' })}`,
      { code: '002003' },
    ],
    [
      'a volume that leaves its stage',
      `FROM SPECIFICATION ${tinySpec({ spec: '  volumes: [{ name: v, source: stage, stageConfig: { name: "@specs/../x" } }]' })}`,
      { code: '395018' },
    ],
    [
      'a secret that is not there',
      `FROM SPECIFICATION ${tinySpec({ container: '    secrets: [{ snowflakeSecret: s, directoryPath: /s }]' })}`,
      { code: '002003' },
    ],
    ['no specification', 'MIN_INSTANCES = 1', { code: '001003' }],
    [
      'two specifications',
      `FROM SPECIFICATION ${tinySpec()} FROM SPECIFICATION ${tinySpec()}`,
      { code: '001003' },
    ],
    [
      'a property twice',
      `MIN_INSTANCES = 1 FROM SPECIFICATION ${tinySpec()} MIN_INSTANCES = 1`,
      { code: '001003' },
    ],
    ['too few instances', `FROM SPECIFICATION ${tinySpec()} MIN_INSTANCES = 0`, { code: '001420' }],
    [
      'too short a life',
      `FROM SPECIFICATION ${tinySpec()} AUTO_SUSPEND_SECS = 10`,
      { code: '001420' },
    ],
    [
      'an integration that is not there',
      `FROM SPECIFICATION ${tinySpec()} EXTERNAL_ACCESS_INTEGRATIONS = (eai)`,
      { code: '002003' },
    ],
    [
      'a warehouse that is not there',
      `FROM SPECIFICATION ${tinySpec()} QUERY_WAREHOUSE = none`,
      { code: '002003' },
    ],
  ])('with %s creates nothing', async (_what, clauses, error) => {
    await putSpecs()
    await expect(account.run(`${CREATE} ${clauses}`)).rejects.toMatchObject(error)
    expect(await account.show('SHOW SERVICES')).toEqual([])
    expect(account.account.catalog.services.list()).toEqual([])
  })

  test('needs a pool, and a name without quotes', async () => {
    const create = `${CREATE} FROM SPECIFICATION ${tinySpec()}`
    await expect(account.run(create.replace('POOL pool', 'POOL none'))).rejects.toMatchObject({
      code: '002003',
    })
    await expect(account.run(create.replace('tiny', '"My Service"'))).rejects.toMatchObject({
      code: '395018',
    })
  })
})

describe('ALTER and DROP SERVICE', () => {
  test('tell what became of it', async () => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    expect(await account.show('SHOW SERVICES')).toMatchObject([
      {
        name: 'TINY',
        status: 'PENDING',
        current_instances: '0',
        target_instances: '1',
        auto_resume: 'true',
        external_access_integrations: null,
        resumed_on: null,
        suspended_on: null,
        auto_suspend_secs: '0',
        is_job: 'false',
        is_upgrading: 'false',
        dns_name: expect.stringMatching(/^tiny\.[0-9a-z]{5}\.svc\.spcs\.internal$/),
      },
    ])
    await account.run('ALTER SERVICE tiny SUSPEND')
    const [suspended] = await account.show('SHOW SERVICES')
    expect(suspended).toMatchObject({ status: 'SUSPENDING', target_instances: '0' })
    expect(suspended?.['suspended_on']).not.toBeNull()
    await account.run('ALTER SERVICE tiny RESUME')
    const [resumed] = await account.show('SHOW SERVICES')
    expect(resumed).toMatchObject({ status: 'PENDING' })
    expect(resumed?.['resumed_on']).not.toBeNull()
    expect(statusOf(await account.run('DROP SERVICE tiny'))).toBe('TINY successfully dropped.')
    await expect(account.run('DROP SERVICE tiny')).rejects.toMatchObject({ code: '002003' })
    expect(statusOf(await account.run('DROP SERVICE IF EXISTS tiny'))).toBe(
      'Drop statement executed successfully (TINY already dropped).',
    )
    await expect(account.run('ALTER SERVICE tiny RESUME')).rejects.toMatchObject({ code: '002043' })
    await account.run('ALTER SERVICE IF EXISTS tiny RESUME')
  })

  test('set and unset properties', async () => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    await account.run(
      "ALTER SERVICE tiny SET MIN_INSTANCES = 2, MAX_INSTANCES = 3 QUERY_WAREHOUSE = compute_wh COMMENT = 'x' AUTO_RESUME = FALSE",
    )
    expect(await account.show('SHOW SERVICES')).toMatchObject([
      {
        min_instances: '2',
        max_instances: '3',
        min_ready_instances: '2',
        query_warehouse: 'COMPUTE_WH',
        comment: 'x',
        auto_resume: 'false',
      },
    ])
    await account.run(
      'ALTER SERVICE tiny UNSET QUERY_WAREHOUSE, COMMENT, AUTO_RESUME, MIN_INSTANCES',
    )
    expect(await account.show('SHOW SERVICES')).toMatchObject([
      { min_instances: '1', query_warehouse: null, comment: null, auto_resume: 'true' },
    ])
  })

  test.each([
    ['ALTER SERVICE tiny SET MIN_INSTANCES = 5', '001420'],
    ['ALTER SERVICE tiny SET', '001003'],
    ['ALTER SERVICE tiny UNSET NAME', '001003'],
    ['ALTER SERVICE tiny RESTORE VOLUME "v" INSTANCES 0 FROM SNAPSHOT s', '000002'],
    ['ALTER SERVICE tiny FROM SPECIFICATION $$ spec: {} $$', '395018'],
    ['EXECUTE JOB SERVICE IN COMPUTE POOL pool FROM SPECIFICATION $$ $$', '000002'],
    ['CREATE SNAPSHOT s FROM SERVICE tiny VOLUME "v" INSTANCE 0', '000002'],
    ['SHOW GATEWAYS', '000002'],
  ])('%s is refused with %s', async (sql, code) => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    const before = account.account.catalog.services.list()
    await expect(account.run(sql)).rejects.toMatchObject({ code })
    expect(account.account.catalog.services.list()).toEqual(before)
  })
})

function templated(): string {
  return tinySpec().replace('image: /db/public/image_repo/tiny:dev', 'image: "{{ image }}"')
}

async function putSpecs(): Promise<void> {
  const stage: Stage = {
    kind: 'STAGE',
    database: 'DB',
    schema: 'PUBLIC',
    name: 'SPECS',
    id: 'specs',
    createdOn: TEST_TIME,
    owner: 'ACCOUNTADMIN',
    comment: '',
    encryption: 'SNOWFLAKE_SSE',
    directoryEnabled: false,
    sessionId: null,
  }
  account.account.catalog.stages.put(stage)
  const write = (path: string, spec: string): Promise<void> =>
    account.account.stages.write(stage, path, Buffer.from(spec.replaceAll('$$', '')))
  await write('tiny.yaml', tinySpec())
  await write('sub-folder/tiny.yaml', tinySpec())
  await write('template.yaml', templated())
}

async function digestShown(): Promise<string | null | undefined> {
  const [row] = await account.show('DESC SERVICE tiny')
  return /sha256: "@(sha256:[0-9a-f]+)"/.exec(row?.['spec'] ?? '')?.[1]
}
