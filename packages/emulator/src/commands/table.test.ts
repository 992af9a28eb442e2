import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { printObjectComment } from '../engine/object-comment.ts'
import { columnsOf, openTestAccount, rowsOf } from '../testing/test-account.ts'
import { commentCommands } from './comment-on.ts'
import { databaseCommands } from './database.ts'
import { schemaCommands } from './schema.ts'
import { stageCommands } from './stage.ts'
import { tableCommands } from './table.ts'

const commands = [
  tableCommands,
  databaseCommands,
  schemaCommands,
  stageCommands,
  commentCommands,
].flat()

let account: Awaited<ReturnType<typeof openTestAccount>>
beforeEach(async () => {
  account = await openTestAccount(commands)
  await account.run('CREATE DATABASE hol')
  const { engine } = account.session
  await engine.run(`CREATE TABLE "HOL.PUBLIC"."WEATHER"
    ("DATE" DATE, "LOCATION" VARCHAR NOT NULL, "TEMP_C" DECIMAL(38,0) DEFAULT 7, "F" DOUBLE)`)
  await engine.run(
    `INSERT INTO "HOL.PUBLIC"."WEATHER" VALUES ('2025-03-21', 'London', 15, 59), ('2025-03-21', 'Oxford', 13, 55)`,
  )
  const about = printObjectComment({ type: 'VARCHAR(20)', comment: 'where' })
  await engine.run(`COMMENT ON COLUMN "HOL.PUBLIC"."WEATHER"."LOCATION" IS '${about}'`)
  await engine.run(
    'CREATE VIEW "HOL.PUBLIC"."WARM" AS SELECT "LOCATION" FROM "HOL.PUBLIC"."WEATHER"',
  )
})
afterEach(() => account.close())

describe('SHOW TABLES', () => {
  test('has the columns in order', async () => {
    expect(columnsOf(await account.run('SHOW TABLES'))).toEqual([
      'created_on',
      'name',
      'database_name',
      'schema_name',
      'kind',
      'comment',
      'cluster_by',
      'rows',
      'bytes',
      'owner',
      'retention_time',
      'automatic_clustering',
      'change_tracking',
      'search_optimization',
      'search_optimization_progress',
      'search_optimization_bytes',
      'is_external',
      'enable_schema_evolution',
      'owner_role_type',
      'is_event',
      'budget',
      'is_hybrid',
      'is_iceberg',
      'is_dynamic',
      'is_immutable',
    ])
  })

  test('counts rows as they are now', async () => {
    await account.session.engine.run(`DELETE FROM "HOL.PUBLIC"."WEATHER" WHERE "TEMP_C" = 13`)
    expect(rowsOf(await account.run("SHOW TABLES LIKE 'weath%'"))).toMatchObject([
      { name: 'WEATHER', database_name: 'HOL', schema_name: 'PUBLIC', kind: 'TABLE', rows: '1' },
    ])
  })

  test('looks where it is told', async () => {
    await account.run('CREATE SCHEMA other')
    expect(rowsOf(await account.run('SHOW TABLES'))).toEqual([])
    expect(rowsOf(await account.run('SHOW TABLES IN DATABASE hol'))).toHaveLength(1)
    expect(rowsOf(await account.run('SHOW TABLES IN hol.public'))).toHaveLength(1)
    expect(rowsOf(await account.run('SHOW TERSE TABLES IN ACCOUNT'))).toEqual([
      {
        created_on: '1767323045.000',
        name: 'WEATHER',
        kind: 'TABLE',
        database_name: 'HOL',
        schema_name: 'PUBLIC',
      },
    ])
    await expect(account.run('SHOW TABLES IN SCHEMA nope')).rejects.toMatchObject({
      code: '002043',
    })
  })

  test('shows a temporary table where it was made', async () => {
    await account.session.engine.run('CREATE TEMP TABLE "HOL.PUBLIC.SCRATCH" (a INTEGER)')
    expect(rowsOf(await account.run("SHOW TABLES LIKE 'scratch'"))).toMatchObject([
      { name: 'SCRATCH', schema_name: 'PUBLIC', kind: 'TEMPORARY', rows: '0' },
    ])
    expect(rowsOf(await account.run('DESC TABLE scratch'))).toMatchObject([{ name: 'a' }])
  })
})

describe('SHOW VIEWS and OBJECTS', () => {
  test('tell tables and views apart', async () => {
    const views = await account.run('SHOW VIEWS')
    expect(columnsOf(views)).toEqual([
      'created_on',
      'name',
      'reserved',
      'database_name',
      'schema_name',
      'owner',
      'comment',
      'text',
      'is_secure',
      'is_materialized',
      'owner_role_type',
      'change_tracking',
    ])
    expect(rowsOf(views).map(({ name }) => name)).toEqual(['WARM'])
    const objects = rowsOf(await account.run('SHOW OBJECTS'))
    expect(objects.map(({ name, kind, rows }) => [name, kind, rows])).toEqual([
      ['WARM', 'VIEW', null],
      ['WEATHER', 'TABLE', '2'],
    ])
  })
})

describe('DESCRIBE TABLE', () => {
  test("prints Snowflake's types", async () => {
    const result = await account.run('DESC TABLE weather')
    expect(columnsOf(result)).toEqual([
      'name',
      'type',
      'kind',
      'null?',
      'default',
      'primary key',
      'unique key',
      'check',
      'expression',
      'comment',
      'policy name',
      'privacy domain',
    ])
    const rows = rowsOf(result).map((row) => [
      row['name'],
      row['type'],
      row['null?'],
      row['default'],
      row['comment'],
    ])
    expect(rows).toEqual([
      ['DATE', 'DATE', 'Y', null, null],
      ['LOCATION', 'VARCHAR(20)', 'N', null, 'where'],
      ['TEMP_C', 'NUMBER(38,0)', 'Y', '7', null],
      ['F', 'FLOAT', 'Y', null, null],
    ])
    expect(rowsOf(await account.run('DESCRIBE VIEW hol.public.warm'))).toHaveLength(1)
  })

  test('says that it is not there', async () => {
    await expect(account.run('DESC TABLE nope')).rejects.toMatchObject({
      code: '002003',
      message: "SQL compilation error:\nTable 'HOL.PUBLIC.NOPE' does not exist or not authorized.",
    })
  })
})

describe('SHOW COLUMNS', () => {
  test('has the columns in order and types as JSON', async () => {
    const result = await account.run('SHOW COLUMNS IN TABLE weather')
    expect(columnsOf(result)).toEqual([
      'table_name',
      'schema_name',
      'column_name',
      'data_type',
      'null?',
      'default',
      'kind',
      'expression',
      'comment',
      'database_name',
      'autoincrement',
    ])
    expect(rowsOf(result).map((row) => JSON.parse(row['data_type'] ?? ''))).toEqual([
      { type: 'DATE', nullable: true },
      { type: 'TEXT', length: 20, byteLength: 80, nullable: false, fixed: false },
      { type: 'FIXED', precision: 38, scale: 0, nullable: true },
      { type: 'REAL', nullable: true },
    ])
  })

  test.each([
    ['SHOW COLUMNS', 5],
    ['SHOW COLUMNS IN weather', 4],
    ['SHOW COLUMNS IN VIEW warm', 1],
    ["SHOW COLUMNS LIKE 'loc%' IN SCHEMA public", 2],
  ])('%s gives %i', async (sql, count) => {
    expect(rowsOf(await account.run(sql))).toHaveLength(count)
  })
})

describe('COMMENT ON', () => {
  test('comments tables, views and objects of the catalog', async () => {
    await account.run('CREATE STAGE specs')
    await account.run("COMMENT ON TABLE weather IS 'it''s mild'")
    await account.run("COMMENT ON VIEW warm IS 'v'")
    await account.run("COMMENT ON STAGE specs IS 's'")
    await account.run("COMMENT ON DATABASE hol IS 'd'")
    expect(rowsOf(await account.run('SHOW TABLES'))).toMatchObject([{ comment: "it's mild" }])
    expect(rowsOf(await account.run('SHOW VIEWS'))).toMatchObject([{ comment: 'v' }])
    expect(rowsOf(await account.run('SHOW STAGES'))).toMatchObject([{ comment: 's' }])
    expect(rowsOf(await account.run('SHOW DATABASES'))).toMatchObject([{ comment: 'd' }])
  })

  test('refuses what is not there, unless told IF EXISTS', async () => {
    await expect(account.run("COMMENT ON STAGE nope IS ''")).rejects.toMatchObject({
      code: '002003',
    })
    await account.run("COMMENT IF EXISTS ON STAGE nope IS ''")
    await expect(account.run("COMMENT ON COLUMN weather.f IS ''")).rejects.toMatchObject({
      code: '000002',
    })
  })
})
