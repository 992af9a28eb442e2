import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestAccount, statusOf, testAccount } from '../testing/test-account.ts'
import { databaseCommands } from './database.ts'
import { grantCommands } from './grant.ts'
import { roleCommands } from './role.ts'
import { schemaCommands } from './schema.ts'
import { useCommands } from './use.ts'
import { warehouseCommands } from './warehouse.ts'

const commands = [
  useCommands,
  databaseCommands,
  schemaCommands,
  roleCommands,
  grantCommands,
  warehouseCommands,
].flat()

let account: Awaited<ReturnType<typeof openTestAccount>>
beforeEach(async () => {
  account = await openTestAccount(commands)
  await account.run('CREATE DATABASE a')
  await account.run('CREATE SCHEMA s')
  await account.run('CREATE DATABASE b')
})
afterEach(() => account.close())

describe('USE', () => {
  test.each([
    ['USE DATABASE a', { database: 'A', schema: 'PUBLIC' }],
    ['USE a', { database: 'A', schema: 'PUBLIC' }],
    ['USE SCHEMA a.s', { database: 'A', schema: 'S' }],
    ['USE a.s', { database: 'A', schema: 'S' }],
    ['use schema information_schema;', { database: 'B', schema: 'INFORMATION_SCHEMA' }],
    ['USE WAREHOUSE compute_wh', { warehouse: 'COMPUTE_WH' }],
    ['USE ROLE sysadmin', { role: 'SYSADMIN' }],
    ['USE ROLE public', { role: 'PUBLIC' }],
    ['USE SECONDARY ROLES ALL', { secondaryRoles: 'ALL' }],
    ['USE SECONDARY ROLES NONE', { secondaryRoles: 'NONE' }],
  ])('%s', async (sql, expected) => {
    expect(statusOf(await account.run(sql))).toBe('Statement executed successfully.')
    expect(account.session).toMatchObject(expected)
  })

  test.each([
    ['USE DATABASE nope', '002043'],
    ['USE SCHEMA nope', '002043'],
    ['USE SCHEMA nope.public', '002043'],
    ['USE WAREHOUSE nope', '002043'],
    ['USE ROLE nope', '002043'],
    ['USE ROLE orgadmin', '003013'],
    ['USE SECONDARY ROLES some', '001003'],
    ['USE', '001003'],
  ])('%s is refused with %s and changes nothing', async (sql, code) => {
    const before = { ...account.session }
    await expect(account.run(sql)).rejects.toMatchObject({ code })
    expect(account.session).toEqual(before)
  })

  test('a schema dropped by another session is no place to be', async () => {
    await account.run('USE SCHEMA a.s')
    await account.run('DROP SCHEMA a.s')
    await expect(account.run('USE SCHEMA s')).rejects.toMatchObject({ code: '002043' })
  })
})

test('a session that is bound to its role stays with it', async () => {
  const bound = testAccount({}, { commands, session: { role: 'SYSADMIN', isBoundToRole: true } })
  await bound.run('USE ROLE sysadmin')
  await expect(bound.run('USE ROLE accountadmin')).rejects.toMatchObject({ code: '003013' })
  await bound.run('USE SECONDARY ROLES ALL')
  expect(bound.session).toMatchObject({ role: 'SYSADMIN', secondaryRoles: 'NONE' })
})

describe('USE SECONDARY ROLES', () => {
  test('lends the privileges of every role of the user, but not for CREATE', async () => {
    await account.run('CREATE ROLE r')
    await account.run('GRANT ROLE r TO USER admin')
    await account.run('CREATE WAREHOUSE w')
    await account.run('GRANT USAGE ON WAREHOUSE w TO ROLE r')
    account.account.catalog.grants = account.account.catalog.grants.filter(
      ({ name }) => name !== 'ACCOUNTADMIN',
    )
    await account.run('USE ROLE public')
    await expect(account.run('USE WAREHOUSE w')).rejects.toMatchObject({ code: '002043' })
    await account.run('USE SECONDARY ROLES ALL')
    await account.run('USE WAREHOUSE w')
    await expect(account.run('CREATE WAREHOUSE v')).rejects.toMatchObject({ code: '003001' })
  })
})
