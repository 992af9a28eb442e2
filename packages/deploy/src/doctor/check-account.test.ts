import { describe, expect, test } from 'vitest'
import { type Answer, missingObject, type Row, ScriptedRunner } from '../testing/scripted-runner.ts'
import { type AccountWishes, checkAccount } from './check-account.ts'
import type { Check } from './check.ts'

const WISHES: AccountWishes = {
  adminRole: 'ACCOUNTADMIN',
  role: 'DEPLOYER',
  schema: 'DB.PUBLIC',
  account: {
    grants: [
      { privilege: 'CREATE COMPUTE POOL', on: 'ACCOUNT', toRole: 'DEPLOYER' },
      { privilege: 'BIND SERVICE ENDPOINT', on: 'ACCOUNT', toRole: 'DEPLOYER' },
    ],
  },
  objects: {
    databases: [{ name: 'DB' }],
    warehouses: [{ name: 'WH' }],
    computePools: [{ name: 'POOL', minNodes: 1, maxNodes: 1, instanceFamily: 'CPU_X64_XS' }],
  },
  users: [{ user: 'DEV', service: 'DB.PUBLIC.API' }],
}

const OWN: Row[] = [
  grant('OWNERSHIP', 'DATABASE', 'DB'),
  grant('OWNERSHIP', 'SCHEMA', 'DB.PUBLIC'),
  grant('OWNERSHIP', 'WAREHOUSE', 'WH'),
  grant('OWNERSHIP', 'COMPUTE_POOL', 'POOL'),
  grant('CREATE COMPUTE POOL', 'ACCOUNT', 'A'),
  grant('BIND SERVICE ENDPOINT', 'ACCOUNT', 'A'),
]

/** An account in which all is well. */
const GOOD: Record<string, Answer> = {
  'SELECT CURRENT_ACCOUNT()': [
    { account: 'A', user: 'ME', role: 'DEPLOYER', version: '9.0.0', time: new Date() },
  ],
  'SELECT CURRENT_USER()': [{ user: 'ME' }],
  'SHOW ROLES': [{ name: 'DEPLOYER' }],
  'SHOW GRANTS TO ROLE DEPLOYER': OWN,
  'SHOW USERS': [{ name: 'DEV', default_role: 'DEPLOYER' }],
  'SHOW DATABASES': [{ name: 'DB', owner: 'DEPLOYER' }],
  'SHOW WAREHOUSES': [{ name: 'WH', owner: 'DEPLOYER', state: 'STARTED' }],
  'SHOW COMPUTE POOLS': [{ name: 'POOL', owner: 'DEPLOYER', state: 'IDLE' }],
  'SHOW COMPUTE POOL INSTANCE FAMILIES': [{ name: 'CPU_X64_XS', description: '1 vCPU' }],
}

describe('checkAccount()', () => {
  test('finds an account as it should be, and changes nothing', async () => {
    const runner = new ScriptedRunner(GOOD)
    const checks = await checkAccount(runner, WISHES)
    expect(checks.map(({ status }) => status)).toEqual(checks.map(() => 'ok'))
    expect(checks.map(({ subject }) => subject)).toEqual([
      'account A',
      'clock',
      'role ACCOUNTADMIN',
      'role DEPLOYER',
      'privileges',
      'user DEV',
      'database DB',
      'warehouse WH',
      'compute pool POOL',
      'schema DB.PUBLIC',
      'instance family CPU_X64_XS',
    ])
    const others = runner.statements.filter((sql) => !/^(SELECT|SHOW|DESCRIBE|USE ROLE) /.test(sql))
    expect(others).toEqual([])
  })

  test('in an empty account, says what setup will make', async () => {
    const checks = await checkWith({
      'USE ROLE DEPLOYER': missingObject(),
      'SHOW ROLES': [],
      'SHOW GRANTS TO ROLE DEPLOYER': missingObject(),
      'SHOW USERS': [],
      'SHOW DATABASES': [],
      'SHOW WAREHOUSES': [],
      'SHOW COMPUTE POOLS': [],
    })
    expect(checks.filter(({ status }) => status === 'missing')).toEqual([])
    expect(wordsOf(checks, 'role DEPLOYER')).toContain('setup makes that right')
    expect(wordsOf(checks, 'privilege BIND SERVICE ENDPOINT')).toContain('setup grants it')
    expect(wordsOf(checks, 'database DB')).toContain('setup makes it')
  })

  test('asks for the admin role only where something needs it', async () => {
    const refused = missingObject()
    const complete = await checkWith({ 'USE ROLE ACCOUNTADMIN': refused })
    expect(statusOf(complete, 'role ACCOUNTADMIN')).toBe('noted')
    const lacking = await checkWith({
      'USE ROLE ACCOUNTADMIN': refused,
      'SHOW GRANTS TO ROLE DEPLOYER': OWN.slice(0, -1),
    })
    expect(statusOf(lacking, 'role ACCOUNTADMIN')).toBe('missing')
    expect(one(lacking, 'privilege BIND SERVICE ENDPOINT')).toMatchObject({
      status: 'missing',
      code: 'BIND_ENDPOINT_MISSING',
      todo: expect.stringContaining('GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE DEPLOYER'),
    })
  })

  test.each<[string, Record<string, Answer>, Partial<Check>]>([
    [
      'a role that the user may not take',
      { 'USE ROLE': missingObject() },
      { subject: 'role DEPLOYER', todo: 'Let an administrator GRANT ROLE DEPLOYER TO USER ME' },
    ],
    [
      'a warehouse of another role',
      { 'SHOW GRANTS TO ROLE DEPLOYER': without('WAREHOUSE') },
      {
        subject: 'warehouse WH',
        code: 'WAREHOUSE_USAGE_MISSING',
        todo: 'Run GRANT USAGE ON WAREHOUSE WH TO ROLE DEPLOYER',
      },
    ],
    [
      'a compute pool that the role may use and not monitor',
      {
        'SHOW GRANTS TO ROLE DEPLOYER': [
          ...without('COMPUTE_POOL'),
          grant('USAGE', 'COMPUTE_POOL', 'POOL'),
        ],
      },
      {
        subject: 'compute pool POOL',
        code: 'COMPUTE_POOL_USAGE_MISSING',
        todo: 'Run GRANT MONITOR ON COMPUTE POOL POOL TO ROLE DEPLOYER',
      },
    ],
    [
      'a schema that nothing can be made in',
      { 'SHOW GRANTS TO ROLE DEPLOYER': without('SCHEMA') },
      { subject: 'schema DB.PUBLIC' },
    ],
    [
      'a user whose default role is blocked',
      { 'SHOW USERS': [{ name: 'DEV', default_role: 'ACCOUNTADMIN' }] },
      {
        subject: 'user DEV',
        code: 'ROLE_BLOCKED',
        todo: 'Run ALTER USER DEV SET DEFAULT_ROLE = DEPLOYER',
      },
    ],
    [
      'an instance family that is not offered',
      { 'SHOW COMPUTE POOL INSTANCE FAMILIES': [{ name: 'GEN_X64_G2_2', description: '' }] },
      {
        subject: 'instance family CPU_X64_XS',
        todo: 'Use one of GEN_X64_G2_2 in spcs.config.ts',
      },
    ],
  ])('names %s and what to do', async (_, answers, expected) => {
    const checks = await checkWith(answers)
    expect(one(checks, expected.subject ?? '')).toMatchObject({ status: 'missing', ...expected })
  })

  test('notes a clock that is wrong', async () => {
    const [row] = GOOD['SELECT CURRENT_ACCOUNT()'] as Row[]
    const time = new Date(Date.now() - 300_000)
    const checks = await checkWith({ 'SELECT CURRENT_ACCOUNT()': [{ ...row, time }] })
    expect(one(checks, 'clock')).toMatchObject({
      status: 'noted',
      found: "300 s ahead of the account's",
    })
  })
})

/** The good account with other answers. */
function checkWith(answers: Record<string, Answer>): Promise<Check[]> {
  return checkAccount(new ScriptedRunner({ ...answers, ...except(GOOD, answers) }), WISHES)
}

/** Answers are found by the beginning of a statement, the first that fits: so the others come first. */
function except(
  good: Record<string, Answer>,
  others: Record<string, Answer>,
): Record<string, Answer> {
  return Object.fromEntries(Object.entries(good).filter(([sql]) => !Object.hasOwn(others, sql)))
}

function one(checks: readonly Check[], subject: string): Check | undefined {
  return checks.find((candidate) => candidate.subject === subject)
}

function statusOf(checks: readonly Check[], subject: string): string | undefined {
  return one(checks, subject)?.status
}

function wordsOf(checks: readonly Check[], subject: string): string | undefined {
  return one(checks, subject)?.found
}

function grant(privilege: string, on: string, name: string): Row {
  return { privilege, granted_on: on, name, granted_to: 'ROLE', grantee_name: 'DEPLOYER' }
}

function without(kind: string): Row[] {
  return OWN.filter((row) => row['granted_on'] !== kind)
}
