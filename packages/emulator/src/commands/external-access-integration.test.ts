import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsOf, openTestAccount, rowsOf, statusOf } from '../testing/test-account.ts'
import { databaseCommands } from './database.ts'
import { externalAccessIntegrationCommands } from './external-access-integration.ts'
import { grantCommands } from './grant.ts'
import { networkRuleCommands } from './network-rule.ts'
import { useCommands } from './use.ts'

const commands = [
  networkRuleCommands,
  externalAccessIntegrationCommands,
  databaseCommands,
  grantCommands,
  useCommands,
].flat()

const RULE = `CREATE OR REPLACE NETWORK RULE ALLOW_ALL_RULE
  TYPE = 'HOST_PORT' MODE = 'EGRESS' VALUE_LIST = ('0.0.0.0:443', '0.0.0.0:80')`
const INTEGRATION = `CREATE EXTERNAL ACCESS INTEGRATION ALLOW_ALL_EAI
  ALLOWED_NETWORK_RULES = (ALLOW_ALL_RULE) ENABLED = true`

let account: Awaited<ReturnType<typeof openTestAccount>>
beforeEach(async () => {
  account = await openTestAccount(commands)
  await account.run('CREATE DATABASE hol')
})
afterEach(() => account.close())

describe('NETWORK RULE', () => {
  test("takes the quickstart's statement and shows it", async () => {
    expect(statusOf(await account.run(RULE))).toBe(
      'Network rule ALLOW_ALL_RULE successfully created.',
    )
    const shown = await account.run('SHOW NETWORK RULES')
    expect(columnsOf(shown)).toEqual([
      'created_on',
      'name',
      'database_name',
      'schema_name',
      'owner',
      'comment',
      'type',
      'mode',
      'entries_in_valuelist',
      'owner_role_type',
    ])
    expect(rowsOf(shown)).toMatchObject([{ type: 'HOST_PORT', entries_in_valuelist: '2' }])
    expect(rowsOf(await account.run('DESC NETWORK RULE hol.public.allow_all_rule'))).toMatchObject([
      { name: 'ALLOW_ALL_RULE', value_list: '0.0.0.0:443,0.0.0.0:80' },
    ])
  })

  test('is altered, kept and dropped', async () => {
    await account.run(RULE)
    const again = RULE.replace('OR REPLACE ', '')
    await expect(account.run(again)).rejects.toMatchObject({ code: '002002' })
    expect(statusOf(await account.run(again.replace('RULE A', 'RULE IF NOT EXISTS A')))).toContain(
      'already exists',
    )
    await account.run("ALTER NETWORK RULE allow_all_rule SET VALUE_LIST = ('a.example')")
    await account.run("ALTER NETWORK RULE allow_all_rule SET COMMENT = 'one host'")
    expect(rowsOf(await account.run('DESC NETWORK RULE allow_all_rule'))).toMatchObject([
      { value_list: 'a.example', comment: 'one host' },
    ])
    await account.run('ALTER NETWORK RULE allow_all_rule UNSET VALUE_LIST')
    expect(statusOf(await account.run('DROP NETWORK RULE allow_all_rule'))).toBe(
      'ALLOW_ALL_RULE successfully dropped.',
    )
    await expect(account.run('DROP NETWORK RULE allow_all_rule')).rejects.toMatchObject({
      code: '002003',
    })
    expect(statusOf(await account.run('DROP NETWORK RULE IF EXISTS allow_all_rule'))).toContain(
      'already dropped',
    )
  })

  test.each([
    ["TYPE = 'CARRIER_PIGEON' VALUE_LIST = ()", '001420'],
    ["TYPE = HOST_PORT MODE = INGRESS VALUE_LIST = ('a.example')", '001420'],
    ["TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.example:99999')", '001420'],
    ["TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('https://a.example')", '001420'],
    ['TYPE = HOST_PORT MODE = EGRESS', '001003'],
  ])('CREATE NETWORK RULE r %s is refused with %s', async (properties, code) => {
    await expect(account.run(`CREATE NETWORK RULE r ${properties}`)).rejects.toMatchObject({ code })
    expect(account.account.catalog.networkRules.list()).toEqual([])
  })
})

describe('EXTERNAL ACCESS INTEGRATION', () => {
  test("takes the quickstart's statement and shows it", async () => {
    await account.run(RULE)
    expect(statusOf(await account.run(INTEGRATION))).toBe(
      'Integration ALLOW_ALL_EAI successfully created.',
    )
    for (const sql of ['SHOW INTEGRATIONS', 'SHOW EXTERNAL ACCESS INTEGRATIONS']) {
      const shown = await account.run(sql)
      expect(columnsOf(shown)).toEqual([
        'name',
        'type',
        'category',
        'enabled',
        'comment',
        'created_on',
      ])
      expect(rowsOf(shown)).toMatchObject([
        { name: 'ALLOW_ALL_EAI', type: 'EXTERNAL_ACCESS', enabled: 'true' },
      ])
    }
    const described = rowsOf(await account.run('DESC INTEGRATION allow_all_eai'))
    expect(described[1]).toEqual({
      property: 'ALLOWED_NETWORK_RULES',
      property_type: 'List',
      property_value: '[HOL.PUBLIC.ALLOW_ALL_RULE]',
      property_default: '[]',
    })
  })

  test('is kept, altered, granted and dropped', async () => {
    await account.run(RULE)
    await account.run(INTEGRATION)
    await expect(account.run(INTEGRATION)).rejects.toMatchObject({ code: '002002' })
    const keep = INTEGRATION.replace('INTEGRATION A', 'INTEGRATION IF NOT EXISTS A')
    expect(statusOf(await account.run(keep))).toContain('already exists')
    await account.run('GRANT USAGE ON INTEGRATION allow_all_eai TO ROLE public')
    await account.run('ALTER EXTERNAL ACCESS INTEGRATION allow_all_eai SET ENABLED = FALSE')
    await account.run('USE ROLE public')
    expect(rowsOf(await account.run('SHOW INTEGRATIONS'))).toMatchObject([{ enabled: 'false' }])
    await expect(account.run('DROP INTEGRATION allow_all_eai')).rejects.toMatchObject({
      code: '003001',
    })
    await account.run('USE ROLE accountadmin')
    await account.run(INTEGRATION.replace('CREATE', 'CREATE OR REPLACE'))
    await account.run('USE ROLE public')
    expect(rowsOf(await account.run('SHOW INTEGRATIONS'))).toEqual([])
    await account.run('USE ROLE accountadmin')
    expect(statusOf(await account.run('DROP INTEGRATION allow_all_eai'))).toBe(
      'ALLOW_ALL_EAI successfully dropped.',
    )
    await expect(account.run('DROP INTEGRATION allow_all_eai')).rejects.toMatchObject({
      code: '002003',
    })
    expect(
      statusOf(await account.run('DROP EXTERNAL ACCESS INTEGRATION IF EXISTS allow_all_eai')),
    ).toContain('already dropped')
  })

  test.each([
    [
      'CREATE EXTERNAL ACCESS INTEGRATION i ALLOWED_NETWORK_RULES = (nope) ENABLED = TRUE',
      '002003',
    ],
    [
      'CREATE EXTERNAL ACCESS INTEGRATION i ALLOWED_NETWORK_RULES = (door) ENABLED = TRUE',
      '001420',
    ],
    ['CREATE EXTERNAL ACCESS INTEGRATION i ALLOWED_NETWORK_RULES = ()', '001003'],
    ['CREATE EXTERNAL ACCESS INTEGRATION i ENABLED = TRUE', '001003'],
    ['ALTER INTEGRATION nope SET ENABLED = TRUE', '002043'],
    ['DESC INTEGRATION nope', '002043'],
  ])('%s is refused with %s', async (sql, code) => {
    await account.run(
      "CREATE NETWORK RULE door TYPE = IPV4 MODE = INGRESS VALUE_LIST = ('1.2.3.4')",
    )
    await expect(account.run(sql)).rejects.toMatchObject({ code })
    expect(account.account.catalog.integrations.list()).toEqual([])
  })
})
