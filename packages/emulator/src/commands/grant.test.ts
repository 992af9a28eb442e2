import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ServiceRuntime } from '../spcs/service-runtime.ts'
import { columnsOf, openTestAccount, rowsOf, statusOf } from '../testing/test-account.ts'
import { testService } from '../testing/test-service.ts'
import { databaseCommands } from './database.ts'
import { grantCommands } from './grant.ts'
import { roleCommands } from './role.ts'
import { schemaCommands } from './schema.ts'
import { showGrantsCommands } from './show-grants.ts'
import { stageCommands } from './stage.ts'
import { useCommands } from './use.ts'

const commands = [
  roleCommands,
  grantCommands,
  showGrantsCommands,
  databaseCommands,
  schemaCommands,
  stageCommands,
  useCommands,
].flat()

let account: Awaited<ReturnType<typeof openTestAccount>>
let ended: string[]
beforeEach(async () => {
  ended = []
  const services: Partial<ServiceRuntime> = { drop: ({ name }) => void ended.push(name) }
  account = await openTestAccount(commands, { services: services as ServiceRuntime })
  await account.run('CREATE ROLE r')
  await account.run('CREATE DATABASE d')
  await account.run('CREATE STAGE specs')
})
afterEach(() => account.close())

const grantsTo = async (role: string): Promise<string[]> =>
  rowsOf(await account.run(`SHOW GRANTS TO ROLE ${role}`)).map(
    (row) => `${row['privilege']} ON ${row['granted_on']} ${row['name']}`,
  )

describe('GRANT', () => {
  test("takes the quickstart's statements", async () => {
    for (const privilege of [
      'CREATE DATABASE',
      'CREATE WAREHOUSE',
      'CREATE COMPUTE POOL',
      'CREATE INTEGRATION',
      'MONITOR USAGE',
      'BIND SERVICE ENDPOINT',
    ]) {
      await account.run(`GRANT ${privilege} ON ACCOUNT TO ROLE r;`)
    }
    await account.run('GRANT IMPORTED PRIVILEGES ON DATABASE snowflake TO ROLE r;')
    expect(statusOf(await account.run('grant role r to role ACCOUNTADMIN'))).toBe(
      'Statement executed successfully.',
    )
    expect(await grantsTo('r')).toEqual([
      'CREATE DATABASE ON ACCOUNT LOCAL',
      'CREATE WAREHOUSE ON ACCOUNT LOCAL',
      'CREATE COMPUTE POOL ON ACCOUNT LOCAL',
      'CREATE INTEGRATION ON ACCOUNT LOCAL',
      'MONITOR USAGE ON ACCOUNT LOCAL',
      'BIND SERVICE ENDPOINT ON ACCOUNT LOCAL',
    ])
  })

  test.each([
    ['USAGE, CREATE SCHEMA ON DATABASE d', ['USAGE ON DATABASE D', 'CREATE SCHEMA ON DATABASE D']],
    ['CREATE SERVICE ON SCHEMA d.public', ['CREATE SERVICE ON SCHEMA D.PUBLIC']],
    ['CREATE STAGE ON SCHEMA public', ['CREATE STAGE ON SCHEMA D.PUBLIC']],
    ['READ ON STAGE specs', ['READ ON STAGE D.PUBLIC.SPECS']],
    [
      'ALL PRIVILEGES ON STAGE d.public.specs',
      [
        'READ ON STAGE D.PUBLIC.SPECS',
        'USAGE ON STAGE D.PUBLIC.SPECS',
        'WRITE ON STAGE D.PUBLIC.SPECS',
      ],
    ],
    ['READ ON ALL STAGES IN DATABASE d', ['READ ON STAGE D.PUBLIC.SPECS']],
    ['READ ON ALL STAGES IN SCHEMA d.information_schema', []],
    ['USAGE ON WAREHOUSE compute_wh', ['USAGE ON WAREHOUSE COMPUTE_WH']],
  ])('%s', async (grant, expected) => {
    await account.run(`GRANT ${grant} TO ROLE r`)
    await account.run(`GRANT ${grant} TO r`)
    expect(await grantsTo('r')).toEqual(expected)
    await account.run(`REVOKE ${grant} FROM ROLE r CASCADE`)
    expect(await grantsTo('r')).toEqual([])
  })

  test('counts the objects of ALL', async () => {
    expect(statusOf(await account.run('GRANT READ ON ALL STAGES IN ACCOUNT TO ROLE r'))).toBe(
      'Statement executed successfully. 1 objects affected.',
    )
  })

  test('gives privileges on tables and views that are there', async () => {
    await account.session.engine.run('CREATE TABLE "D.PUBLIC"."WEATHER" (a INTEGER)')
    await account.run('GRANT SELECT ON TABLE weather TO ROLE r')
    await account.run('GRANT INSERT ON ALL TABLES IN SCHEMA public TO ROLE r')
    expect(await grantsTo('r')).toEqual([
      'SELECT ON TABLE D.PUBLIC.WEATHER',
      'INSERT ON TABLE D.PUBLIC.WEATHER',
    ])
    await expect(account.run('GRANT SELECT ON TABLE nope TO ROLE r')).rejects.toMatchObject({
      code: '002003',
    })
  })

  test.each([
    ['GRANT FLY ON ACCOUNT TO ROLE r', '001003', "privilege 'FLY' cannot be given on ACCOUNT"],
    ['GRANT SELECT ON STAGE specs TO ROLE r', '001003', "privilege 'SELECT'"],
    ['GRANT USAGE ON DATABASE nope TO ROLE r', '002003', "Database 'NOPE'"],
    ['GRANT USAGE ON DATABASE d TO ROLE nope', '002003', "Role 'NOPE'"],
    ['GRANT SELECT ON FUTURE TABLES IN SCHEMA d.public TO ROLE r', '000002', 'FUTURE'],
    ['GRANT USAGE ON DATABASE d TO SHARE s', '000002', 'SHARE'],
    ['GRANT USAGE ON DATABASE d TO USER admin', '000002', 'user'],
    ['GRANT USAGE ON BANANA b TO ROLE r', '001003', 'BANANA'],
    ['GRANT USAGE ON DATABASE d', '001003', '<EOF>'],
  ])('%s is refused', async (sql, code, text) => {
    await expect(account.run(sql)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    })
    expect(await grantsTo('r')).toEqual([])
  })

  test('is for the owner, for MANAGE GRANTS and for who has the grant option', async () => {
    await account.run('GRANT ROLE r TO USER admin')
    await account.run('USE ROLE r')
    const give = (): Promise<unknown> => account.run('GRANT USAGE ON DATABASE d TO ROLE public')
    await expect(give()).rejects.toMatchObject({ code: '003001' })
    await account.run('USE ROLE accountadmin')
    await account.run('GRANT USAGE ON DATABASE d TO ROLE r WITH GRANT OPTION')
    await account.run('USE ROLE r')
    await give()
    await account.run('USE ROLE accountadmin')
    await account.run('REVOKE USAGE ON DATABASE d FROM ROLE r')
    await account.run('GRANT MANAGE GRANTS ON ACCOUNT TO ROLE r')
    await account.run('USE ROLE r')
    await give()
  })
})

describe('GRANT ROLE', () => {
  test('lets the user take it, and roles inherit through it', async () => {
    await account.run('CREATE ROLE child')
    await account.run('GRANT READ ON STAGE specs TO ROLE child')
    await account.run('GRANT ROLE child TO ROLE r')
    await account.run('GRANT ROLE r TO USER admin')
    await account.run('GRANT USAGE ON DATABASE d TO ROLE r')
    await account.run('USE ROLE r')
    expect(rowsOf(await account.run('SHOW STAGES IN ACCOUNT'))).toHaveLength(1)
    await account.run('USE ROLE accountadmin')
    await account.run('REVOKE ROLE child FROM ROLE r')
    await account.run('USE ROLE r')
    expect(rowsOf(await account.run('SHOW STAGES IN ACCOUNT'))).toEqual([])
  })

  test('refuses a cycle', async () => {
    await account.run('CREATE ROLE child')
    await account.run('GRANT ROLE child TO ROLE r')
    await expect(account.run('GRANT ROLE r TO ROLE child')).rejects.toThrow('cycle')
    await expect(account.run('GRANT ROLE r TO ROLE r')).rejects.toThrow('cycle')
  })

  test('works for a role whose name needs quotes', async () => {
    await account.run('CREATE ROLE "my role"')
    await account.run('GRANT READ ON STAGE specs TO ROLE "my role"')
    await account.run('GRANT ROLE "my role" TO ROLE r')
    await account.run('GRANT ROLE r TO USER admin')
    await account.run('USE ROLE r')
    expect(rowsOf(await account.run('SHOW STAGES IN ACCOUNT'))).toHaveLength(1)
    await account.run('USE ROLE "my role"')
  })
})

describe('GRANT OWNERSHIP', () => {
  test('changes the owner, and takes grants away only when told', async () => {
    await account.run('GRANT READ ON STAGE specs TO ROLE public')
    await account.run('GRANT OWNERSHIP ON STAGE specs TO ROLE r COPY CURRENT GRANTS')
    expect(rowsOf(await account.run('SHOW STAGES'))).toMatchObject([{ owner: 'R' }])
    expect(await grantsTo('public')).toContain('READ ON STAGE D.PUBLIC.SPECS')
    await account.run('GRANT OWNERSHIP ON DATABASE d TO ROLE r REVOKE CURRENT GRANTS')
    const statement =
      'GRANT OWNERSHIP ON ALL STAGES IN SCHEMA public TO ROLE sysadmin REVOKE CURRENT GRANTS'
    expect(statusOf(await account.run(statement))).toContain('1 objects affected')
    expect(await grantsTo('public')).not.toContain('READ ON STAGE D.PUBLIC.SPECS')
    expect(await grantsTo('r')).toEqual(['OWNERSHIP ON DATABASE D'])
  })

  test('is not given on a service', async () => {
    account.account.catalog.services.put(service)
    const statement = 'GRANT OWNERSHIP ON SERVICE convert_api TO ROLE r'
    await expect(account.run(statement)).rejects.toMatchObject({ code: '000002' })
  })
})

describe('GRANT SERVICE ROLE', () => {
  test('is stored for the service, shown, and goes with it', async () => {
    account.account.catalog.services.put(service)
    await account.run('GRANT SERVICE ROLE convert_api!all_endpoints_usage TO ROLE r')
    const shown = await account.run(
      'SHOW GRANTS OF SERVICE ROLE d.public.convert_api!all_endpoints_usage',
    )
    expect(columnsOf(shown)).toEqual([
      'created_on',
      'role',
      'granted_to',
      'grantee_name',
      'granted_by',
    ])
    expect(rowsOf(shown)).toMatchObject([
      { role: 'ALL_ENDPOINTS_USAGE', granted_to: 'ROLE', grantee_name: 'R' },
    ])
    const to = await account.run('SHOW GRANTS TO SERVICE ROLE convert_api!all_endpoints_usage')
    expect(columnsOf(to)).toEqual([
      'created_on',
      'privilege',
      'granted_on',
      'name',
      'granted_to',
      'grantee_name',
    ])
    const opened = rowsOf(to).map((row) => Object.values(row).slice(1).join(' '))
    expect(opened).toEqual([
      'USAGE SERVICE_ENDPOINT D.PUBLIC.CONVERT_API!convert-api SERVICE_ROLE ALL_ENDPOINTS_USAGE',
      'USAGE SERVICE_ENDPOINT D.PUBLIC.CONVERT_API!admin SERVICE_ROLE ALL_ENDPOINTS_USAGE',
    ])
    const own = await account.run('SHOW GRANTS TO SERVICE ROLE convert_api!convert_user')
    expect(rowsOf(own)).toMatchObject([{ name: 'D.PUBLIC.CONVERT_API!convert-api' }])
    await account.run('DROP DATABASE d')
    expect(ended).toEqual(['CONVERT_API'])
    expect(await grantsTo('r')).toEqual([])
  })

  test('refuses a service or a role that is not there', async () => {
    account.account.catalog.services.put(service)
    await expect(account.run('GRANT SERVICE ROLE nope!x TO ROLE r')).rejects.toMatchObject({
      code: '002003',
    })
    for (const verb of ['GRANT SERVICE ROLE convert_api!nope TO', 'SHOW GRANTS OF SERVICE ROLE']) {
      const rest = verb.startsWith('SHOW') ? 'convert_api!nope' : 'ROLE r'
      await expect(account.run(`${verb} ${rest}`)).rejects.toThrow(
        "Service role 'D.PUBLIC.CONVERT_API!NOPE' does not exist or not authorized.",
      )
    }
  })

  test('is for the owner of the service, not for who may manage grants', async () => {
    account.account.catalog.services.put({ ...service, owner: 'R' })
    await account.run('GRANT MANAGE GRANTS ON ACCOUNT TO ROLE useradmin')
    const grant = 'GRANT SERVICE ROLE convert_api!convert_user TO ROLE public'
    account.session.role = 'USERADMIN'
    await expect(account.run(grant)).rejects.toMatchObject({ code: '003001' })
    account.session.role = 'R'
    await account.run(grant)
    expect(await grantsTo('public')).toContain(
      'USAGE ON SERVICE_ROLE D.PUBLIC.CONVERT_API!CONVERT_USER',
    )
    await account.run('REVOKE SERVICE ROLE convert_api!convert_user FROM ROLE public')
  })
})

describe('SHOW GRANTS', () => {
  test('ON an object begins with its owner', async () => {
    await account.run('GRANT READ ON STAGE specs TO ROLE r')
    const shown = await account.run('SHOW GRANTS ON STAGE specs')
    expect(columnsOf(shown)).toEqual([
      'created_on',
      'privilege',
      'granted_on',
      'name',
      'granted_to',
      'grantee_name',
      'grant_option',
      'granted_by',
    ])
    expect(rowsOf(shown)).toMatchObject([
      { privilege: 'OWNERSHIP', granted_on: 'STAGE', grantee_name: 'ACCOUNTADMIN' },
      { privilege: 'READ', name: 'D.PUBLIC.SPECS', grantee_name: 'R', grant_option: 'false' },
    ])
  })

  test('ON an object are for who may know of it, or may manage grants', async () => {
    const refused = "Stage 'D.PUBLIC.SPECS' does not exist or not authorized."
    account.session.role = 'R'
    await expect(account.run('SHOW GRANTS ON STAGE d.public.specs')).rejects.toThrow(refused)
    expect(rowsOf(await account.run('SHOW GRANTS ON ROLE r'))).toHaveLength(1)
    account.session.role = 'SECURITYADMIN'
    await account.run('GRANT USAGE ON STAGE d.public.specs TO ROLE r')
    account.session.role = 'R'
    expect(rowsOf(await account.run('SHOW GRANTS ON STAGE d.public.specs'))).toHaveLength(2)
  })

  test('without more, and TO USER, lists the roles of the user', async () => {
    await account.run('GRANT ROLE r TO USER admin')
    const rows = rowsOf(await account.run('SHOW GRANTS'))
    expect(rows.map(({ role }) => role)).toEqual(['ACCOUNTADMIN', 'R'])
    expect(rowsOf(await account.run('SHOW GRANTS TO USER admin'))).toEqual(rows)
  })

  test('OF ROLE lists who has it', async () => {
    await account.run('GRANT ROLE r TO USER admin')
    await account.run('GRANT ROLE r TO ROLE sysadmin')
    expect(rowsOf(await account.run('SHOW GRANTS OF ROLE r'))).toMatchObject([
      { role: 'R', granted_to: 'USER', grantee_name: 'ADMIN' },
      { role: 'R', granted_to: 'ROLE', grantee_name: 'SYSADMIN' },
    ])
  })
})

const service = testService({
  database: 'D',
  spec: `
spec:
  containers: [{ name: api, image: /d/public/repo/api:1 }]
  endpoints: [{ name: convert-api, port: 9090 }, { name: admin, port: 9091 }]
serviceRoles: [{ name: convert_user, endpoints: [convert-api] }]`,
})
