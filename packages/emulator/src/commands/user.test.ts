import { generateKeyPairSync } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { isPassword } from '../password.ts'
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
import { userCommands } from './user.ts'

const commands = [userCommands, roleCommands, grantCommands, useCommands].flat()

let account: TestAccount
beforeEach(() => {
  account = testAccount({}, { commands })
})

const property = async (user: string, name: string): Promise<string | null | undefined> =>
  rowsOf(await account.run(`DESCRIBE USER ${user}`)).find((row) => row['property'] === name)?.[
    'value'
  ]

const body = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')

const newKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString()

describe('CREATE USER', () => {
  test('keeps every property, in any order', async () => {
    const created = await account.run(`CREATE USER developer
      PASSWORD = 'Secret#1' DEFAULT_ROLE = container_user_role COMMENT = 'hi'
      DEFAULT_WAREHOUSE = 'COMPUTE_WH', DEFAULT_NAMESPACE = hol.public
      MUST_CHANGE_PASSWORD = false DISABLED = FALSE EMAIL = 'd@example.com' TYPE = PERSON
      LOGIN_NAME = 'dev' DISPLAY_NAME = 'Dev' DEFAULT_SECONDARY_ROLES = ()`)
    expect(statusOf(created)).toBe('User DEVELOPER successfully created.')
    const user = account.account.catalog.users.get('DEVELOPER')
    expect(user).toMatchObject({
      loginName: 'DEV',
      displayName: 'Dev',
      email: 'd@example.com',
      defaultRole: 'CONTAINER_USER_ROLE',
      defaultWarehouse: 'COMPUTE_WH',
      defaultNamespace: 'HOL.PUBLIC',
      defaultSecondaryRoles: [],
      type: 'PERSON',
      comment: 'hi',
    })
    expect(await isPassword('Secret#1', user.passwordHash ?? '')).toBe(true)
  })

  test('fails, keeps or replaces one that is there', async () => {
    await account.run('CREATE USER u')
    await expect(account.run('CREATE USER u')).rejects.toMatchObject({ code: '002002' })
    expect(statusOf(await account.run('CREATE USER IF NOT EXISTS u'))).toContain('already exists')
    await account.run("CREATE OR REPLACE USER u COMMENT = 'new'")
    expect(await property('u', 'COMMENT')).toBe('new')
    await expect(account.run("CREATE USER v LOGIN_NAME = 'U'")).rejects.toMatchObject({
      code: '002002',
    })
  })

  test.each([
    ["CREATE USER u TYPE = 'ROBOT'", '001420'],
    ["CREATE USER u RSA_PUBLIC_KEY = 'AAAA'", '001420'],
    ["CREATE USER u FAVOURITE_COLOUR = 'red'", '001003'],
  ])('%s is refused with %s', async (sql, code) => {
    await expect(account.run(sql)).rejects.toMatchObject({ code })
    expect(account.account.catalog.users.maybe('U')).toBeUndefined()
  })

  test('needs CREATE USER', async () => {
    await account.run('USE ROLE public')
    await expect(account.run('CREATE USER u')).rejects.toMatchObject({ code: '003001' })
  })
})

describe('ALTER USER', () => {
  test('sets and unsets properties', async () => {
    await account.run("CREATE USER u PASSWORD = 'one' COMMENT = 'c'")
    await account.run('ALTER USER u SET DISABLED = TRUE, DEFAULT_ROLE = r')
    expect(await property('u', 'DISABLED')).toBe('true')
    await account.run('ALTER USER u UNSET DISABLED, COMMENT, PASSWORD')
    expect(await property('u', 'DISABLED')).toBe('false')
    expect(await property('u', 'PASSWORD')).toBe('null')
    expect(await property('u', 'DEFAULT_ROLE')).toBe('R')
    await expect(account.run('ALTER USER u UNSET COLOUR')).rejects.toMatchObject({ code: '001420' })
    await expect(account.run("ALTER USER nope SET COMMENT = ''")).rejects.toMatchObject({
      code: '002003',
    })
    await account.run("ALTER USER IF EXISTS nope SET COMMENT = ''")
  })

  test('rotates two keys without mixing them up', async () => {
    const [first, second, third] = [newKey(), newKey(), newKey()]
    await account.run('CREATE USER u')
    await account.run(`ALTER USER u SET RSA_PUBLIC_KEY = '${first}'`)
    await account.run(`ALTER USER u SET RSA_PUBLIC_KEY_2 = '${second}'`)
    await account.run('ALTER USER u UNSET RSA_PUBLIC_KEY')
    await account.run(`ALTER USER u SET RSA_PUBLIC_KEY = '${third}'`)
    expect(await property('u', 'RSA_PUBLIC_KEY')).toBe(body(third))
    expect(await property('u', 'RSA_PUBLIC_KEY_2')).toBe(body(second))
    expect(await property('u', 'RSA_PUBLIC_KEY_FP')).toMatch(/^SHA256:.{44}$/)
    expect(account.account.catalog.users.get('U').publicKeys).toHaveLength(2)
  })

  test('lets a user change their own password and defaults, and nothing else', async () => {
    await account.run('USE ROLE public')
    await account.run("ALTER USER admin SET PASSWORD = 'other'")
    await account.run('ALTER USER SET DEFAULT_WAREHOUSE = w')
    expect(await property('admin', 'DEFAULT_WAREHOUSE')).toBe('W')
    await expect(account.run('ALTER USER admin SET DISABLED = TRUE')).rejects.toMatchObject({
      code: '003001',
    })
  })
})

describe('DROP USER', () => {
  test('takes the grants of roles along', async () => {
    await account.run('CREATE USER u')
    await account.run('GRANT ROLE public TO USER u')
    expect(statusOf(await account.run('DROP USER u'))).toBe('U successfully dropped.')
    expect(account.account.catalog.grants.some(({ grantee }) => grantee === 'U')).toBe(false)
    await expect(account.run('DROP USER u')).rejects.toMatchObject({ code: '002003' })
    expect(statusOf(await account.run('DROP USER IF EXISTS u'))).toContain('already dropped')
    await expect(account.run('DROP USER admin')).rejects.toMatchObject({ code: '003001' })
  })
})

describe('SHOW and DESCRIBE USER', () => {
  test('have the columns in order', async () => {
    expect(columnsOf(await account.run('SHOW USERS'))).toEqual([
      'name',
      'created_on',
      'login_name',
      'display_name',
      'first_name',
      'last_name',
      'email',
      'mins_to_unlock',
      'days_to_expiry',
      'comment',
      'disabled',
      'must_change_password',
      'snowflake_lock',
      'default_warehouse',
      'default_namespace',
      'default_role',
      'default_secondary_roles',
      'ext_authn_duo',
      'ext_authn_uid',
      'mins_to_bypass_mfa',
      'owner',
      'last_success_login',
      'expires_at_time',
      'locked_until_time',
      'has_password',
      'has_rsa_public_key',
      'type',
      'has_mfa',
    ])
    expect(columnsOf(await account.run('DESC USER admin'))).toEqual([
      'property',
      'value',
      'default',
      'description',
    ])
  })

  test('never show a password or its hash', async () => {
    await account.run("CREATE USER u PASSWORD = 'Tr0ub4dor'")
    const shown = JSON.stringify([
      await account.run('SHOW USERS'),
      await account.run('SHOW TERSE USERS'),
      await account.run('DESCRIBE USER u'),
    ])
    expect(shown).not.toContain('Tr0ub4dor')
    expect(shown).not.toContain('scrypt')
    expect(rowsOf(await account.run("SHOW USERS LIKE 'u'"))).toMatchObject([
      { has_password: 'true', has_rsa_public_key: 'false', disabled: 'false' },
    ])
  })
})
