import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsOf, openTestAccount, rowsOf, statusOf } from '../testing/test-account.ts'
import { databaseCommands } from './database.ts'
import { grantCommands } from './grant.ts'
import { roleCommands } from './role.ts'
import { schemaCommands } from './schema.ts'
import { stageTransferCommands } from './stage-transfer.ts'
import { dropTemporaryStages, stageCommands } from './stage.ts'
import { useCommands } from './use.ts'

const commands = [
  stageCommands,
  stageTransferCommands,
  databaseCommands,
  schemaCommands,
  grantCommands,
  roleCommands,
  useCommands,
].flat()

let account: Awaited<ReturnType<typeof openTestAccount>>
beforeEach(async () => {
  account = await openTestAccount(commands)
  await account.run('CREATE DATABASE hol')
})
afterEach(() => account.close())

const upload = (path: string, text: string): Promise<void> => {
  const stage = account.account.catalog.stages.get('HOL.PUBLIC.SPECS')
  return account.account.stages.write(stage, path, Buffer.from(text))
}

const transferred = async (sql: string): Promise<Record<string, unknown>> => {
  const result = await account.run(sql)
  if (result.kind !== 'transfer') throw new Error('no transfer')
  return { ...result.data }
}

describe('CREATE STAGE', () => {
  test("takes the quickstart's statements", async () => {
    const sql = `CREATE STAGE IF NOT EXISTS volumes
      ENCRYPTION = (TYPE='SNOWFLAKE_SSE')
      DIRECTORY = (ENABLE = TRUE);`
    expect(statusOf(await account.run(sql))).toBe('Stage area VOLUMES successfully created.')
    expect(statusOf(await account.run(sql))).toBe('VOLUMES already exists, statement succeeded.')
    expect(rowsOf(await account.run('SHOW STAGES'))).toEqual([
      {
        created_on: '1767323045.000',
        name: 'VOLUMES',
        database_name: 'HOL',
        schema_name: 'PUBLIC',
        url: '',
        has_credentials: 'N',
        has_encryption_key: 'N',
        owner: 'ACCOUNTADMIN',
        comment: '',
        region: null,
        type: 'INTERNAL NO CSE',
        cloud: null,
        notification_channel: null,
        storage_integration: null,
        endpoint: null,
        owner_role_type: 'ROLE',
        directory_enabled: 'Y',
      },
    ])
    await expect(account.run('CREATE STAGE volumes')).rejects.toMatchObject({ code: '002002' })
  })

  test('replaced, has no files and no grants any more', async () => {
    await account.run('CREATE STAGE specs')
    await upload('a.txt', 'a')
    await account.run('GRANT READ ON STAGE specs TO ROLE public')
    await account.run(
      "CREATE OR REPLACE STAGE specs FILE_FORMAT = (TYPE = CSV, NULL_IF = ('')) COMMENT = 'x'",
    )
    expect(rowsOf(await account.run('LIST @specs'))).toEqual([])
    expect(account.account.catalog.grants.some(({ on }) => on === 'STAGE')).toBe(false)
  })

  test.each([
    ["CREATE STAGE s URL = 's3://bucket/'", '000002'],
    ["CREATE STAGE s ENCRYPTION = (TYPE = 'NONE')", '001420'],
    ['CREATE STAGE nope.public.s', '002003'],
    ['CREATE STAGE hol.nope.s', '002003'],
    ['CREATE STAGE s FILE_FORMAT = (TYPE = CSV', '001003'],
  ])('%s is refused with %s', async (sql, code) => {
    await expect(account.run(sql)).rejects.toMatchObject({ code })
    expect(account.account.catalog.stages.list()).toEqual([])
  })

  test('needs CREATE STAGE on the schema', async () => {
    await account.run('GRANT USAGE ON DATABASE hol TO ROLE public')
    await account.run('USE ROLE public')
    await expect(account.run('CREATE STAGE hol.public.s')).rejects.toMatchObject({ code: '003001' })
  })
})

describe('ALTER, DROP and DESCRIBE STAGE', () => {
  test('do what they say', async () => {
    await account.run('CREATE STAGE specs')
    await account.run("ALTER STAGE specs SET COMMENT = 'hi' DIRECTORY = (ENABLE = TRUE)")
    await account.run('ALTER STAGE specs REFRESH')
    expect(rowsOf(await account.run('SHOW STAGES'))).toMatchObject([
      { comment: 'hi', directory_enabled: 'Y', type: 'INTERNAL' },
    ])
    const described = await account.run('DESC STAGE specs')
    expect(columnsOf(described)).toEqual([
      'parent_property',
      'property',
      'property_type',
      'property_value',
      'property_default',
    ])
    expect(statusOf(await account.run('DROP STAGE specs'))).toBe('SPECS successfully dropped.')
    await expect(account.run('DROP STAGE specs')).rejects.toMatchObject({ code: '002003' })
    await expect(account.run('DESC STAGE specs')).rejects.toMatchObject({ code: '002003' })
    expect(statusOf(await account.run('DROP STAGE IF EXISTS specs'))).toContain('already dropped')
  })
})

describe('a temporary stage', () => {
  test('goes with its session', async () => {
    await account.run('CREATE OR REPLACE TEMPORARY STAGE SYSTEM$BIND file_format=(type=csv)')
    await account.run('CREATE STAGE specs')
    await dropTemporaryStages('other', account.account)
    expect(rowsOf(await account.run('SHOW STAGES'))).toMatchObject([
      { name: 'SPECS' },
      { name: 'SYSTEM$BIND', type: 'INTERNAL TEMPORARY' },
    ])
    await dropTemporaryStages(account.session.id, account.account)
    expect(rowsOf(await account.run('SHOW STAGES'))).toMatchObject([{ name: 'SPECS' }])
  })
})

describe('LIST and REMOVE', () => {
  beforeEach(async () => {
    await account.run('CREATE STAGE specs')
    await upload('convert-api.yaml', 'spec: {}')
    await upload('folder/notebook.yaml', 'spec: {}')
    await upload('folder/readme.md', '')
  })

  test.each([
    [
      'LIST @specs',
      ['specs/convert-api.yaml', 'specs/folder/notebook.yaml', 'specs/folder/readme.md'],
    ],
    ['LS @hol.public.specs/folder;', ['specs/folder/notebook.yaml', 'specs/folder/readme.md']],
    ["LS '@specs/folder/'", ['specs/folder/notebook.yaml', 'specs/folder/readme.md']],
    ["LIST @specs PATTERN = '.*[.]yaml'", ['specs/convert-api.yaml', 'specs/folder/notebook.yaml']],
    ['LIST @specs/nope', []],
  ])('%s', async (sql, names) => {
    const result = await account.run(sql)
    expect(columnsOf(result)).toEqual(['name', 'size', 'md5', 'last_modified'])
    expect(rowsOf(result).map(({ name }) => name)).toEqual(names)
  })

  test('LIST tells size, digest and time of a file', async () => {
    expect(rowsOf(await account.run('LIST @specs/convert'))).toEqual([
      {
        name: 'specs/convert-api.yaml',
        size: '8',
        md5: createHash('md5').update('spec: {}').digest('hex'),
        last_modified: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/),
      },
    ])
  })

  test('REMOVE takes away what it names', async () => {
    expect(rowsOf(await account.run('REMOVE @specs/folder/'))).toEqual([
      { name: 'specs/folder/notebook.yaml', result: 'removed' },
      { name: 'specs/folder/readme.md', result: 'removed' },
    ])
    expect(rowsOf(await account.run('LIST @specs'))).toHaveLength(1)
    await account.run("RM @specs PATTERN='.*'")
    expect(rowsOf(await account.run('LIST @specs'))).toEqual([])
  })

  test('refuse a stage or pattern that is none, and a role without the privilege', async () => {
    await expect(account.run('LIST @nope')).rejects.toMatchObject({ code: '002003' })
    await expect(account.run("LIST @specs PATTERN='('")).rejects.toMatchObject({ code: '100048' })
    await expect(account.run('LIST specs')).rejects.toMatchObject({ code: '001003' })
    await account.run('USE ROLE public')
    await expect(account.run('LIST @specs')).rejects.toMatchObject({ code: '003001' })
    await expect(account.run('RM @specs/folder')).rejects.toMatchObject({ code: '003001' })
  })
})

describe('PUT and GET', () => {
  beforeEach(() => account.run('CREATE STAGE specs'))

  test('PUT tells the driver where to upload, with a token for this stage alone', async () => {
    const { stageInfo, ...data } = await transferred(
      'PUT file:///tmp/specs/*.yaml @specs/sub AUTO_COMPRESS=FALSE OVERWRITE = TRUE',
    )
    expect(data).toEqual({
      command: 'UPLOAD',
      src_locations: ['/tmp/specs/*.yaml'],
      sourceCompression: 'auto_detect',
      autoCompress: false,
      overwrite: true,
      parallel: 4,
      threshold: 209_715_200,
    })
    const { id } = account.account.catalog.stages.get('HOL.PUBLIC.SPECS')
    expect(stageInfo).toMatchObject({
      locationType: 'GCS',
      location: `stages/${id}/sub/`,
      region: 'local',
      endPoint: 'http://127.0.0.1:8084/stage',
      presignedUrl: null,
    })
    const [, token = ''] = /"GCS_ACCESS_TOKEN":"([^"]+)"/.exec(JSON.stringify(stageInfo)) ?? []
    expect(account.account.tokens.resolve(token)).toEqual({
      kind: 'stage',
      stage: 'HOL.PUBLIC.SPECS',
    })
  })

  test.each([
    ["PUT 'file:///tmp/my file.txt' @specs", '/tmp/my file.txt', true, false],
    ['put file://relative.txt @specs/a/ parallel=8;', 'relative.txt', true, false],
    ["PUT file://1'@specs/uuid' overwrite=true auto_compress=false", '1', false, true],
  ])('%s', async (sql, source, autoCompress, overwrite) => {
    expect(await transferred(sql)).toMatchObject({
      src_locations: [source],
      autoCompress,
      overwrite,
    })
  })

  test('GET names the files under the stage', async () => {
    await upload('folder/a.txt', 'a')
    await upload('folder/b.csv', 'b')
    const data = await transferred("GET @specs/folder file:///tmp/out/ PATTERN = '.*[.]txt'")
    const { id } = account.account.catalog.stages.get('HOL.PUBLIC.SPECS')
    expect(data).toMatchObject({
      command: 'DOWNLOAD',
      src_locations: ['folder/a.txt'],
      localLocation: '/tmp/out/',
      presignedUrls: [null],
      stageInfo: { location: `stages/${id}/` },
    })
  })

  test.each([
    ['PUT /tmp/a @specs', '001003'],
    ['PUT file:///tmp/a specs', '001003'],
    ['PUT file:///tmp/a @nope', '002003'],
    ['PUT file:///tmp/a @~', '000002'],
    ['PUT file:///tmp/a @specs PARALLEL = 100', '001420'],
    ['PUT file:///tmp/a @specs SOURCE_COMPRESSION = ZIP', '001420'],
    ['GET @specs /tmp', '001003'],
  ])('%s is refused with %s', async (sql, code) => {
    await expect(account.run(sql)).rejects.toMatchObject({ code })
  })

  test('need WRITE and READ', async () => {
    await account.run('GRANT READ ON STAGE specs TO ROLE public')
    await account.run('USE ROLE public')
    await account.run('GET @specs file:///tmp')
    await expect(account.run('PUT file:///tmp/a @specs')).rejects.toMatchObject({ code: '003001' })
  })
})
