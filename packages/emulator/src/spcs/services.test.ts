import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { endServices } from '../commands/drop-schema.ts'
import { createCallServiceFunction } from './call-service-function.ts'
import { serviceAccount, tinySpec } from './testing/service-account.ts'
import {
  accountWithService,
  call,
  container,
  createPool,
  isRunning,
  logOf,
  service,
  status,
  until,
} from './testing/tiny-service.ts'

describe('a service', () => {
  test('is started, found at its endpoint, and has what a container has', async () => {
    await using account = await accountWithService()
    expect(await account.show('SHOW SERVICE CONTAINERS IN SERVICE tiny')).toMatchObject([
      { service_status: 'RUNNING', status: 'READY', message: 'Running', restart_count: '0' },
    ])
    const env = JSON.parse(await call(account, '/env')) as Record<string, string>
    expect(env).toMatchObject({
      SNOWFLAKE_ACCOUNT: 'LOCAL',
      SNOWFLAKE_HOST: '127.0.0.1',
      SNOWFLAKE_PORT: '8084',
      SNOWFLAKE_PROTOCOL: 'http',
      SNOWFLAKE_DATABASE: 'DB',
      SNOWFLAKE_SCHEMA: 'PUBLIC',
      SNOWFLAKE_SERVICE_NAME: 'TINY',
      GREETING: 'hello',
    })
    expect(Object.keys(env).filter((name) => name.startsWith('npm_') || name === 'USER')).toEqual(
      [],
    )
    const token = await call(account, '/token')
    expect(account.account.tokens.resolve(token)).toEqual({
      kind: 'service',
      service: 'DB.PUBLIC.TINY',
    })
    const path = join(env['SPCS_SESSION_DIR'] ?? '', 'token')
    expect(statSync(path).mode & 0o777).toBe(0o644)
    // What a container prints comes to its log a little later than its answer.
    await vi.waitFor(async () => {
      const logs = await account.system('SYSTEM$GET_SERVICE_LOGS', 'tiny', 0, 'tiny')
      expect(logs).toMatch(/^listening\n/)
    })
  })

  test('is started again when its process is killed, and answers the next call', async () => {
    await using account = await accountWithService()
    const pid = Number(await call(account, '/pid'))
    process.kill(pid, 'SIGKILL')
    await until(account, () => container(account)?.lastExitCode === 137)
    expect(Number(await call(account, '/pid'))).not.toBe(pid)
    expect(await account.show('SHOW SERVICE CONTAINERS IN SERVICE tiny')).toMatchObject([
      { status: 'READY', restart_count: '1', last_exit_code: '137' },
    ])
    expect(await logOf(account, true)).toContain('GET /pid')
  })

  test('takes everything that its processes started along', async () => {
    await using account = await accountWithService()
    const sleeper = Number(await call(account, '/spawn'))
    expect(isRunning(sleeper)).toBe(true)
    await account.run('ALTER SERVICE tiny SUSPEND')
    await until(account, () => status(account) === 'SUSPENDED')
    expect(isRunning(sleeper)).toBe(false)
  })

  test('that keeps crashing is FAILED, and a call says why at once', async () => {
    await using account = serviceAccount()
    await account.push({
      layers: [{ 'app/main.js': "console.error('no config'); process.exit(3)" }],
    })
    await createPool(account)
    await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${tinySpec()}`)
    await until(account, () => status(account) === 'FAILED')
    expect(container(account)).toMatchObject({
      message: 'Encountered fatal error while running, check container logs',
      lastExitCode: 3,
    })
    expect((await logOf(account)) + (await logOf(account, true))).toContain('no config\n')
    await expect(call(account, '/pid')).rejects.toMatchObject({
      code: '100351',
      message: expect.stringContaining('last exit code 3') as string,
    })
    await account.push({})
    await account.run(`ALTER SERVICE tiny FROM SPECIFICATION ${tinySpec()}`)
    await until(account, () => status(account) === 'RUNNING')
  })

  test.each([
    ['command: ["/no/such/program"]', 'Cannot start "/no/such/program"'],
    ['command: ["node"]\n    args: ["-e", "process.exit(9)"]', ''],
  ])('with %s is FAILED and its log says why', async (command, log) => {
    await using account = serviceAccount()
    await account.push({})
    await createPool(account)
    const spec = tinySpec({ container: `    ${command}` })
    await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${spec}`)
    await until(account, () => status(account) === 'FAILED')
    expect((await logOf(account)) + (await logOf(account, true))).toContain(log)
  })

  test('is suspended and resumed by statements, and resumed by a call', async () => {
    await using account = await accountWithService()
    const pid = Number(await call(account, '/pid'))
    await account.run('ALTER SERVICE tiny SUSPEND')
    await until(account, () => status(account) === 'SUSPENDED')
    expect(isRunning(pid)).toBe(false)
    expect(await account.show('SHOW SERVICE CONTAINERS IN SERVICE tiny')).toMatchObject([
      { service_status: 'SUSPENDED', instance_id: null, container_name: null, status: null },
    ])
    expect(readdirSync(join(account.directory, 'run'))).toEqual([])
    await account.run('ALTER SERVICE tiny RESUME')
    await until(account, () => status(account) === 'RUNNING')
    await account.run('ALTER SERVICE tiny SUSPEND')
    expect(await call(account, '/healthcheck')).toBe('ok')
    expect(service(account)).toMatchObject({ suspended: false })
    await account.run('ALTER SERVICE tiny SET AUTO_RESUME = FALSE')
    await account.run('ALTER SERVICE tiny SUSPEND')
    await expect(call(account, '/healthcheck')).rejects.toMatchObject({ code: '100351' })
  })

  test('goes with DROP SERVICE, and another may take its name at once', async () => {
    await using account = await accountWithService()
    const pid = Number(await call(account, '/pid'))
    await account.run('DROP SERVICE tiny')
    await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${tinySpec()}`)
    await until(account, () => status(account) === 'RUNNING' && !isRunning(pid))
    expect(Number(await call(account, '/pid'))).not.toBe(pid)
  })

  test('scales by MIN_INSTANCES', async () => {
    await using account = await accountWithService()
    await account.run('ALTER SERVICE tiny SET MIN_INSTANCES = 2 MAX_INSTANCES = 2')
    await until(account, () => account.services.status(service(account)).instances.length === 2)
    await until(account, () => status(account) === 'RUNNING')
    await account.run('ALTER SERVICE tiny UNSET MIN_INSTANCES')
    await until(account, () => account.services.status(service(account)).instances.length === 1)
    expect(await account.show('SHOW SERVICE INSTANCES IN SERVICE tiny')).toMatchObject([
      { instance_id: '0', status: 'READY' },
    ])
  })

  test('waits for room on its pool, and takes it when it comes', async () => {
    await using account = await accountWithService()
    const spec = tinySpec({ container: '    resources: { requests: { cpu: "0.6" } }' })
    await account.run(`CREATE SERVICE second IN COMPUTE POOL pool FROM SPECIFICATION ${spec}`)
    await until(
      account,
      () => container(account, 'SECOND')?.message.startsWith('Unschedulable') ?? false,
    )
    expect(await account.show('DESC COMPUTE POOL pool')).toMatchObject([
      { state: 'ACTIVE', error_code: '392508', active_nodes: '1', target_nodes: '1' },
    ])
    await account.run('DROP SERVICE tiny')
    await until(account, () => status(account, 'SECOND') === 'RUNNING')
    expect(container(account, 'SECOND')?.message).toBe('Running')
    expect(await account.show('DESC COMPUTE POOL pool')).toMatchObject([{ error_code: '' }])
  })

  describe('with a stage volume', () => {
    test('shares a folder with its stage: what is put, written and removed', async () => {
      await using account = await accountWithVolume()
      const { stages, catalog } = account.account
      const stage = catalog.stages.get('DB.PUBLIC.VOLUMES')
      await stages.write(stage, 'notebook/a.txt', Buffer.from('from the stage'))
      expect(await call(account, '/files', '/home/node/work/a.txt')).toBe('from the stage')

      await call(account, '/write', '/home/node/work/sub/b.txt')
      const [a, b] = await stages.list(stage, 'notebook/')
      expect(a?.path).toBe('notebook/a.txt')
      expect(b).toEqual({
        path: 'notebook/sub/b.txt',
        size: 11,
        md5: createHash('md5').update('from inside').digest('hex'),
        lastModified: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      })
      expect(Math.abs(Date.now() - Date.parse(b?.lastModified ?? ''))).toBeLessThan(60_000)

      // The folder of the volume stays, also when nothing is left in it.
      for (const { path } of await stages.list(stage)) await stages.remove(stage, path)
      expect(await call(account, '/files', '/home/node/work/a.txt')).toContain('ENOENT')
      expect(await call(account, '/write', '/home/node/work/c.txt')).toBe('written')
      expect((await stages.list(stage)).map(({ path }) => path)).toEqual(['notebook/c.txt'])
    })

    test('holds the container to the rules of v2, and shows its sidecar', async () => {
      await using account = await accountWithVolume()
      await call(account, '/write', '/home/node/work/a.txt')
      expect(await call(account, '/append', '/home/node/work/a.txt')).toContain('EOPNOTSUPP')
      const rows = await account.show('SHOW SERVICE CONTAINERS IN SERVICE tiny')
      expect(rows.map((row) => [row['container_name'], row['status']])).toEqual([
        ['tiny', 'READY'],
        ['stage-mount-v2-sidecar-work', 'READY'],
      ])
    })

    test('v1 has neither rules nor a sidecar', async () => {
      await using account = await accountWithVolume('"@volumes/notebook"')
      await call(account, '/write', '/home/node/work/a.txt')
      expect(await call(account, '/append', '/home/node/work/a.txt')).toBe('written')
      const rows = await account.show('SHOW SERVICE CONTAINERS IN SERVICE tiny')
      expect(rows).toHaveLength(1)
    })

    test('is read-only without WRITE on the stage', async () => {
      await using account = await accountWithVolume(STAGE_V2, 'READER')
      const stage = account.account.catalog.stages.get('DB.PUBLIC.VOLUMES')
      await account.account.stages.write(stage, 'notebook/a.txt', Buffer.from('read'))
      expect(await call(account, '/files', '/home/node/work/a.txt')).toBe('read')
      expect(await call(account, '/write', '/home/node/work/b.txt')).toContain('EROFS')
    })
  })
})

const STAGE_V2 = 'stage, stageConfig: { name: "@volumes/notebook" }'

/** A service that is ready, with the volume `work` at /home/node/work; its role has READ on the stage, and all else. */
async function accountWithVolume(source = STAGE_V2, role = 'ACCOUNTADMIN') {
  const account = serviceAccount()
  await account.push({})
  await createPool(account)
  account.account.catalog.stages.put({
    kind: 'STAGE',
    database: 'DB',
    schema: 'PUBLIC',
    name: 'VOLUMES',
    id: 'v1',
    createdOn: '2026-01-01T00:00:00.000Z',
    owner: 'ACCOUNTADMIN',
    comment: '',
    encryption: 'SNOWFLAKE_SSE',
    directoryEnabled: false,
    sessionId: null,
  })
  const spec = tinySpec({
    container: '    volumeMounts: [{ name: work, mountPath: /home/node/work }]',
    spec: `  volumes: [{ name: work, source: ${source} }]`,
  })
  await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${spec}`)
  if (role !== 'ACCOUNTADMIN') {
    await account.run('ALTER SERVICE tiny SUSPEND')
    account.account.catalog.services.changeCommon('DB.PUBLIC.TINY', { owner: role })
    await account.run('ALTER SERVICE tiny RESUME')
  }
  return account
}

describe('Services', () => {
  test('ends what an account left that was killed, and starts its services again', async () => {
    const account = await accountWithService()
    const left = Number(await call(account, '/pid'))
    // Another account on the same state, as after a kill: the first one never ended anything.
    const { directory } = account
    const next = serviceAccount({ directory })
    for (const pool of account.account.catalog.computePools.list()) {
      next.account.catalog.computePools.put(pool)
    }
    next.account.catalog.services.put(service(account))
    await next.services.start()
    await account.services.stop()
    expect(isRunning(left)).toBe(false)
    expect(Number(await call(next, '/pid'))).not.toBe(left)
    await next.services.stop()
  })

  test('starts although a service cannot be read any more', async () => {
    await using account = serviceAccount()
    await account.push({})
    await createPool(account)
    await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${tinySpec()}`)
    const { services } = account.account.catalog
    services.put({ ...service(account), name: 'BROKEN', id: 'broken', spec: 'of another time' })
    await using next = serviceAccount()
    for (const one of services.list()) next.account.catalog.services.put(one)
    await next.services.start()
    expect(next.services.status(service(next, 'BROKEN')).instances).toEqual([])
    expect(next.services.status(service(next)).instances).toHaveLength(1)
  })

  test('ends what is in a schema when the schema goes', async () => {
    await using account = await accountWithService()
    const pid = Number(await call(account, '/pid'))
    await endServices({ database: 'DB', schema: 'PUBLIC' }, account.account)
    await until(account, () => !isRunning(pid))
    expect(await account.show('SHOW IMAGES IN IMAGE REPOSITORY image_repo')).toEqual([])
  })

  test('stops a process that does not heed SIGTERM, within the grace time', async () => {
    const account = await accountWithService('', '    env: { STUBBORN: "1" }')
    const pid = Number(await call(account, '/pid'))
    await account.services.stop()
    expect(isRunning(pid)).toBe(false)
    expect(readdirSync(join(account.directory, 'run'))).toEqual([])
  })

  test('calls a service function in batches, and tells what the service said', async () => {
    await using account = await accountWithService()
    await account.run(
      `CREATE FUNCTION convert_udf(temp_c FLOAT) RETURNS FLOAT SERVICE = tiny ENDPOINT = 'api' MAX_BATCH_ROWS = 5 AS '/convert'`,
    )
    await account.run(
      `CREATE FUNCTION rejected(temp_c FLOAT) RETURNS FLOAT SERVICE = tiny ENDPOINT = api AS '/reject'`,
    )
    const { functions } = account.account.catalog
    const callFunction = createCallServiceFunction(account.account)
    const rows = [[12], [19], [18], [23], [0], [100]]
    const convert = functions.get('DB.PUBLIC.CONVERT_UDF(FLOAT)')
    expect(await callFunction({ function: convert, site: 1, rows }, account.context())).toEqual([
      53.6, 66.2, 64.4, 73.4, 32, 212,
    ])
    const posts = async () => (await logOf(account)).match(/POST \/convert/g)
    await expect.poll(posts).toHaveLength(2)

    const rejected = functions.get('DB.PUBLIC.REJECTED(FLOAT)')
    await expect(
      callFunction({ function: rejected, site: 1, rows }, account.context()),
    ).rejects.toMatchObject({
      code: '100351',
      message: `Request failed for external function REJECTED with remote service error: 400 'row 0 is bad'`,
    })
  })

  test('calls again when the process dies between or under the calls', async () => {
    await using account = await accountWithService()
    await account.run(
      `CREATE FUNCTION convert_udf(temp_c FLOAT) RETURNS FLOAT SERVICE = tiny ENDPOINT = 'api' AS '/convert'`,
    )
    const convert = account.account.catalog.functions.get('DB.PUBLIC.CONVERT_UDF(FLOAT)')
    const callFunction = createCallServiceFunction(account.account)
    const callOnce = () =>
      callFunction({ function: convert, site: 1, rows: [[12]] }, account.context())
    expect(await callOnce()).toEqual([53.6])
    process.kill(Number(await call(account, '/pid')), 'SIGKILL')
    expect(await callOnce()).toEqual([53.6])
    expect(container(account)?.restartCount).toBe(1)
  })
})
