import { beforeEach, describe, expect, test } from 'vitest'
import {
  columnsOf,
  rowsOf,
  statusOf,
  type TestAccount,
  testAccount,
} from '../testing/test-account.ts'
import { useCommands } from './use.ts'
import { warehouseCommands } from './warehouse.ts'

let account: TestAccount
beforeEach(() => {
  account = testAccount({}, { commands: [...warehouseCommands, ...useCommands] })
})

const shown = async (name: string): Promise<Record<string, string | null> | undefined> =>
  rowsOf(await account.run(`SHOW WAREHOUSES LIKE '${name}'`))[0]

describe('CREATE WAREHOUSE', () => {
  test("takes the quickstart's statement and becomes current", async () => {
    const sql = `CREATE OR REPLACE WAREHOUSE CONTAINER_HOL_WH
      WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 120 AUTO_RESUME = TRUE`
    expect(statusOf(await account.run(sql))).toBe(
      'Warehouse CONTAINER_HOL_WH successfully created.',
    )
    expect(account.session.warehouse).toBe('CONTAINER_HOL_WH')
    expect(await shown('container_hol_wh')).toMatchObject({
      state: 'STARTED',
      size: 'X-Small',
      auto_suspend: '120',
      auto_resume: 'true',
      is_current: 'Y',
    })
    expect(statusOf(await account.run('CREATE WAREHOUSE IF NOT EXISTS container_hol_wh'))).toBe(
      'CONTAINER_HOL_WH already exists, statement succeeded.',
    )
    await expect(account.run('CREATE WAREHOUSE container_hol_wh')).rejects.toMatchObject({
      code: '002002',
    })
  })

  test.each([
    ["'X-SMALL'", 'X-Small'],
    ['small', 'Small'],
    ["'xlarge'", 'X-Large'],
    ['XXLARGE', '2X-Large'],
    ['X2LARGE', '2X-Large'],
    ["'2X-LARGE'", '2X-Large'],
    ["'4X-LARGE'", '4X-Large'],
  ])('knows the size %s', async (typed, size) => {
    await account.run(`CREATE WAREHOUSE w WITH WAREHOUSE_SIZE = ${typed}`)
    expect(await shown('w')).toMatchObject({ size })
  })

  test('refuses a size that there is not, and makes nothing', async () => {
    const sql = "CREATE WAREHOUSE w WAREHOUSE_SIZE = 'HUGE'"
    await expect(account.run(sql)).rejects.toMatchObject({ code: '001420' })
    expect(await shown('w')).toBeUndefined()
  })
})

describe('ALTER WAREHOUSE', () => {
  test('suspends and resumes, each once', async () => {
    await account.run('CREATE WAREHOUSE w INITIALLY_SUSPENDED = TRUE')
    expect(await shown('w')).toMatchObject({ state: 'SUSPENDED' })
    await expect(account.run('ALTER WAREHOUSE w SUSPEND')).rejects.toMatchObject({
      code: '090064',
      message: "Invalid state. Warehouse 'W' cannot be suspended.",
    })
    await account.run('ALTER WAREHOUSE w RESUME')
    await account.run('ALTER WAREHOUSE w RESUME IF SUSPENDED')
    await expect(account.run('ALTER WAREHOUSE w RESUME')).rejects.toMatchObject({ code: '090063' })
    await account.run('ALTER WAREHOUSE SUSPEND')
    expect(await shown('w')).toMatchObject({ state: 'SUSPENDED' })
  })

  test('sets and unsets properties', async () => {
    await account.run('CREATE WAREHOUSE w')
    await account.run("ALTER WAREHOUSE w SET AUTO_SUSPEND = NULL COMMENT = 'hi'")
    expect(await shown('w')).toMatchObject({ auto_suspend: null, comment: 'hi' })
    await account.run('ALTER WAREHOUSE w UNSET COMMENT, AUTO_SUSPEND')
    expect(await shown('w')).toMatchObject({ auto_suspend: '600', comment: '' })
    await expect(account.run('ALTER WAREHOUSE nope SUSPEND')).rejects.toMatchObject({
      code: '002043',
      sqlState: '02000',
    })
    await account.run('ALTER WAREHOUSE IF EXISTS nope SUSPEND')
    await expect(account.run('ALTER WAREHOUSE w RENAME TO v')).rejects.toMatchObject({
      code: '000002',
    })
  })

  test('needs OPERATE, MODIFY or ownership', async () => {
    await account.run('CREATE WAREHOUSE w')
    await account.run('USE ROLE public')
    await expect(account.run('ALTER WAREHOUSE w SUSPEND')).rejects.toMatchObject({ code: '003001' })
    await expect(account.run('DROP WAREHOUSE w')).rejects.toMatchObject({ code: '003001' })
  })
})

describe('DROP WAREHOUSE', () => {
  test('leaves the session without one', async () => {
    await account.run('CREATE WAREHOUSE w')
    expect(statusOf(await account.run('DROP WAREHOUSE w'))).toBe('W successfully dropped.')
    expect(account.session.warehouse).toBeNull()
    await expect(account.run('DROP WAREHOUSE w')).rejects.toMatchObject({ code: '002003' })
    expect(statusOf(await account.run('DROP WAREHOUSE IF EXISTS w'))).toContain('already dropped')
  })
})

describe('SHOW and DESCRIBE WAREHOUSE', () => {
  test('have the columns in order', async () => {
    expect(columnsOf(await account.run('SHOW WAREHOUSES'))).toEqual([
      'name',
      'state',
      'type',
      'size',
      'min_cluster_count',
      'max_cluster_count',
      'started_clusters',
      'running',
      'queued',
      'is_default',
      'is_current',
      'auto_suspend',
      'auto_resume',
      'available',
      'provisioning',
      'quiescing',
      'other',
      'created_on',
      'resumed_on',
      'updated_on',
      'owner',
      'comment',
      'enable_query_acceleration',
      'query_acceleration_max_scale_factor',
      'resource_monitor',
      'actives',
      'pendings',
      'failed',
      'suspended',
      'uuid',
      'scaling_policy',
      'budget',
      'owner_role_type',
    ])
    expect(columnsOf(await account.run('DESC WAREHOUSE compute_wh'))).toEqual([
      'created_on',
      'name',
      'kind',
    ])
    expect(await shown('compute_wh')).toMatchObject({ is_default: 'Y', is_current: 'Y' })
  })
})
