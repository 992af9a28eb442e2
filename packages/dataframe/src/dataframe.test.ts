import type { QueryRunner } from '@spcs/sql'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Column } from './column.ts'
import { type DataFrame, isDataFrame } from './dataframe.ts'
import { DataFrameSession } from './dataframe-session.ts'
import { callFunction, col, lit, sqlExpr } from './functions.ts'
import { column, FakeRunner } from './testing/fake-runner.ts'

let runner: FakeRunner
let weather: DataFrame
let session: DataFrameSession

beforeEach(() => {
  runner = new FakeRunner()
  session = new DataFrameSession(runner)
  weather = session.table('weather')
})

const ran = (): string[] => runner.ran.map(({ sql }) => sql)

describe('a DataFrame', () => {
  test('runs nothing until an action, and is not changed by a method', async () => {
    const warm = weather.filter(col('TEMP_C').gt(15))
    warm.withColumn('A', lit(1)).drop('DATE').join(session.table('city'), 'LOCATION')
    expect(ran()).toEqual([])
    await warm.collect()
    await weather.collect()
    expect(runner.ran).toEqual([
      { sql: 'SELECT * FROM "WEATHER" WHERE "TEMP_C" > ?', binds: [15] },
      { sql: 'SELECT * FROM "WEATHER"', binds: [] },
    ])
  })

  test('takes columns of another copy of the package, as a notebook and its folder may have one each', async () => {
    vi.resetModules()
    const other = await import('./functions.ts')
    expect(other.col).not.toBe(col)
    const { sql } = await weather
      .filter(other.col('TEMP_C').gt(col('LEAST')))
      .select(other.col('LOCATION'), 'TEMP_C')
      .sort(other.col('LOCATION').desc(), other.col('TEMP_C'))
      .toSql()
    expect(sql).toBe(
      'SELECT "LOCATION", "TEMP_C" FROM "WEATHER" WHERE "TEMP_C" > "LEAST" ORDER BY "LOCATION" DESC, "TEMP_C" ASC',
    )
  })

  test('asks once for the columns of a table, and again at the next action', async () => {
    const joined = weather.join(weather.withColumn('A', lit(1)), 'LOCATION')
    const queries = await joined.queries()
    expect(queries.map(({ sql }) => sql.slice(0, 34))).toEqual([
      'SELECT * FROM "WEATHER" LIMIT 0',
      'SELECT "L"."LOCATION" AS "LOCATION',
    ])
    await joined.collect()
    expect(ran().filter((sql) => sql.endsWith('LIMIT 0'))).toHaveLength(2)
  })

  test('is known as one, also to another copy of the package', () => {
    const twin = Object.create({ [Symbol.for('spcs.dataframe')]: true }) as unknown
    expect([weather, twin, session, null, 'x'].map(isDataFrame)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test('may be as deep as a program makes it', async () => {
    let deep = weather
    for (let step = 0; step < 1000; step += 1) deep = deep.filter(col('TEMP_C').gt(step))
    expect((await deep.toSql()).binds).toHaveLength(1000)
    for (let step = 0; step < 200; step += 1) deep = deep.limit(9).filter(col('A').gt(step))
    expect((await deep.toSql()).binds).toHaveLength(1200)
    for (let step = 0; step < 20_000; step += 1) deep = deep.filter(col('A'))
    await expect(deep.collect()).rejects.toMatchObject({ code: 'PLAN_TOO_DEEP' })
    expect(ran()).toEqual([])
  })
})

describe('actions', () => {
  test('collect(), first() and take() bring rows', async () => {
    runner.answer = { rows: [['a', 1]] }
    expect(await weather.collect()).toEqual([['a', 1]])
    expect(await weather.first()).toEqual(['a', 1])
    expect(await weather.take(3)).toEqual([['a', 1]])
    expect(await weather.first(2)).toEqual([['a', 1]])
    expect(ran().slice(1)).toEqual([
      'SELECT * FROM "WEATHER" LIMIT 1',
      'SELECT * FROM "WEATHER" LIMIT 3',
      'SELECT * FROM "WEATHER" LIMIT 2',
    ])
    runner.answer = { rows: [] }
    expect(await weather.first()).toBeUndefined()
  })

  test('toObjects() names the values, and refuses two of one name', async () => {
    runner.answer = { columns: [column('A'), column('b')], rows: [['x', null]] }
    expect(await weather.toObjects()).toEqual([{ A: 'x', b: null }])
    runner.answer = { columns: [column('A'), column('A')], rows: [['x', 'y']] }
    await expect(weather.toObjects()).rejects.toMatchObject({ code: 'COLUMN_AMBIGUOUS' })
  })

  test('count() counts in Snowflake', async () => {
    runner.answer = { rows: [[12n]] }
    expect(await weather.sort('DATE').count()).toBe(12)
    expect(ran()).toEqual(['SELECT COUNT(*) AS "COUNT(1)" FROM "WEATHER"'])
  })

  test('for await gives rows as they arrive', async () => {
    runner.answer = { rows: [['a'], ['b']] }
    const seen: unknown[] = []
    for await (const [first] of weather.select('LOCATION')) seen.push(first)
    expect(seen).toEqual(['a', 'b'])
  })

  test('columns() and schema() ask for no rows', async () => {
    expect(await weather.select('*', lit(1)).columns()).toEqual([
      'DATE',
      'LOCATION',
      'TEMP_C',
      'TEMP_F',
    ])
    expect((await weather.schema())[0]).toEqual(column('DATE'))
    expect(ran().every((sql) => sql.endsWith('LIMIT 0'))).toBe(true)
  })

  test('hand their signal to every statement', async () => {
    const { signal } = new AbortController()
    const more = weather.withColumn('A', lit(1))
    await more.count({ signal })
    for await (const _ of more.stream({ signal })) expect.unreachable()
    expect(runner.signals).toEqual(Array.from({ length: runner.ran.length }, () => signal))
    expect(runner.signals).toHaveLength(4)
  })
})

describe('show()', () => {
  test('prints the first rows to the console, and returns nothing', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    runner.answer = { columns: [column('A')], rows: [['a long text']] }
    expect(await weather.show()).toBeUndefined()
    await weather.show(3, 6)
    expect(log.mock.calls).toEqual([
      ['---------------\n|"A"          |\n---------------\n|a long text  |\n---------------'],
      ['----------\n|"A"     |\n----------\n|a l...  |\n----------'],
    ])
    log.mockRestore()
    expect(ran()).toEqual(['SELECT * FROM "WEATHER" LIMIT 10', 'SELECT * FROM "WEATHER" LIMIT 3'])
  })

  test('runs a statement that is no query as it is', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    runner.answer = { columns: [column('name')], rows: [['a'], ['b'], ['c']] }
    await session.sql('SHOW TABLES;').show(2)
    expect(String(log.mock.calls[0]?.[0]).split('\n')).toHaveLength(6)
    log.mockRestore()
    expect(ran()).toEqual(['SHOW TABLES'])
  })
})

describe('errors', () => {
  test('a name that Snowflake does not know is explained by those that there are', async () => {
    runner.failure = Object.assign(new Error('invalid identifier'), { snowflakeCode: '000904' })
    const typo = weather.filter(col('"temp_c"').gt(15))
    for (const action of [typo.collect(), typo.stream().next()]) {
      await expect(action).rejects.toMatchObject({
        code: 'COLUMN_UNKNOWN',
        message: 'Cannot find column "temp_c": there are "DATE", "LOCATION", "TEMP_C", "TEMP_F"',
        hint: `Use col('TEMP_C'): without double quotes a name is in upper case`,
        cause: runner.failure,
      })
    }
    await expect(weather.union(session.table('city')).collect()).rejects.toMatchObject({
      code: 'UNION_MISMATCH',
    })
  })

  test('anything else that Snowflake says comes through', async () => {
    runner.failure = Object.assign(new Error('no such table'), { snowflakeCode: '002003' })
    await expect(weather.filter(col('X')).collect()).rejects.toBe(runner.failure)
    runner.failure = Object.assign(new Error('in a view'), { snowflakeCode: '000904' })
    await expect(weather.filter(col('DATE')).collect()).rejects.toBe(runner.failure)
    expect(() => weather.filter('1 = 1' as unknown as Column)).toThrow(/sqlExpr|in place of/)
  })

  test('nothing is built on a statement that is no query', async () => {
    await expect(session.sql('SHOW TABLES').limit(1).collect()).rejects.toMatchObject({
      code: 'STATEMENT_NOT_QUERY',
      message: 'Cannot build on "SHOW TABLES": only SELECT, WITH and VALUES can be part of a query',
    })
    expect(ran()).toEqual([])
  })

  test.each<[string, () => unknown, string]>([
    ['limit(-1)', () => weather.limit(-1), 'Cannot limit: -1 is no number of rows'],
    ['limit(1.5)', () => weather.limit(1.5), 'Cannot limit: 1.5 is no number of rows'],
    ['select()', () => weather.select(), 'Cannot select: no column is given'],
    ['sort()', () => weather.orderBy(), 'Cannot sort: no column is given'],
    ['agg()', () => weather.groupBy('A').agg(), 'Cannot agg: no column is given'],
    [
      'filter(text)',
      () => weather.filter('a = 1' as unknown as Column),
      'Cannot filter: it is given a string in place of a column',
    ],
    ['select(5)', () => weather.select(5 as unknown as string), 'Cannot use a number as a column'],
    [
      'select(list)',
      () => weather.select(['A'] as unknown as string),
      'Cannot use a list as a column',
    ],
    [
      'sort(list)',
      () => weather.orderBy(['A'] as unknown as string),
      'Cannot use a list as a column',
    ],
    ['sort(null)', () => weather.orderBy(null as unknown as string), 'Cannot use null as a column'],
    [
      'sql() without a text',
      () => session.sql(undefined as unknown as string),
      'Cannot use undefined as SQL: it is no text',
    ],
    [
      'an operator of JavaScript',
      () => lit(`${col('A') as unknown as string} + 1`),
      'Cannot make a number or a text of a Column: its values are known to Snowflake alone',
    ],
    ['drop(1 + 1)', () => weather.drop(col('A').add(1)), 'Cannot drop: it is no plain column'],
    [
      'withColumns of one name',
      () => weather.withColumns({ a: lit(1), A: lit(2) }),
      'Cannot tell which column "A" is: two of the new columns have this name',
    ],
    [
      'table of four parts',
      () => session.table('a.b.c.d'),
      'Cannot read table "a.b.c.d": it has 4 parts',
    ],
    [
      'a built-in of quotes',
      () => callFunction('"f"', 1),
      `Cannot call ""f"": no function of Snowflake's own has such a name`,
    ],
    [
      'col of an expression',
      () => col('a + 1'),
      'Cannot read identifier "a + 1": text follows the name',
    ],
    [
      'eq(undefined)',
      () => col('A').eq(undefined as unknown as null),
      'Cannot use undefined as a literal: it is no value',
    ],
    [
      'cast to no type',
      () => col('A').cast('int); DROP TABLE t'),
      'Cannot read data type "int); DROP TABLE t": Snowflake has none of this name',
    ],
    [
      'sqlExpr without its bind',
      () => sqlExpr('a > ?'),
      'Cannot use "a > ?": it has 1 place for 0 binds',
    ],
  ])('%s is refused at once', (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ message }) as Error)
  })

  test.each<[string, () => DataFrame, string]>([
    [
      'dropping all',
      () => weather.drop('DATE', 'LOCATION', 'TEMP_C', 'TEMP_F'),
      'ARGUMENT_INVALID',
    ],
    ['renaming none', () => weather.withColumnRenamed('X', 'Y'), 'COLUMN_UNKNOWN'],
    ['a column that was dropped', () => weather.drop('DATE').select('DATE'), 'COLUMN_UNKNOWN'],
    [
      'one of two columns of a name',
      () => weather.select('DATE', col('TEMP_C').as('DATE')).filter(col('DATE')),
      'COLUMN_AMBIGUOUS',
    ],
  ])('%s is refused at the action', async (_, make, code) => {
    await expect(make().collect()).rejects.toMatchObject({ code })
  })
})

describe('DataFrameSession', () => {
  test('is a runner, and closes what it runs on', async () => {
    {
      await using own = new DataFrameSession(runner)
      await own.execute('SELECT 1', { binds: [] })
      for await (const _ of own.stream('SELECT 2')) expect.unreachable()
      await own.putFile('/f', '@s')
      await own.cancel('id')
    }
    expect(ran()).toEqual(['SELECT 1', 'SELECT 2', 'PUT /f @s', 'CANCEL id'])
    expect(runner.closed).toBe(1)
  })

  test('closes a runner that can only be disposed of, and none that cannot', async () => {
    let disposed = 0
    const base: QueryRunner = {
      execute: (sql) => runner.execute(sql),
      stream: (sql) => runner.stream(sql),
      putFile: (path, stage) => runner.putFile(path, stage),
      cancel: (queryId) => runner.cancel(queryId),
    }
    const disposable = {
      ...base,
      [Symbol.asyncDispose]: () => {
        disposed += 1
        return Promise.resolve()
      },
    }
    await new DataFrameSession(disposable).close()
    await new DataFrameSession(base).close()
    expect(disposed).toBe(1)
  })
})
