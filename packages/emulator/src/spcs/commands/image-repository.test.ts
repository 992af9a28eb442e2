import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsOf, statusOf } from '../../testing/test-account.ts'
import { type ServiceAccount, serviceAccount } from '../testing/service-account.ts'

let account: ServiceAccount
beforeEach(() => {
  account = serviceAccount()
})
afterEach(() => account[Symbol.asyncDispose]())

describe('image repositories', () => {
  test('are created, replaced, described and dropped', async () => {
    expect(statusOf(await account.run("CREATE IMAGE REPOSITORY r COMMENT = 'mine'"))).toBe(
      'Image Repository R successfully created.',
    )
    await expect(account.run('CREATE IMAGE REPOSITORY r')).rejects.toMatchObject({ code: '002002' })
    expect(statusOf(await account.run('CREATE IMAGE REPOSITORY IF NOT EXISTS r'))).toBe(
      'R already exists, statement succeeded.',
    )
    await account.run("CREATE OR REPLACE IMAGE REPOSITORY r ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')")
    await account.run("ALTER IMAGE REPOSITORY r SET COMMENT = 'changed'")
    expect(await account.show("SHOW IMAGE REPOSITORIES LIKE 'r' IN DATABASE db")).toMatchObject([
      {
        name: 'R',
        database_name: 'DB',
        schema_name: 'PUBLIC',
        repository_url: '127.0.0.1:8084/db/public/r',
        owner: 'ACCOUNTADMIN',
        owner_role_type: 'ROLE',
        comment: 'changed',
        encryption: 'SNOWFLAKE_SSE',
      },
    ])
    expect(statusOf(await account.run('DROP IMAGE REPOSITORY r'))).toBe('R successfully dropped.')
    await expect(account.run('DROP IMAGE REPOSITORY r')).rejects.toMatchObject({ code: '002003' })
    expect(statusOf(await account.run('DROP IMAGE REPOSITORY IF EXISTS r'))).toBe(
      'Drop statement executed successfully (R already dropped).',
    )
  })

  test.each([
    ['CREATE IMAGE REPOSITORY "my repo"', '395018'],
    ['CREATE IMAGE REPOSITORY nowhere.public.r', '002003'],
    ["CREATE IMAGE REPOSITORY r ENCRYPTION = (TYPE = 'AES')", '001420'],
    ['ALTER IMAGE REPOSITORY image_repo UNSET COMMENT', '000002'],
    ['ALTER IMAGE REPOSITORY r SET COMMENT = 1', '002043'],
    ['SHOW IMAGES IN IMAGE REPOSITORY r', '002043'],
  ])('%s is refused with %s', async (sql, code) => {
    await expect(account.run(sql)).rejects.toMatchObject({ code })
  })

  test('show their images, one row a digest', async () => {
    const digest = await account.push({})
    await account.push({ tag: 'v1' })
    const other = await account.push({ name: 'other', config: { Cmd: ['node'] } })
    expect(await account.show('SHOW IMAGES IN IMAGE REPOSITORY image_repo')).toMatchObject([
      { image_name: 'other', digest: other, image_path: 'db/public/image_repo/other:dev' },
      {
        image_name: 'tiny',
        tags: 'dev, v1',
        digest,
        image_path: 'db/public/image_repo/tiny:dev',
      },
    ])
    expect(
      await account.show("SHOW IMAGES LIKE 'ti%' IN IMAGE REPOSITORY image_repo"),
    ).toHaveLength(1)
    expect(await account.system('SYSTEM$REGISTRY_LIST_IMAGES', '/db/public/image_repo')).toBe(
      '{"images":["other","tiny"]}',
    )
    await account.run('CREATE OR REPLACE IMAGE REPOSITORY image_repo')
    expect(await account.show('SHOW IMAGES IN IMAGE REPOSITORY image_repo')).toEqual([])
  })

  test.each([
    [
      'SHOW IMAGE REPOSITORIES',
      'created_on name database_name schema_name repository_url owner owner_role_type comment encryption',
    ],
    ['SHOW IMAGES IN IMAGE REPOSITORY image_repo', 'created_on image_name tags digest image_path'],
  ])('%s has its columns in order', async (sql, columns) => {
    expect(columnsOf(await account.run(sql)).join(' ')).toBe(columns)
  })
})
