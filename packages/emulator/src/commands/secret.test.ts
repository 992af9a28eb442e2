import { statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { Catalog } from '../catalog/catalog.ts'
import {
  columnsOf,
  openTestAccount,
  rowsOf,
  statusOf,
  temporaryDirectory,
  type TestAccount,
  testAccount,
  TEST_TIME,
} from '../testing/test-account.ts'
import { databaseCommands } from './database.ts'
import { grantCommands } from './grant.ts'
import { roleCommands } from './role.ts'
import { schemaCommands } from './schema.ts'
import { secretCommands } from './secret.ts'
import { showGrantsCommands } from './show-grants.ts'
import { useCommands } from './use.ts'

const commands = [
  secretCommands,
  databaseCommands,
  schemaCommands,
  roleCommands,
  showGrantsCommands,
  grantCommands,
  useCommands,
].flat()

const CANARY = 'canary-7f3a'
const GENERIC = `SECRET key TYPE = GENERIC_STRING SECRET_STRING = '${CANARY}'`
const PASSWORD = `SECRET login TYPE = PASSWORD USERNAME = 'svc' PASSWORD = '${CANARY}'`
const OAUTH = `SECRET oauth TYPE = OAUTH2 API_AUTHENTICATION = google`

let account: TestAccount
beforeEach(async () => {
  account = testAccount({}, { commands, session: { database: 'D', schema: 'PUBLIC' } })
  const made = { createdOn: TEST_TIME, owner: 'ACCOUNTADMIN', comment: '' }
  account.account.catalog.databases.put({ ...made, kind: 'DATABASE', name: 'D', transient: false })
  account.account.catalog.schemas.put({ ...made, kind: 'SCHEMA', database: 'D', name: 'PUBLIC' })
  await account.run('CREATE ROLE r')
})

const show = async (sql: string): Promise<Record<string, string | null>[]> =>
  rowsOf(await account.run(sql))

describe('CREATE SECRET', () => {
  test('keeps each type, and shows everything but its values', async () => {
    expect(statusOf(await account.run(`CREATE ${GENERIC} COMMENT = 'a key'`))).toBe(
      'Secret KEY successfully created.',
    )
    await account.run(`CREATE ${PASSWORD}`)
    await account.run(`CREATE ${OAUTH} OAUTH_SCOPES = ('read', 'write')`)
    await account.run(
      `CREATE SECRET refresh TYPE = OAUTH2 OAUTH_REFRESH_TOKEN = '${CANARY}' OAUTH_REFRESH_TOKEN_EXPIRY_TIME = '2027-01-01' API_AUTHENTICATION = google`,
    )
    const shown = await account.run('SHOW SECRETS IN SCHEMA d.public')
    expect(columnsOf(shown)).toEqual([
      'created_on',
      'name',
      'schema_name',
      'database_name',
      'owner',
      'comment',
      'secret_type',
      'oauth_scopes',
      'owner_role_type',
    ])
    expect(rowsOf(shown)).toMatchObject([
      { name: 'KEY', secret_type: 'GENERIC_STRING', comment: 'a key', oauth_scopes: null },
      { name: 'LOGIN', secret_type: 'PASSWORD', comment: null, owner: 'ACCOUNTADMIN' },
      { name: 'OAUTH', secret_type: 'OAUTH2', oauth_scopes: '[read, write]' },
      { name: 'REFRESH', secret_type: 'OAUTH2', oauth_scopes: null },
    ])
    expect(await show("SHOW SECRETS LIKE 'l%' IN DATABASE d")).toMatchObject([{ name: 'LOGIN' }])
    const described = [
      await show('DESCRIBE SECRET key'),
      await show('DESC SECRET d.public.login'),
      await show('DESC SECRET oauth'),
      await show('DESC SECRET refresh'),
    ].flat()
    expect(described).toMatchObject([
      { name: 'KEY', username: null, integration_name: null },
      { name: 'LOGIN', username: 'svc' },
      { name: 'OAUTH', integration_name: 'GOOGLE', oauth_scopes: '[read, write]' },
      { name: 'REFRESH', oauth_refresh_token_expiry_time: '2027-01-01' },
    ])
    expect(JSON.stringify([rowsOf(shown), described])).not.toContain(CANARY)
    expect(JSON.stringify([rowsOf(shown), described])).not.toContain('local-access-token')
  })

  test('replaces, keeps or refuses one that is there', async () => {
    await account.run(`CREATE ${GENERIC}`)
    await expect(account.run(`CREATE ${GENERIC}`)).rejects.toMatchObject({ code: '002002' })
    const kept = GENERIC.replace('SECRET key', 'SECRET IF NOT EXISTS key')
    expect(statusOf(await account.run(`CREATE ${kept}`))).toContain('already exists')
    await account.run('GRANT READ ON SECRET key TO ROLE r')
    await account.run(`CREATE OR REPLACE ${PASSWORD.replace('login', 'key')}`)
    expect(await show('SHOW SECRETS')).toMatchObject([{ name: 'KEY', secret_type: 'PASSWORD' }])
    expect(await show('SHOW GRANTS ON SECRET key')).toMatchObject([{ privilege: 'OWNERSHIP' }])
  })

  test.each([
    ['no type', `SECRET s SECRET_STRING = '${CANARY}'`, '001003'],
    ['no string', 'SECRET s TYPE = GENERIC_STRING', '001003'],
    ['no user name', `SECRET s TYPE = PASSWORD PASSWORD = '${CANARY}'`, '001003'],
    ['no integration', 'SECRET s TYPE = OAUTH2', '001003'],
    [
      'a value of another type',
      `SECRET s TYPE = OAUTH2 PASSWORD = '${CANARY}' API_AUTHENTICATION = g`,
      '001423',
    ],
    ['two values', `SECRET s TYPE = GENERIC_STRING SECRET_STRING = 'a' '${CANARY}'`, '001003'],
    [
      'a value without an end',
      `SECRET s TYPE = GENERIC_STRING SECRET_STRING = '${CANARY}`,
      '001003',
    ],
    ['a type that is none', `SECRET s TYPE = WORD SECRET_STRING = '${CANARY}'`, '001420'],
    ['a symmetric key', 'SECRET s TYPE = SYMMETRIC_KEY ALGORITHM = GENERIC', '000002'],
    ['a provider token', 'SECRET s TYPE = CLOUD_PROVIDER_TOKEN', '000002'],
    ['a database that is not there', GENERIC.replace('key', 'none.public.key'), '002003'],
  ])('with %s creates nothing and tells no value', async (_what, rest, code) => {
    const error: unknown = await account.run(`CREATE ${rest}`).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toContain(CANARY.slice(0, 6))
    expect(account.account.catalog.secrets.list()).toEqual([])
  })

  test('needs CREATE SECRET on the schema', async () => {
    account.session.role = 'R'
    await expect(account.run(`CREATE ${GENERIC}`)).rejects.toMatchObject({ code: '003001' })
    account.session.role = 'ACCOUNTADMIN'
    await account.run('GRANT CREATE SECRET ON SCHEMA d.public TO ROLE r')
    account.session.role = 'R'
    await account.run(`CREATE ${GENERIC}`)
    expect(await show('SHOW SECRETS')).toMatchObject([{ owner: 'R' }])
  })
})

describe('ALTER and DROP SECRET', () => {
  const contentOf = (name: string): unknown =>
    account.account.catalog.secrets.get(`D.PUBLIC.${name}`).content

  test('change what was given, and nothing else', async () => {
    await account.run(`CREATE ${GENERIC}`)
    await account.run(`CREATE ${PASSWORD}`)
    await account.run(`CREATE ${OAUTH}`)
    await account.run("ALTER SECRET key SET SECRET_STRING = 'new' COMMENT = 'c'")
    expect(contentOf('KEY')).toEqual({ type: 'GENERIC_STRING', secretString: 'new' })
    await account.run("ALTER SECRET login SET PASSWORD = 'new'")
    expect(contentOf('LOGIN')).toEqual({ type: 'PASSWORD', username: 'svc', password: 'new' })
    await account.run("ALTER SECRET oauth SET OAUTH_SCOPES = ('a')")
    expect(contentOf('OAUTH')).toMatchObject({ integration: 'GOOGLE', scopes: ['a'] })
    await account.run('ALTER SECRET key UNSET COMMENT')
    expect(await show('DESC SECRET key')).toMatchObject([{ comment: null }])
    expect(statusOf(await account.run('DROP SECRET key'))).toBe('KEY successfully dropped.')
    await expect(account.run('DROP SECRET key')).rejects.toThrow(
      "Secret 'D.PUBLIC.KEY' does not exist or not authorized.",
    )
    expect(statusOf(await account.run('DROP SECRET IF EXISTS key'))).toContain('already dropped')
    await account.run("ALTER SECRET IF EXISTS key SET SECRET_STRING = 'x'")
  })

  test.each([
    ["SET PASSWORD = 'x'", '001423'],
    ['SET TYPE = PASSWORD', '001003'],
    ['SET', '001003'],
    ['UNSET SECRET_STRING', '001003'],
  ])('%s is refused', async (clause, code) => {
    await account.run(`CREATE ${GENERIC}`)
    await expect(account.run(`ALTER SECRET key ${clause}`)).rejects.toMatchObject({ code })
    expect(contentOf('KEY')).toEqual({ type: 'GENERIC_STRING', secretString: CANARY })
  })

  test('are for the owner, whatever else a role may do', async () => {
    await account.run(`CREATE ${GENERIC}`)
    account.session.role = 'R'
    await expect(account.run('DESC SECRET key')).rejects.toMatchObject({ code: '002003' })
    await expect(account.run('DROP SECRET key')).rejects.toMatchObject({ code: '002003' })
    account.session.role = 'ACCOUNTADMIN'
    await account.run('GRANT READ, USAGE ON SECRET key TO ROLE r')
    account.session.role = 'R'
    expect(await show('SHOW SECRETS')).toHaveLength(1)
    await expect(account.run('DROP SECRET key')).rejects.toMatchObject({ code: '003001' })
    await expect(account.run("ALTER SECRET key SET COMMENT = 'x'")).rejects.toMatchObject({
      code: '003001',
    })
  })

  test('go with their schema', async () => {
    const withEngine = await openTestAccount(commands)
    await withEngine.run('CREATE DATABASE d')
    await withEngine.run(`CREATE ${GENERIC}`)
    await withEngine.run('DROP SCHEMA d.public')
    expect(withEngine.account.catalog.secrets.list()).toEqual([])
    await withEngine.close()
  })
})

test('the file that secrets are kept in is the own user’s alone, and read again', () => {
  const path = join(temporaryDirectory(), 'catalog.json')
  const catalog = new Catalog(path)
  const [database, schema, name] = ['D', 'PUBLIC', 'KEY']
  const made = { createdOn: TEST_TIME, owner: 'R', comment: '' }
  const content = { type: 'GENERIC_STRING', secretString: CANARY } as const
  catalog.secrets.put({ ...made, kind: 'SECRET', database, schema, name, content })
  catalog.save()
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const again = new Catalog(path)
  again.load()
  expect(again.secrets.get('D.PUBLIC.KEY').content).toEqual(content)
})
