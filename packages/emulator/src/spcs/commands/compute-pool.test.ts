import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsOf, statusOf } from '../../testing/test-account.ts'
import { type ServiceAccount, serviceAccount, tinySpec } from '../testing/service-account.ts'

const CREATE = 'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_XS'

let account: ServiceAccount
beforeEach(() => {
  account = serviceAccount()
})
afterEach(() => account[Symbol.asyncDispose]())

describe('CREATE COMPUTE POOL', () => {
  test('starts the nodes, which one can see', async () => {
    expect(statusOf(await account.run(CREATE))).toBe('Compute pool POOL successfully created.')
    expect(await account.show('SHOW COMPUTE POOLS')).toMatchObject([
      { name: 'POOL', state: 'STARTING', active_nodes: '0', idle_nodes: '0', target_nodes: '1' },
    ])
    await stateIs('IDLE')
    expect(await account.show('DESC COMPUTE POOL pool')).toMatchObject([
      {
        state: 'IDLE',
        min_nodes: '1',
        max_nodes: '2',
        instance_family: 'CPU_X64_XS',
        idle_nodes: '1',
        auto_suspend_secs: '3600',
        auto_resume: 'true',
        owner: 'ACCOUNTADMIN',
        comment: null,
      },
    ])
  })

  test('leaves one that is there as it is, or refuses', async () => {
    await account.run(CREATE)
    const again = CREATE.replace('POOL pool', 'POOL IF NOT EXISTS pool')
    expect(statusOf(await account.run(again))).toBe('POOL already exists, statement succeeded.')
    await expect(account.run(CREATE)).rejects.toMatchObject({ code: '002002' })
  })

  test('may be suspended from the start', async () => {
    await account.run(`${CREATE} INITIALLY_SUSPENDED = TRUE COMMENT = 'later'`)
    expect(await account.show('SHOW COMPUTE POOLS')).toMatchObject([
      { state: 'SUSPENDED', target_nodes: '0', resumed_on: null, comment: 'later' },
    ])
    expect(await account.show('SHOW NODES IN COMPUTE POOL pool')).toEqual([])
  })

  test.each([
    ['MIN_NODES = 1 MAX_NODES = 1', '001003'],
    ['MIN_NODES = 0 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS', '001420'],
    ['MIN_NODES = 2 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS', '001420'],
    ['MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = standard_1', '001420'],
    ["MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS PLACEMENT_GROUP = 'a'", '000002'],
    ['MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS NODES = 1', '001003'],
  ])('with %s is refused with %s', async (properties, code) => {
    await expect(account.run(`CREATE COMPUTE POOL pool ${properties}`)).rejects.toMatchObject({
      code,
    })
    expect(await account.show('SHOW COMPUTE POOLS')).toEqual([])
  })

  test('needs a name without quotes, and the privilege', async () => {
    const quoted = CREATE.replace('pool ', '"my pool" ')
    await expect(account.run(quoted)).rejects.toThrow('must be unquoted identifiers')
    account.session.role = 'PUBLIC'
    await expect(account.run(CREATE)).rejects.toMatchObject({ code: '003001' })
  })
})

describe('ALTER COMPUTE POOL', () => {
  test('suspends the pool with its services, and resumes the pool', async () => {
    await account.run(CREATE)
    await createService()
    await stateIs('ACTIVE')
    await account.run('ALTER COMPUTE POOL pool SUSPEND')
    await stateIs('SUSPENDED')
    const status = async () => (await account.show('SHOW SERVICES'))[0]?.['status']
    await expect.poll(status).toBe('SUSPENDED')
    await account.run('ALTER COMPUTE POOL pool RESUME')
    await stateIs('IDLE')
    expect(await status()).toBe('SUSPENDED')
  })

  test('is resumed by a service that is resumed in it', async () => {
    await account.run(CREATE)
    await createService()
    await account.run('ALTER COMPUTE POOL pool SUSPEND')
    await stateIs('SUSPENDED')
    await account.run('ALTER SERVICE tiny RESUME')
    await stateIs('ACTIVE')
    expect(account.account.catalog.computePools.get('POOL').suspended).toBe(false)
  })

  test('STOP ALL drops the services', async () => {
    await account.run(CREATE)
    await createService()
    expect(statusOf(await account.run('ALTER COMPUTE POOL pool STOP ALL'))).toBe(
      'Statement executed successfully.',
    )
    expect(await account.show('SHOW SERVICES')).toEqual([])
    await stateIs('IDLE')
  })

  test('sets and unsets properties', async () => {
    await account.run(CREATE)
    await account.run(
      "ALTER COMPUTE POOL pool SET MAX_NODES = 3 AUTO_SUSPEND_SECS = 60 COMMENT = 'x'",
    )
    expect(await account.show('SHOW COMPUTE POOLS')).toMatchObject([
      { max_nodes: '3', auto_suspend_secs: '60', comment: 'x' },
    ])
    await account.run('ALTER COMPUTE POOL pool UNSET AUTO_SUSPEND_SECS, COMMENT')
    expect(await account.show('SHOW COMPUTE POOLS')).toMatchObject([
      { max_nodes: '3', auto_suspend_secs: '3600', comment: null },
    ])
    const family = 'ALTER COMPUTE POOL pool SET INSTANCE_FAMILY = CPU_X64_S'
    await expect(account.run(family)).rejects.toThrow('must be suspended')
    await account.run('ALTER COMPUTE POOL pool SUSPEND')
    await account.run(family)
    expect(await account.show('SHOW COMPUTE POOLS')).toMatchObject([
      { instance_family: 'CPU_X64_S' },
    ])
  })

  test('of one that is not there is refused, unless IF EXISTS', async () => {
    await expect(account.run('ALTER COMPUTE POOL pool SUSPEND')).rejects.toMatchObject({
      code: '002043',
    })
    await account.run('ALTER COMPUTE POOL IF EXISTS pool SUSPEND')
  })
})

describe('DROP COMPUTE POOL', () => {
  test('needs the pool to be empty', async () => {
    await account.run(CREATE)
    await createService()
    await expect(account.run('DROP COMPUTE POOL pool')).rejects.toThrow('service TINY is in it')
    await account.run('ALTER COMPUTE POOL pool STOP ALL')
    expect(statusOf(await account.run('DROP COMPUTE POOL pool'))).toBe('POOL successfully dropped.')
    expect(await account.show('SHOW COMPUTE POOLS')).toEqual([])
    expect(statusOf(await account.run('DROP COMPUTE POOL IF EXISTS pool'))).toBe(
      'Drop statement executed successfully (POOL already dropped).',
    )
    await expect(account.run('DROP COMPUTE POOL pool')).rejects.toMatchObject({ code: '002003' })
  })
})

describe('SHOW', () => {
  const COMMON =
    'name state min_nodes max_nodes instance_family num_services num_jobs auto_suspend_secs auto_resume active_nodes idle_nodes target_nodes created_on resumed_on updated_on owner comment is_exclusive application'

  test.each([
    ['SHOW COMPUTE POOLS', `${COMMON} placement_group backup_instance_families`],
    [
      'DESCRIBE COMPUTE POOL pool',
      `${COMMON} budget error_code status_message placement_group backup_instance_families`,
    ],
    [
      'SHOW COMPUTE POOL INSTANCE FAMILIES',
      'name description vcpu memory_gib storage_gib gpu gpu_count gpu_memory_gib current_node_usage message',
    ],
    [
      'SHOW NODES IN COMPUTE POOL pool',
      'node_id instance_family created_on placement_group vcpu memory_gib storage_gib gpu gpu_count gpu_memory_gib',
    ],
  ])('%s has its columns in order', async (sql, columns) => {
    await account.run(CREATE)
    expect(columnsOf(await account.run(sql)).join(' ')).toBe(columns)
  })

  test('filters pools', async () => {
    for (const name of ['alpha', 'beta']) await account.run(CREATE.replace('pool ', `${name} `))
    expect(await names("SHOW COMPUTE POOLS LIKE 'AL%'")).toEqual(['ALPHA'])
    expect(await names("SHOW COMPUTE POOLS STARTS WITH 'B'")).toEqual(['BETA'])
    expect(await names('SHOW COMPUTE POOLS LIMIT 1')).toEqual(['ALPHA'])
  })
})

async function names(sql: string): Promise<unknown[]> {
  return (await account.show(sql)).map((row) => row['name'])
}

async function createService(): Promise<void> {
  await account.push({})
  await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${tinySpec()}`)
}

async function stateIs(state: string): Promise<void> {
  const pool = account.account.catalog.computePools.get('POOL')
  const { signal } = new AbortController()
  const isSo = () => account.services.poolStatus(pool).status === state
  expect(await account.services.waitUntil(isSo, { timeoutMs: 10_000, signal })).toBe(true)
}
