import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsOf, openTestAccount, rowsOf, statusOf } from '../testing/test-account.ts'
import { databaseCommands } from './database.ts'
import { grantCommands } from './grant.ts'
import { roleCommands } from './role.ts'
import { schemaCommands } from './schema.ts'
import { stageCommands } from './stage.ts'
import { useCommands } from './use.ts'

const commands = [
  databaseCommands,
  schemaCommands,
  stageCommands,
  useCommands,
  roleCommands,
  grantCommands,
].flat()

let account: Awaited<ReturnType<typeof openTestAccount>>
beforeEach(async () => {
  account = await openTestAccount(commands)
})
afterEach(() => account.close())

describe('CREATE DATABASE', () => {
  test('makes PUBLIC and INFORMATION_SCHEMA and becomes current', async () => {
    expect(statusOf(await account.run('create database hol'))).toBe(
      'Database HOL successfully created.',
    )
    expect(account.session).toMatchObject({ database: 'HOL', schema: 'PUBLIC' })
    const schemas = rowsOf(await account.run('SHOW SCHEMAS'))
    expect(schemas.map(({ name }) => name)).toEqual(['INFORMATION_SCHEMA', 'PUBLIC'])
    await account.session.engine.run('CREATE TABLE "HOL.PUBLIC"."T" (a INTEGER)')
  })

  test('fails, keeps or replaces one that is there', async () => {
    await account.run('CREATE DATABASE d')
    await account.session.engine.run('CREATE TABLE "D.PUBLIC"."T" (a INTEGER)')
    await expect(account.run('CREATE DATABASE D')).rejects.toMatchObject({ code: '002002' })
    expect(statusOf(await account.run('CREATE DATABASE IF NOT EXISTS d'))).toBe(
      'D already exists, statement succeeded.',
    )
    await account.run("CREATE OR REPLACE TRANSIENT DATABASE d COMMENT = 'new'")
    await expect(account.session.engine.run('SELECT * FROM "D.PUBLIC"."T"')).rejects.toThrow('T')
    expect(rowsOf(await account.run('SHOW DATABASES'))).toMatchObject([
      { name: 'D', comment: 'new', is_current: 'Y', kind: 'TRANSIENT', retention_time: '1' },
    ])
  })

  test('refuses OR REPLACE together with IF NOT EXISTS', async () => {
    const both = account.run('CREATE OR REPLACE DATABASE IF NOT EXISTS d')
    await expect(both).rejects.toThrow('incompatible')
  })

  test('needs CREATE DATABASE on the account, and gives its maker ownership', async () => {
    await account.run('CREATE ROLE r')
    await account.run('GRANT ROLE r TO USER admin')
    await account.run('USE ROLE r')
    await expect(account.run('CREATE DATABASE d')).rejects.toMatchObject({
      code: '003001',
      sqlState: '42501',
      message: 'SQL access control error:\nInsufficient privileges to operate on account.',
    })
    await account.run('USE ROLE accountadmin')
    await account.run('GRANT CREATE DATABASE ON ACCOUNT TO ROLE r')
    await account.run('USE ROLE r')
    await account.run('CREATE DATABASE d')
    expect(rowsOf(await account.run('SHOW DATABASES'))).toMatchObject([{ name: 'D', owner: 'R' }])
    await account.run('CREATE STAGE s')
  })
})

describe('DROP DATABASE', () => {
  test('drops tables, stage files and grants, and leaves the session without a database', async () => {
    await account.run('CREATE DATABASE d')
    await account.run('CREATE STAGE s')
    const [stage] = account.account.catalog.stages.list()
    if (stage === undefined) throw new Error('no stage')
    await account.account.stages.write(stage, 'a.txt', Buffer.from('a'))
    await account.session.engine.run('CREATE TABLE "D.PUBLIC"."T" (a INTEGER)')
    await account.run('GRANT READ ON STAGE s TO ROLE public')
    await account.run('GRANT USAGE ON DATABASE d TO ROLE public')
    const before = account.account.catalog.grants.length
    expect(statusOf(await account.run('DROP DATABASE d CASCADE'))).toBe('D successfully dropped.')
    expect(account.session).toMatchObject({ database: null, schema: null })
    expect(account.account.catalog.stages.list()).toEqual([])
    expect(account.account.catalog.schemas.list()).toEqual([])
    expect(account.account.catalog.grants).toHaveLength(before - 2)
    expect(await account.account.stages.list(stage)).toEqual([])
    await expect(account.run('CREATE STAGE s')).rejects.toMatchObject({ code: '090105' })
  })

  test('says that it is not there, unless asked only IF EXISTS', async () => {
    await expect(account.run('DROP DATABASE nope')).rejects.toMatchObject({
      code: '002003',
      message: "SQL compilation error:\nDatabase 'NOPE' does not exist or not authorized.",
    })
    expect(statusOf(await account.run('DROP DATABASE IF EXISTS nope'))).toBe(
      'Drop statement executed successfully (NOPE already dropped).',
    )
  })
})

describe('SHOW DATABASES', () => {
  test('has the columns in order', async () => {
    expect(columnsOf(await account.run("SHOW DATABASES LIKE 'x%'"))).toEqual([
      'created_on',
      'name',
      'is_default',
      'is_current',
      'origin',
      'owner',
      'comment',
      'options',
      'retention_time',
      'kind',
      'budget',
      'owner_role_type',
    ])
    expect(columnsOf(await account.run('SHOW TERSE DATABASES'))).toEqual([
      'created_on',
      'name',
      'kind',
      'database_name',
      'schema_name',
    ])
  })

  test('shows a role only what it has a privilege on', async () => {
    await account.run('CREATE DATABASE a')
    await account.run('CREATE DATABASE b')
    await account.run('GRANT USAGE ON DATABASE b TO ROLE public')
    await account.run('USE ROLE public')
    const names = rowsOf(await account.run('SHOW DATABASES')).map(({ name }) => name)
    expect(names).toEqual(['B'])
    await expect(account.run('USE DATABASE a')).rejects.toMatchObject({ code: '002043' })
    await account.run('USE DATABASE b')
  })
})

describe('ALTER and DESCRIBE DATABASE', () => {
  test('changes the comment and lists the schemas', async () => {
    await account.run('CREATE DATABASE d')
    await account.run("ALTER DATABASE d SET COMMENT = 'hello'")
    expect(rowsOf(await account.run('SHOW DATABASES'))).toMatchObject([{ comment: 'hello' }])
    await account.run('ALTER DATABASE d UNSET COMMENT')
    expect(rowsOf(await account.run('SHOW DATABASES'))).toMatchObject([{ comment: '' }])
    const schemas = rowsOf(await account.run('DESC DATABASE d')).map(({ name }) => name)
    expect(schemas).toEqual(['INFORMATION_SCHEMA', 'PUBLIC'])
    await expect(account.run('DESC DATABASE nope')).rejects.toMatchObject({ code: '002043' })
    await expect(account.run('ALTER DATABASE d RENAME TO e')).rejects.toMatchObject({
      code: '000002',
    })
  })
})

describe('CREATE and DROP SCHEMA', () => {
  test('makes a schema current, and leaves none when it is dropped', async () => {
    await account.run('CREATE DATABASE d')
    expect(statusOf(await account.run('CREATE SCHEMA s1'))).toBe('Schema S1 successfully created.')
    expect(account.session.schema).toBe('S1')
    await account.session.engine.run('CREATE TABLE "D.S1"."T" (a INTEGER)')
    expect(rowsOf(await account.run('DESCRIBE SCHEMA s1'))).toMatchObject([
      { name: 'T', kind: 'TABLE' },
    ])
    expect(statusOf(await account.run('CREATE SCHEMA IF NOT EXISTS d.s1'))).toBe(
      'S1 already exists, statement succeeded.',
    )
    await expect(account.run('CREATE SCHEMA s1')).rejects.toMatchObject({ code: '002002' })
    expect(statusOf(await account.run('DROP SCHEMA d.s1 RESTRICT'))).toBe(
      'S1 successfully dropped.',
    )
    expect(account.session).toMatchObject({ database: 'D', schema: null })
    await expect(account.session.engine.run('SELECT 1 FROM "D.S1"."T"')).rejects.toThrow('S1')
    await expect(account.run('CREATE STAGE s')).rejects.toMatchObject({ code: '090106' })
    expect(statusOf(await account.run('DROP SCHEMA IF EXISTS s1'))).toContain('already dropped')
    await expect(account.run('DROP SCHEMA s1')).rejects.toMatchObject({ code: '002003' })
  })

  test('keeps INFORMATION_SCHEMA', async () => {
    await account.run('CREATE DATABASE d')
    await expect(account.run('DROP SCHEMA information_schema')).rejects.toMatchObject({
      code: '003001',
    })
  })

  test('keeps names in quotes as they are', async () => {
    await account.run('CREATE DATABASE "my db"')
    await account.run('CREATE SCHEMA "a.b"')
    await account.session.engine.run(`CREATE TABLE """my db"".""a.b"""."T" (a INTEGER)`)
    expect(rowsOf(await account.run('DESC SCHEMA "my db"."a.b"'))).toHaveLength(1)
    await account.run('DROP DATABASE "my db"')
    expect(rowsOf(await account.run('SHOW DATABASES'))).toEqual([])
  })

  test('commits the open transaction first', async () => {
    await account.run('CREATE DATABASE d')
    const { engine } = account.session
    await engine.run('CREATE TABLE "D.PUBLIC"."T" (a INTEGER)')
    await engine.run('BEGIN')
    engine.inTransaction = true
    await engine.run('INSERT INTO "D.PUBLIC"."T" VALUES (1)')
    await account.run('CREATE SCHEMA s')
    expect(engine.inTransaction).toBe(false)
    await expect(engine.run('ROLLBACK')).rejects.toThrow('no transaction')
    expect((await engine.run('SELECT count(*) FROM "D.PUBLIC"."T"')).rows).toEqual([[1n]])
  })
})

describe('SHOW SCHEMAS', () => {
  test('has the columns in order and looks where it is told', async () => {
    await account.run('CREATE DATABASE a')
    await account.run('CREATE DATABASE b')
    const result = await account.run("SHOW SCHEMAS LIKE 'pub%' IN ACCOUNT")
    expect(columnsOf(result)).toEqual([
      'created_on',
      'name',
      'is_default',
      'is_current',
      'database_name',
      'owner',
      'comment',
      'options',
      'retention_time',
      'owner_role_type',
    ])
    expect(rowsOf(result).map((row) => [row['database_name'], row['is_current']])).toEqual([
      ['A', 'N'],
      ['B', 'Y'],
    ])
    expect(rowsOf(await account.run('SHOW SCHEMAS IN DATABASE a'))).toHaveLength(2)
    expect(rowsOf(await account.run("SHOW SCHEMAS IN a STARTS WITH 'P'"))).toHaveLength(1)
    await expect(account.run('SHOW SCHEMAS IN nope')).rejects.toMatchObject({ code: '002043' })
  })
})
