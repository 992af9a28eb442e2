import { describe, expect, test } from 'vitest'
import { type Answer, missingObject, type Row, ScriptedRunner } from '../testing/scripted-runner.ts'
import { applyDrop } from './apply-cleanup.ts'
import type { CleanupPlan, CleanupWishes } from './cleanup-plan.ts'
import { readCleanup } from './read-cleanup.ts'

const WISHES: CleanupWishes = {
  adminRole: 'ACCOUNTADMIN',
  role: 'DEPLOYER',
  schema: 'DB.PUBLIC',
  account: { roles: [{ name: 'DEPLOYER' }], users: [{ name: 'DEV' }] },
  objects: {
    databases: [{ name: 'DB' }],
    warehouses: [{ name: 'WH' }],
    stages: [{ name: 'DB.PUBLIC.SPECS' }],
    computePools: [{ name: 'POOL', minNodes: 1, maxNodes: 1, instanceFamily: 'CPU_X64_XS' }],
  },
  services: ['DB.PUBLIC.API'],
  functions: [],
}

const API = { database_name: 'DB', schema_name: 'PUBLIC', name: 'API' }
const DEPLOYED: Record<string, Answer> = {
  "SHOW SERVICES LIKE 'API'": [API],
  'SHOW SERVICES IN': [API],
  "SHOW COMPUTE POOLS LIKE 'POOL'": [{ name: 'POOL' }],
  "SHOW DATABASES LIKE 'DB'": [{ name: 'DB' }],
  "SHOW WAREHOUSES LIKE 'WH'": [{ name: 'WH' }],
  "SHOW STAGES LIKE 'SPECS'": [{ database_name: 'DB', schema_name: 'PUBLIC', name: 'SPECS' }],
  'SHOW STAGES IN DATABASE': [{ database_name: 'DB', schema_name: 'PUBLIC', name: 'SPECS' }],
  'LIST @DB.PUBLIC.SPECS': [{ name: 'specs/a.yaml' }],
  'SHOW TABLES IN DATABASE': [
    { database_name: 'DB', schema_name: 'PUBLIC', name: 'WEATHER', rows: 10 },
    { database_name: 'DB', schema_name: 'PUBLIC', name: 'SPCS_DEPLOY_LOCKS', rows: 0 },
  ],
  "SHOW USERS LIKE 'DEV'": [{ name: 'DEV', default_role: 'DEPLOYER' }],
  "SHOW ROLES LIKE 'DEPLOYER'": [{ name: 'DEPLOYER' }],
  'SHOW GRANTS TO ROLE DEPLOYER': [
    owns('DATABASE', 'DB'),
    owns('SCHEMA', 'DB.PUBLIC'),
    owns('FUNCTION', 'DB.PUBLIC."F(C FLOAT):FLOAT"'),
    owns('COMPUTE_POOL', 'POOL'),
    owns('WAREHOUSE', 'WH'),
  ],
}

describe('readCleanup()', () => {
  test('drops from the inside out, and tells what goes along', async () => {
    const { drops, kept } = await read({})
    expect(kept).toEqual([])
    expect(drops.map(({ object, sql }) => [object, ...sql])).toEqual([
      ['service DB.PUBLIC.API', 'DROP SERVICE IF EXISTS DB.PUBLIC.API FORCE'],
      [
        'compute pool POOL',
        'ALTER COMPUTE POOL IF EXISTS POOL STOP ALL',
        'DROP COMPUTE POOL IF EXISTS POOL',
      ],
      ['database DB', 'DROP DATABASE IF EXISTS DB'],
      ['warehouse WH', 'DROP WAREHOUSE IF EXISTS WH'],
      ['user DEV', 'DROP USER IF EXISTS DEV'],
      ['role DEPLOYER', 'DROP ROLE IF EXISTS DEPLOYER'],
    ])
    expect(drops[2]?.contents).toEqual([
      { object: 'table DB.PUBLIC.WEATHER', size: '10 rows', isOurs: false },
      { object: 'stage DB.PUBLIC.SPECS', size: '1 file', isOurs: true },
      { object: 'service DB.PUBLIC.API', size: '', isOurs: true },
    ])
  })

  test('has nothing to do where nothing is', async () => {
    expect(await readCleanup(new ScriptedRunner(), WISHES)).toEqual({ drops: [], kept: [] })
  })

  test('keeps a compute pool that a service of others runs in', async () => {
    const other = { database_name: 'OTHER', schema_name: 'PUBLIC', name: 'S' }
    const { drops, kept } = await read({ 'SHOW SERVICES IN COMPUTE POOL': [API, other] })
    expect(kept).toEqual([
      { object: 'compute pool POOL', why: 'service OTHER.PUBLIC.S runs in it' },
    ])
    expect(namesOf(drops)).toContain('service DB.PUBLIC.API')
  })

  test('keeps a role that owns what others made with it, and its users', async () => {
    const grants = [owns('DATABASE', 'DB'), owns('DATABASE', 'TEST_DB')]
    const { kept } = await read({ 'SHOW GRANTS TO ROLE DEPLOYER': grants })
    expect(kept).toEqual([
      { object: 'user DEV', why: 'its role DEPLOYER is kept' },
      { object: 'role DEPLOYER', why: 'it owns database TEST_DB' },
    ])
  })

  test('leaves roles and users to the admin role', async () => {
    const { kept } = await read({ 'USE ROLE ACCOUNTADMIN': missingObject() })
    expect(kept.map(({ why }) => why)).toEqual([
      'only ACCOUNTADMIN may drop it',
      'only ACCOUNTADMIN may drop it',
    ])
  })

  test('drops one by one what is in a database that is not its own', async () => {
    const { databases: _, ...objects } = WISHES.objects
    const lock = { database_name: 'DB', schema_name: 'PUBLIC', name: 'SPCS_DEPLOY_LOCKS' }
    const runner = new ScriptedRunner({ "SHOW TABLES LIKE 'SPCS": [lock], ...DEPLOYED })
    const { drops } = await readCleanup(runner, { ...WISHES, objects })
    expect(namesOf(drops)).toEqual([
      'service DB.PUBLIC.API',
      'compute pool POOL',
      'stage DB.PUBLIC.SPECS',
      'table DB.PUBLIC.SPCS_DEPLOY_LOCKS',
      'warehouse WH',
    ])
  })
})

describe('applyDrop()', () => {
  const drop = { object: 'compute pool POOL', sql: ['DROP COMPUTE POOL POOL'], contents: [] }

  test('tries again while what is in it still ends', async () => {
    const busy = fault('Compute pool POOL cannot be dropped: service DB.PUBLIC.API is in it')
    const runner = new ScriptedRunner({ 'DROP COMPUTE POOL': [busy, busy, []] })
    const told: string[] = []
    await applyDrop(runner, drop, { onProgress: (line) => told.push(line) })
    expect(runner.statements).toHaveLength(3)
    expect(told).toEqual([busy.message])
  })

  test('takes what has gone meanwhile as dropped, and any other refusal for good', async () => {
    await applyDrop(new ScriptedRunner({ DROP: missingObject() }), drop)
    const refused = fault('Insufficient privileges to operate on compute pool')
    const runner = new ScriptedRunner({ DROP: refused })
    await expect(applyDrop(runner, drop)).rejects.toBe(refused)
    expect(runner.statements).toHaveLength(1)
  })
})

/** Answers are found by the beginning of a statement, the first that fits. */
function read(answers: Record<string, Answer>): Promise<CleanupPlan> {
  return readCleanup(new ScriptedRunner({ ...answers, ...DEPLOYED, ...answers }), WISHES)
}

function namesOf(drops: CleanupPlan['drops']): string[] {
  return drops.map(({ object }) => object)
}

function owns(kind: string, name: string): Row {
  return { privilege: 'OWNERSHIP', granted_on: kind, name }
}

function fault(message: string): Error {
  return Object.assign(new Error(message), { code: 'SQL_FAILED', snowflakeCode: '395000' })
}
