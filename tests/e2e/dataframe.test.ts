import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CONVERT_UDF } from '@spcs/convert-api/functions'
import {
  avg,
  callFunction,
  callUdf,
  coalesce,
  col,
  count,
  countDistinct,
  type DataFrame,
  DataFrameSession,
  lit,
  max,
  sqlExpr,
  when,
} from '@spcs/dataframe'
import {
  buildImage,
  createServiceFunctionSql,
  pushImage,
  repositoryUrl,
  waitForComputePool,
  waitForService,
} from '@spcs/deploy'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WEATHER_TABLE } from '../../packages/dataframe/src/testing/weather-table.ts'

const ROOT = new URL('../../', import.meta.url)
const run = promisify(execFile)

let account: Emulator
let connection: Session
let session: DataFrameSession

beforeAll(async () => {
  account = await startEmulator({ port: 0 })
  connection = await connect(account.connection)
  session = new DataFrameSession(connection)
  await execute('CREATE DATABASE CONTAINER_HOL_DB', 'USE SCHEMA CONTAINER_HOL_DB.PUBLIC')
  await execute(
    'CREATE TABLE WEATHER (DATE DATE, LOCATION VARCHAR, TEMP_C NUMBER, TEMP_F NUMBER)',
    `INSERT INTO WEATHER VALUES ('2023-03-21', 'London', 15, 59), ('2023-07-13', 'Manchester', 20, 68),
      ('2023-05-09', 'Liverpool', 17, 63), ('2023-09-17', 'Cambridge', 19, 66), ('2023-11-02', 'Oxford', 13, 55),
      ('2023-01-25', 'Birmingham', 11, 52), ('2023-08-30', 'Newcastle', 21, 70), ('2023-06-15', 'Bristol', 16, 61),
      ('2023-04-07', 'Leeds', 18, 64), ('2023-10-23', 'Southampton', 12, 54)`,
    'CREATE TABLE CITY (LOCATION VARCHAR, COUNTRY VARCHAR)',
    `INSERT INTO CITY VALUES ('London', 'UK'), ('Leeds', 'UK'), ('Paris', 'FR')`,
  )
})

afterAll(async () => {
  await session?.close()
  await account?.close()
})

async function execute(...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await session.execute(sql)
}

test('a plain script prints the quickstart’s table byte for byte', async () => {
  await deployConvertUdf()
  const script = fileURLToPath(new URL('weather-dataframe.ts', import.meta.url))
  const { accessUrl } = account.connection
  const words = ['--import', 'tsx', '--conditions', '@spcs/source', script, accessUrl]
  const { stdout } = await run(process.execPath, words, {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  })
  expect(stdout).toBe(WEATHER_TABLE)
})

/** convert-api as a service, and CONVERT_UDF that calls it. */
async function deployConvertUdf(): Promise<void> {
  const pool = 'CREATE COMPUTE POOL POOL MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS'
  await execute(pool, 'CREATE IMAGE REPOSITORY IMAGES')
  await waitForComputePool(connection, 'POOL')
  const url = await repositoryUrl(connection, 'CONTAINER_HOL_DB.PUBLIC.IMAGES')
  const entryPoint = fileURLToPath(new URL('apps/convert-api/src/main.ts', ROOT))
  const image = await buildImage({ name: 'convert-api', entryPoint, exposedPorts: [9090] })
  const credentials = connection.registryCredentials(url)
  const pushed = await pushImage(image, { repositoryUrl: url, credentials, tag: 'test' })
  await execute(`CREATE SERVICE CONVERT_API IN COMPUTE POOL POOL FROM SPECIFICATION $$
    spec:
      containers:
        - name: convert-api
          image: ${pushed.reference}
          readinessProbe: { port: 9090, path: /healthcheck }
      endpoints: [{ name: convert-api, port: 9090 }]
    $$`)
  await waitForService(connection, 'CONTAINER_HOL_DB.PUBLIC.CONVERT_API')
  const place = { service: 'CONTAINER_HOL_DB.PUBLIC.CONVERT_API', endpoint: 'convert-api' }
  const name = 'CONTAINER_HOL_DB.PUBLIC.CONVERT_UDF'
  await execute(createServiceFunctionSql({ definition: CONVERT_UDF, name, ...place }))
}

describe('a DataFrame on an account', () => {
  const weather = (): DataFrame => session.table('weather')
  const city = (): DataFrame => session.table('city')
  const uk = (): DataFrame => city().filter(col('COUNTRY').eq('UK'))

  test.each<[string, () => DataFrame, unknown[][]]>([
    [
      'filters, orders and limits',
      () =>
        weather()
          .where(col('TEMP_C').between(16, 19))
          .sort(col('TEMP_C').desc(), 'DATE')
          .select('LOCATION')
          .limit(2),
      [['Cambridge'], ['Leeds']],
    ],
    [
      'groups by an expression with a bind in it',
      () =>
        weather()
          .groupBy(col('TEMP_C').mod(2).as('ODD'))
          .agg(count('*'), max('TEMP_C'), avg('TEMP_F').as('MEAN'))
          .sort('ODD'),
      [
        [0, 4, 20, 61.75],
        [1, 6, 21, 60.833333],
      ],
    ],
    [
      'counts over groups',
      () =>
        weather()
          .groupBy('LOCATION')
          .count()
          .filter(col('COUNT').gte(1))
          .agg(countDistinct('LOCATION')),
      [[10]],
    ],
    [
      'joins on a name',
      () =>
        weather().join(city(), 'LOCATION').select('LOCATION', 'COUNTRY', 'TEMP_C').sort('LOCATION'),
      [
        ['Leeds', 'UK', 18],
        ['London', 'UK', 15],
      ],
    ],
    [
      'joins all there are',
      () => {
        const left = weather().filter(col('TEMP_C').lt(16)).select('LOCATION', 'TEMP_C')
        return left.join(city(), ['location'], 'full').sort('LOCATION')
      },
      [
        ['Birmingham', 11, null],
        ['Leeds', null, 'UK'],
        ['London', 15, 'UK'],
        ['Oxford', 13, null],
        ['Paris', null, 'FR'],
        ['Southampton', 12, null],
      ],
    ],
    [
      'joins on a condition and keeps both sides’ columns apart',
      () => {
        const [left, right] = [weather(), city()]
        const joined = left.join(right, left.col('LOCATION').eq(right.col('LOCATION')), 'right')
        return joined
          .select(left.col('LOCATION').as('L'), right.col('LOCATION').as('R'))
          .orderBy(col('R'))
      },
      [
        ['Leeds', 'Leeds'],
        ['London', 'London'],
        [null, 'Paris'],
      ],
    ],
    [
      'joins as a condition',
      () => city().join(weather(), 'LOCATION', 'semi').sort('LOCATION'),
      [
        ['Leeds', 'UK'],
        ['London', 'UK'],
      ],
    ],
    [
      'joins as a condition of none',
      () => city().join(weather(), 'LOCATION', 'anti').filter(col('COUNTRY').neq('UK')),
      [['Paris', 'FR']],
    ],
    [
      'crosses with itself',
      () =>
        uk()
          .crossJoin(uk())
          .filter(col('"l_0001_LOCATION"').lt(col('"r_0001_LOCATION"')))
          .select(col('"l_0001_LOCATION"')),
      [['Leeds']],
    ],
    [
      'unites',
      () =>
        weather()
          .select('LOCATION')
          .union(city().select('LOCATION'))
          .filter(col('LOCATION').startsWith('L'))
          .sort('LOCATION'),
      [['Leeds'], ['Liverpool'], ['London']],
    ],
    [
      'unites by name',
      () => uk().unionAllByName(uk().select('COUNTRY', 'LOCATION')).sort('LOCATION').limit(2),
      [
        ['Leeds', 'UK'],
        ['Leeds', 'UK'],
      ],
    ],
    ['has rows once', () => city().select('COUNTRY').distinct().sort('COUNTRY'), [['FR'], ['UK']]],
    [
      'replaces, renames and drops columns',
      () =>
        city()
          .withColumn('COUNTRY', callFunction('lower', col('COUNTRY')))
          .withColumnRenamed('LOCATION', '"Place of it"')
          .drop('NOTHING')
          .sort('"Place of it"')
          .limit(1),
      [['Leeds', 'uk']],
    ],
    [
      'computes',
      () =>
        weather()
          .filter(col('LOCATION').isin('Leeds'))
          .select(
            when(col('TEMP_C').gt(17), 'warm').otherwise('cold'),
            coalesce('TEMP_F', 'TEMP_C'),
            col('LOCATION').substr(2, 3),
            col('LOCATION').like('L%s').and(col('LOCATION').endsWith('x').not()),
            col('TEMP_C').neg().sub(1).mul(2).div(4),
            col('TEMP_F').isNull(),
            col('TEMP_C').cast('varchar'),
            sqlExpr('temp_c * ?', [2]),
          ),
      [['warm', 64, 'eed', true, -9.5, false, '18', 36]],
    ],
    [
      'takes SQL text',
      () =>
        session
          .sql('SELECT ? AS a, 2 AS "b" -- why\n;', ['x'])
          .filter(col('A').eq('x'))
          .withColumn('c', lit(3)),
      [['x', 2, 3]],
    ],
    [
      'shows what is no query',
      () => session.sql("SHOW TABLES LIKE 'CIT_';"),
      [expect.arrayContaining(['CITY']) as unknown[]],
    ],
  ])('%s', async (_, make, rows) => {
    expect(await make().collect()).toEqual(rows)
  })

  test('keeps the type of every literal', async () => {
    const date = new Date('2024-01-02T03:04:05.678Z')
    const values = [
      null,
      true,
      'it’s "?"',
      7,
      1.5,
      2n ** 80n,
      date,
      new Uint8Array([1, 255]),
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      [1, { a: 'x' }],
      { big: 2n ** 70n },
    ]
    const literals = weather()
      .limit(1)
      .select(...values.map((value, index) => lit(value).as(`C${index}`)))
    const [row] = await literals.collect()
    // The driver's dates and buffers have methods of their own.
    const plain = (value: unknown): unknown => {
      if (value instanceof Date) return value.getTime()
      return value instanceof Uint8Array ? [...value] : value
    }
    expect(row?.map(plain)).toEqual(values.map(plain))
    expect((await literals.schema()).slice(1).map(({ type }) => type)).toEqual([
      'BOOLEAN',
      'VARCHAR',
      'NUMBER',
      'FLOAT',
      'NUMBER',
      'TIMESTAMP_NTZ',
      'BINARY',
      'FLOAT',
      'FLOAT',
      'ARRAY',
      'OBJECT',
    ])
  })

  test('finds values again that it was given', async () => {
    const [row] = await weather().sort('DATE').collect()
    const same = weather().filter(
      col('DATE')
        .eq(row?.[0] as Date)
        .and(col('LOCATION').eq('Birmingham')),
    )
    expect(await same.count()).toBe(1)
  })

  test('streams, counts, and says which columns there are', async () => {
    const places: unknown[] = []
    for await (const [place] of weather().select('LOCATION').sort('LOCATION')) places.push(place)
    expect(places).toHaveLength(10)
    expect(places[0]).toBe('Birmingham')
    expect(await weather().count()).toBe(10)
    expect(await weather().columns()).toEqual(['DATE', 'LOCATION', 'TEMP_C', 'TEMP_F'])
    expect(await city().sort('LOCATION').limit(1).toObjects()).toEqual([
      { LOCATION: 'Leeds', COUNTRY: 'UK' },
    ])
  })

  test('explains an unknown column and sides of a union that do not fit', async () => {
    await expect(weather().filter(col('TEMP').gt(1)).show()).rejects.toMatchObject({
      code: 'COLUMN_UNKNOWN',
      message: 'Cannot find column "TEMP": there are "DATE", "LOCATION", "TEMP_C", "TEMP_F"',
      cause: { snowflakeCode: '000904' },
    })
    await expect(weather().union(city()).collect()).rejects.toMatchObject({
      code: 'UNION_MISMATCH',
    })
    await expect(session.table('nowhere').select(callUdf('f', 1)).collect()).rejects.toMatchObject({
      code: 'SQL_FAILED',
    })
  })
})
