import { beforeEach, describe, expect, test } from 'vitest'
import {
  columnsOf,
  rowsOf,
  statusOf,
  type TestAccount,
  testAccount,
} from '../testing/test-account.ts'
import { grantCommands } from './grant.ts'
import { roleCommands } from './role.ts'
import { useCommands } from './use.ts'
import { warehouseCommands } from './warehouse.ts'

const commands = [roleCommands, grantCommands, useCommands, warehouseCommands].flat()

let account: TestAccount
beforeEach(() => {
  account = testAccount({}, { commands })
})

describe('CREATE ROLE', () => {
  test('answers as Snowflake does, also when it is run again', async () => {
    expect(statusOf(await account.run('CREATE ROLE container_user_role;'))).toBe(
      'Role CONTAINER_USER_ROLE successfully created.',
    )
    expect(statusOf(await account.run('CREATE ROLE IF NOT EXISTS container_user_role'))).toBe(
      'CONTAINER_USER_ROLE already exists, statement succeeded.',
    )
    await expect(account.run('CREATE ROLE container_user_role')).rejects.toMatchObject({
      code: '002002',
      sqlState: '42710',
      message: "SQL compilation error:\nObject 'CONTAINER_USER_ROLE' already exists.",
    })
  })

  test('replaced, loses its grants', async () => {
    await account.run('CREATE ROLE r')
    await account.run('GRANT CREATE DATABASE ON ACCOUNT TO ROLE r')
    await account.run("CREATE OR REPLACE ROLE r COMMENT = 'anew'")
    expect(account.account.catalog.grants.filter(({ grantee }) => grantee === 'R')).toEqual([])
  })

  test.each([
    ['CREATE ROLE', '001003'],
    ['CREATE ROLE r COMENT = 1', '001003'],
    ['CREATE OR REPLACE ROLE accountadmin', '003001'],
  ])('%s is refused with %s', async (sql, code) => {
    await expect(account.run(sql)).rejects.toMatchObject({ code })
  })
})

describe('ALTER ROLE', () => {
  test('changes the comment, and nothing that is not there', async () => {
    await account.run('CREATE ROLE r')
    expect(statusOf(await account.run("ALTER ROLE r SET COMMENT = 'hello'"))).toBe(
      'Statement executed successfully.',
    )
    const [shown] = rowsOf(await account.run("SHOW ROLES LIKE 'r'"))
    expect(shown).toMatchObject({ name: 'R', comment: 'hello' })
    await account.run('ALTER ROLE IF EXISTS nope UNSET COMMENT')
    await expect(account.run('ALTER ROLE nope UNSET COMMENT')).rejects.toMatchObject({
      code: '002003',
    })
  })
})

describe('DROP ROLE', () => {
  test('gives what the role owned to the role that drops it, and takes its grants away', async () => {
    await account.run('CREATE ROLE r')
    await account.run('CREATE ROLE child')
    await account.run('GRANT ROLE child TO ROLE r')
    await account.run('GRANT ROLE r TO USER admin')
    await account.run('GRANT CREATE WAREHOUSE ON ACCOUNT TO ROLE r')
    await account.run('USE ROLE r')
    await account.run('CREATE WAREHOUSE w')
    await account.run('USE ROLE accountadmin')
    expect(statusOf(await account.run('DROP ROLE r'))).toBe('R successfully dropped.')
    expect(rowsOf(await account.run("SHOW WAREHOUSES LIKE 'w'"))).toMatchObject([
      { owner: 'ACCOUNTADMIN' },
    ])
    const left = account.account.catalog.grants.filter(
      ({ name, grantee }) => name === 'R' || grantee === 'R',
    )
    expect(left).toEqual([])
    await expect(account.run('DROP ROLE r')).rejects.toMatchObject({ code: '002003' })
    expect(statusOf(await account.run('DROP ROLE IF EXISTS r'))).toBe(
      'Drop statement executed successfully (R already dropped).',
    )
  })

  test('leaves a session that has it with no privileges', async () => {
    await account.run('CREATE ROLE r')
    await account.run('GRANT ROLE r TO USER admin')
    await account.run('GRANT CREATE WAREHOUSE ON ACCOUNT TO ROLE r')
    account.session.role = 'R'
    account.account.catalog.roles.remove('R')
    account.account.catalog.grants = []
    await expect(account.run('CREATE WAREHOUSE w')).rejects.toMatchObject({ code: '003001' })
  })

  test('keeps the built-in roles', async () => {
    await expect(account.run('DROP ROLE public')).rejects.toMatchObject({ code: '003001' })
  })
})

describe('SHOW ROLES', () => {
  test('has the columns in order', async () => {
    expect(columnsOf(await account.run('SHOW ROLES'))).toEqual([
      'created_on',
      'name',
      'is_default',
      'is_current',
      'is_inherited',
      'assigned_to_users',
      'granted_to_roles',
      'granted_roles',
      'owner',
      'comment',
    ])
  })

  test('tells the session where each role stands', async () => {
    const [admin, , pub] = rowsOf(await account.run('SHOW ROLES'))
    expect(admin).toEqual({
      created_on: '1767323045.000',
      name: 'ACCOUNTADMIN',
      is_default: 'Y',
      is_current: 'Y',
      is_inherited: 'N',
      assigned_to_users: '1',
      granted_to_roles: '0',
      granted_roles: '2',
      owner: '',
      comment: '',
    })
    expect(pub).toMatchObject({ name: 'PUBLIC', is_current: 'N', is_inherited: 'Y' })
  })

  test.each([
    ["LIKE '%admin'", ['ACCOUNTADMIN', 'ORGADMIN', 'SECURITYADMIN', 'SYSADMIN', 'USERADMIN']],
    ["LIKE '%ADMIN' LIMIT 2 FROM 'P'", ['SECURITYADMIN', 'SYSADMIN']],
    ["STARTS WITH 'p'", []],
    ["STARTS WITH 'P'", ['PUBLIC']],
  ])('%s keeps %j', async (clause, names) => {
    const rows = rowsOf(await account.run(`SHOW ROLES ${clause}`))
    expect(rows.map(({ name }) => name)).toEqual(names)
  })
})
