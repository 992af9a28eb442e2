import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { LocalService } from '../services/local-service.ts'
import {
  type ServiceAccount,
  serviceAccount,
  tinySpec,
} from '../../packages/emulator/src/spcs/testing/service-account.ts'
import {
  accountWithService,
  call,
  createPool,
  digests,
  instanceStatuses,
  isUpgrading,
  logOf,
  service,
  shown,
  status,
  until,
  upgrade,
  upgraded,
} from '../../packages/emulator/src/spcs/testing/tiny-service.ts'

const TWO = 'MIN_INSTANCES = 2 MIN_READY_INSTANCES = 1'
const BROKEN = '    args: ["-e", "process.exit(9)"]\n    command: ["node"]'
const NEVER = '    env: { DELAY: "600000" }'

describe('an upgrade', () => {
  test('that fails leaves the rest running, and the way back waits for nothing', async () => {
    await using account = await accountWithService(TWO)
    await until(account, () => instanceStatuses(account) === 'READY,READY')
    const [createdOn, before] = [createdOnOf(account, 0), await digests(account)]
    // The endpoint moves with it, and yet is served by those who have it where it was.
    const broken = tinySpec({ container: BROKEN }).replaceAll('9090', '9091')
    await account.run(`ALTER SERVICE tiny FROM SPECIFICATION ${broken}`)
    await until(account, () => instanceStatuses(account) === 'READY,FAILED')
    expect(await call(account, '/healthcheck')).toBe('ok')
    expect(await shown(account)).toMatchObject({ status: 'RUNNING', is_upgrading: 'true' })
    expect(createdOnOf(account, 0)).toBe(createdOn)
    const rows = await account.show('SHOW SERVICE INSTANCES IN SERVICE tiny')
    expect(rows.map((row) => row['spec_digest'] === before[0])).toEqual([true, false])

    await upgrade(account, '    env: { GREETING: hello }')
    await upgraded(account)
    expect(instanceStatuses(account)).toBe('READY,READY')
    expect(await digests(account)).toEqual(before)
    expect(createdOnOf(account, 0)).toBe(createdOn)
  })

  test('of a single instance that fails is FAILED, until a further one mends it', async () => {
    await using account = await accountWithService()
    await upgrade(account, BROKEN)
    await until(account, () => status(account) === 'FAILED')
    expect(await isUpgrading(account)).toBe('true')
    await upgrade(account, '')
    await upgraded(account)
    expect(status(account)).toBe('RUNNING')
  })

  test('ends a call that takes too long, with its instance', async () => {
    await using account = await accountWithService('', NEVER, { drainMs: 50 })
    const hanging = call(account, '/convert', '{}').catch((error: unknown) => error)
    await vi.waitFor(async () => expect(await logOf(account)).toContain('POST /convert'))
    await upgrade(account, '    env: { VERSION: two }')
    await upgraded(account)
    expect(await hanging).toBeInstanceOf(Error)
  })
})

describe('two containers that want one port', () => {
  test('are one too many: it fails, and the instance with it', async () => {
    const account = serviceAccount()
    onTestFinished(() => account[Symbol.asyncDispose]())
    await account.push({})
    await createPool(account)
    const image = '/db/public/image_repo/tiny:dev'
    const containers = ['a', 'b'].map((name) => ({ name, image }))
    const endpoints = [{ name: 'api', port: 9090 }]
    const spec = JSON.stringify({ spec: { containers, endpoints } })
    await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION $$${spec}$$`)
    await until(account, () => instanceStatuses(account) === 'FAILED')
    const [instance] = account.services.status(service(account)).instances
    expect(instance?.containers.map((one) => one.status).toSorted()).toEqual(['FAILED', 'READY'])
    const failed = instance?.containers.find((one) => one.status === 'FAILED')
    const log = await logOf(account, true, { container: failed?.name ?? '' })
    expect(log).toContain('EADDRINUSE')
    expect(status(account)).toBe('FAILED')
  })
})

describe('the previous log', () => {
  test('stays the same over instances that never start', async () => {
    await using account = await accountWithService()
    await call(account, '/version')
    await vi.waitFor(async () => expect(await logOf(account)).toContain('GET /version'))
    await account.run('ALTER COMPUTE POOL pool SET AUTO_RESUME = FALSE')
    await account.run('ALTER COMPUTE POOL pool SUSPEND')
    await until(account, () => status(account) === 'SUSPENDED')
    await account.run('ALTER SERVICE tiny RESUME')
    await upgrade(account, '    env: { VERSION: two }')
    await until(account, () => instanceStatuses(account) === 'PENDING')
    expect(await logOf(account)).toBe('')
    expect(await logOf(account, true)).toContain('GET /version')
    await account.run('ALTER COMPUTE POOL pool RESUME')
    await upgraded(account)
    expect(await logOf(account)).toMatch(/^listening/)
    expect(await logOf(account, true)).toContain('GET /version')
  })

  test('has all that a container printed before it crashed', async () => {
    await using local = await LocalService.start()
    const image = await local.push(
      '1',
      `for (let n = 1; n <= 20000; n++) console.log('line ' + n)
       console.log('the end')
       process.exitCode = 3 // process.exit() would not wait for what is still to be written`,
    )
    const spec = JSON.stringify({ spec: { containers: [{ name: 'a', image }] } })
    await local.session.execute(
      `CREATE SERVICE S IN COMPUTE POOL POOL FROM SPECIFICATION $$${spec}$$`,
    )
    await local.waitUntil((row) => row.status === 'FAILED')
    const { rows } = await local.session.execute(
      `CALL SYSTEM$GET_SERVICE_LOGS('S', '0', 'a', 3, TRUE)`,
    )
    expect(String(rows[0]?.[0]).split('\n').toSorted()).toEqual([
      '',
      'line 19999',
      'line 20000',
      'the end',
    ])
  })
})

function createdOnOf(account: ServiceAccount, instance: number): string | undefined {
  return account.services.status(service(account)).instances[instance]?.createdOn
}
