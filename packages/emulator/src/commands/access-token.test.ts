import { beforeEach, describe, expect, test } from 'vitest'
import { findAccessToken } from '../catalog/access-tokens.ts'
import { rowsOf, type TestAccount, testAccount } from '../testing/test-account.ts'
import { grantCommands } from './grant.ts'
import { roleCommands } from './role.ts'
import { userCommands } from './user.ts'

let account: TestAccount
beforeEach(async () => {
  account = testAccount({}, { commands: [userCommands, roleCommands, grantCommands].flat() })
  await account.run('CREATE USER dev')
})

const add = async (rest: string): Promise<Record<string, string | null>> =>
  rowsOf(await account.run(`ALTER USER ${rest}`))[0] ?? {}

const ownerOf = (secret: string | null | undefined, now = account.account.now()): unknown =>
  findAccessToken(secret ?? '', account.account.catalog, now)?.user.name

describe('ALTER USER … PROGRAMMATIC ACCESS TOKEN', () => {
  test('gives a secret that finds its user for fifteen days, and keeps only its hash', async () => {
    const row = await add('dev ADD PROGRAMMATIC ACCESS TOKEN for_ci')
    expect(row).toEqual({
      token_name: 'FOR_CI',
      token_secret: expect.stringMatching(/^spcs-pat-[\w-]{43}$/),
    })
    const { token_secret: secret } = row
    const saved = JSON.stringify(account.account.catalog.users.list())
    expect(saved).not.toContain(secret)
    expect(ownerOf(secret)).toBe('DEV')
    expect(ownerOf(`${secret}x`)).toBeUndefined()
    expect(ownerOf(secret, new Date('2026-01-17T03:04:04.999Z'))).toBe('DEV')
    expect(ownerOf(secret, new Date('2026-01-17T03:04:05.000Z'))).toBeUndefined()
  })

  test('without a name is for the own user', async () => {
    const row = await add("ADD PAT mine DAYS_TO_EXPIRY = 1 COMMENT = 'c'")
    expect(ownerOf(row['token_secret'])).toBe('ADMIN')
  })

  test('is shown without its secret', async () => {
    await account.run('GRANT ROLE sysadmin TO USER dev')
    const row = await add("dev ADD PAT t ROLE_RESTRICTION = 'sysadmin' DAYS_TO_EXPIRY = 30")
    const shown = rowsOf(await account.run('SHOW USER PROGRAMMATIC ACCESS TOKENS FOR USER dev'))
    expect(shown).toMatchObject([
      { name: 'T', user_name: 'DEV', role_restriction: 'SYSADMIN', status: 'ACTIVE' },
    ])
    expect(JSON.stringify(shown)).not.toContain(row['token_secret'])
    expect(rowsOf(await account.run('SHOW USER PATS'))).toEqual([])
  })

  test('is removed by name', async () => {
    const { token_secret: secret } = await add('dev ADD PAT t')
    await account.run('ALTER USER dev REMOVE PROGRAMMATIC ACCESS TOKEN t')
    expect(ownerOf(secret)).toBeUndefined()
    await expect(account.run('ALTER USER dev REMOVE PAT t')).rejects.toMatchObject({
      code: '002003',
    })
    expect(rowsOf(await account.run('ALTER USER IF EXISTS nobody REMOVE PAT t'))).toHaveLength(1)
  })

  test.each([
    ["dev ADD PAT t ROLE_RESTRICTION = 'sysadmin'", '001420'],
    ['dev ADD PAT t DAYS_TO_EXPIRY = 366', '001420'],
    ['dev ADD PAT t DAYS_TO_EXPIRY = 0', '001420'],
    ['machine ADD PAT t', '001420'],
    ['dev ROTATE PAT t', '000002'],
    ['dev MODIFY PROGRAMMATIC ACCESS TOKEN t SET DISABLED = TRUE', '000002'],
    ['dev ADD PAT twice', '002002'],
  ])('refuses %s', async (statement, code) => {
    await account.run('CREATE USER machine TYPE = SERVICE')
    await account.run('ALTER USER dev ADD PAT twice')
    await expect(account.run(`ALTER USER ${statement}`)).rejects.toMatchObject({ code })
  })

  test('is not given to a session that is bound to a role, nor is a password', async () => {
    const bound = testAccount(
      {},
      { commands: [...userCommands], session: { role: 'PUBLIC', isBoundToRole: true } },
    )
    for (const sql of ['ALTER USER ADD PAT t', "ALTER USER SET PASSWORD = 'x'"]) {
      await expect(bound.run(sql)).rejects.toMatchObject({ code: '003001' })
    }
  })

  test('of another needs OWNERSHIP of the user', async () => {
    account.session.role = 'PUBLIC'
    await expect(account.run('ALTER USER dev ADD PAT t')).rejects.toMatchObject({ code: '003001' })
    await expect(
      account.run('SHOW USER PROGRAMMATIC ACCESS TOKENS FOR USER dev'),
    ).rejects.toMatchObject({ code: '003001' })
    expect(ownerOf((await add('ADD PAT own'))['token_secret'])).toBe('ADMIN')
  })
})
