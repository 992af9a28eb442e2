import { describe, expect, test } from 'vitest'
import type { DataFrame } from './dataframe.ts'
import { DataFrameSession } from './dataframe-session.ts'
import { col, lit } from './functions.ts'
import { FakeRunner } from './testing/fake-runner.ts'

const session = new DataFrameSession(new FakeRunner())
const weather = session.table('weather').select('LOCATION', 'TEMP_C')
const city = session.table('city')
const samePlace = weather.col('LOCATION').eq(city.col('LOCATION'))

const W = '(SELECT "LOCATION", "TEMP_C" FROM "WEATHER") AS "L"'
const C = '"CITY" AS "R"'
const SAME = '"L"."LOCATION" = "R"."LOCATION"'
const KEPT = '"L"."TEMP_C" AS "TEMP_C", "R"."COUNTRY" AS "COUNTRY"'
const BOTH =
  '"L"."LOCATION" AS "l_0001_LOCATION", "L"."TEMP_C" AS "TEMP_C", "R"."LOCATION" AS "r_0001_LOCATION", "R"."COUNTRY" AS "COUNTRY"'

describe('a join', () => {
  test.each<[string, DataFrame, string, unknown[]?]>([
    [
      'on a name has its column once',
      weather.join(city, 'location'),
      `SELECT "L"."LOCATION" AS "LOCATION", ${KEPT} FROM ${W} INNER JOIN ${C} ON ${SAME}`,
    ],
    [
      'left on names',
      weather.join(city, ['LOCATION'], 'left'),
      `SELECT "L"."LOCATION" AS "LOCATION", ${KEPT} FROM ${W} LEFT JOIN ${C} ON ${SAME}`,
    ],
    [
      'right on a column has the right side’s',
      weather.join(city, col('LOCATION'), 'right'),
      `SELECT "R"."LOCATION" AS "LOCATION", ${KEPT} FROM ${W} RIGHT JOIN ${C} ON ${SAME}`,
    ],
    [
      'full has whichever side there is',
      weather.join(city, 'LOCATION', 'full'),
      `SELECT COALESCE("L"."LOCATION", "R"."LOCATION") AS "LOCATION", ${KEPT} FROM ${W} FULL JOIN ${C} ON ${SAME}`,
    ],
    [
      'on a condition renames what both sides have',
      weather.join(city, samePlace),
      `SELECT ${BOTH} FROM ${W} INNER JOIN ${C} ON ${SAME}`,
    ],
    ['crosses', weather.crossJoin(city), `SELECT ${BOTH} FROM ${W} CROSS JOIN ${C}`],
    [
      'takes suffixes in place of prefixes',
      weather.join(city, samePlace, 'inner', { rsuffix: '_city' }),
      `SELECT "L"."LOCATION" AS "LOCATION", "L"."TEMP_C" AS "TEMP_C", "R"."LOCATION" AS "LOCATION_CITY", "R"."COUNTRY" AS "COUNTRY" FROM ${W} INNER JOIN ${C} ON ${SAME}`,
    ],
    [
      'keeps the meaning of the sides’ own columns',
      weather
        .join(city, samePlace)
        .filter(city.col('LOCATION').eq('x'))
        .select(weather.col('LOCATION'), city.col('LOCATION').as('PLACE')),
      `SELECT "L"."LOCATION" AS "LOCATION", "R"."LOCATION" AS "PLACE" FROM ${W} INNER JOIN ${C} ON ${SAME} WHERE "R"."LOCATION" = ?`,
      ['x'],
    ],
    [
      'finds a side by names that only one has',
      weather.join(city, col('TEMP_C').gt(lit(1)).and(col('COUNTRY').eq('UK'))).select('TEMP_C'),
      `SELECT "L"."TEMP_C" AS "TEMP_C" FROM ${W} INNER JOIN ${C} ON ("L"."TEMP_C" > ?) AND ("R"."COUNTRY" = ?)`,
      [1, 'UK'],
    ],
    [
      'means a DataFrame before one made of it',
      city
        .join(city.filter(col('COUNTRY').eq('UK')), city.col('LOCATION').eq('x'))
        .select(city.col('COUNTRY')),
      `SELECT "L"."COUNTRY" AS "COUNTRY" FROM "CITY" AS "L" INNER JOIN (SELECT * FROM "CITY" WHERE "COUNTRY" = ?) AS "R" ON "L"."LOCATION" = ?`,
      ['UK', 'x'],
    ],
    [
      'semi is a condition',
      weather.join(city, 'LOCATION', 'semi').filter(col('TEMP_C').gt(1)),
      `SELECT * FROM ${W} WHERE EXISTS (SELECT 1 FROM ${C} WHERE ${SAME}) AND ("TEMP_C" > ?)`,
      [1],
    ],
    [
      'anti is one too, and can be a side',
      city.join(city.join(weather, 'LOCATION', 'anti'), 'LOCATION', 'semi'),
      `SELECT * FROM "CITY" AS "L" WHERE EXISTS (SELECT 1 FROM (SELECT * FROM "CITY" AS "L" WHERE NOT EXISTS (SELECT 1 FROM ${W.replace('"L"', '"R"')} WHERE ${SAME})) AS "R" WHERE ${SAME})`,
    ],
  ])('%s', async (_, dataFrame, sql, binds = []) => {
    expect(await dataFrame.toSql()).toEqual({ sql, binds })
  })

  test('of joins has prefixes of its own, the same ones each time', async () => {
    const twice = weather.join(city, samePlace)
    const four = twice.join(twice.withColumn('N', lit(1)), 'TEMP_C')
    const names = [...(await four.toSql()).sql.matchAll(/AS "([lr]_0002_\w+)"/g)]
    expect(names.map(([, name]) => name)).toEqual([
      'l_0002_l_0001_LOCATION',
      'l_0002_r_0001_LOCATION',
      'l_0002_COUNTRY',
      'r_0002_l_0001_LOCATION',
      'r_0002_r_0001_LOCATION',
      'r_0002_COUNTRY',
    ])
    expect(await four.toSql()).toEqual(await four.toSql())
  })

  test('takes the next prefix where a column has its name already', async () => {
    const taken = city.select('LOCATION', lit(1).as('"r_0001_LOCATION"'))
    const { sql } = await city.crossJoin(taken).toSql()
    expect(sql).toContain('"R"."LOCATION" AS "r_0002_LOCATION"')
  })

  test('binds in the order of the text', async () => {
    const left = session.sql('SELECT ? AS id', ['left'])
    const right = session
      .sql('SELECT ? AS id', ['right'])
      .select(col('ID').as('R'), lit('r2').as('V'))
    const both = left.select(col('ID').as('L'), lit('l1').as('U')).join(right, col('L').eq('on'))
    const { binds } = await both.filter(col('U').eq('where')).toSql()
    expect(binds).toEqual(['l1', 'left', 'r2', 'right', 'on', 'where'])
  })

  test.each<[string, () => DataFrame, string, RegExp]>([
    [
      'nothing to join on',
      () => weather.join(city),
      'ARGUMENT_INVALID',
      /nothing to join on is given$/,
    ],
    ['no names', () => weather.join(city, []), 'ARGUMENT_INVALID', /nothing to join on is given$/],
    [
      'a name twice',
      () => weather.join(city, ['a', 'A']),
      'ARGUMENT_INVALID',
      /"A" is named twice$/,
    ],
    [
      'a cross join with a condition',
      () => weather.join(city, 'LOCATION', 'cross'),
      'ARGUMENT_INVALID',
      /a cross join has no condition$/,
    ],
    [
      'an unknown kind',
      () => weather.join(city, 'LOCATION', 'outer' as 'full'),
      'ARGUMENT_INVALID',
      /no join is called "outer"$/,
    ],
    [
      'the same suffix twice',
      () => weather.join(city, 'LOCATION', 'inner', { lsuffix: 'x', rsuffix: 'x' }),
      'ARGUMENT_INVALID',
      /both suffixes are "x"$/,
    ],
    [
      'a DataFrame of another session',
      () => weather.join(new DataFrameSession(new FakeRunner()).table('city'), 'LOCATION'),
      'SESSION_MISMATCH',
      /of different sessions$/,
    ],
    [
      'what is no DataFrame',
      () => weather.join({} as DataFrame, 'LOCATION'),
      'ARGUMENT_INVALID',
      /the other side is no DataFrame$/,
    ],
  ])('refuses %s at once', (_, join, code, message) => {
    expect(join).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
    )
  })

  test('a name that both sides have got a prefix for is said to be of both', async () => {
    const joined = weather.join(city, weather.col('LOCATION').eq(city.col('LOCATION')))
    await expect(joined.select('LOCATION').toSql()).rejects.toMatchObject({
      code: 'COLUMN_UNKNOWN',
      hint: "Both sides of a join have it: say whose by df.col('LOCATION'), or give the join an rsuffix",
    })
  })

  test.each<[string, DataFrame, string, RegExp]>([
    [
      'a name that one side has not',
      weather.join(city, 'COUNTRY'),
      'COLUMN_UNKNOWN',
      /"COUNTRY": there are "LOCATION", "TEMP_C"$/,
    ],
    [
      'a name that no side has',
      weather.join(city, col('X').gt(1)),
      'COLUMN_UNKNOWN',
      /"X": there are "LOCATION", "TEMP_C", "LOCATION", "COUNTRY"$/,
    ],
    [
      'a bare name that both sides have',
      weather.join(city, col('LOCATION').eq('x')),
      'COLUMN_AMBIGUOUS',
      /both sides of the join have it$/,
    ],
    [
      'columns of a DataFrame joined with itself',
      city.join(city, city.col('LOCATION').eq(city.col('COUNTRY'))),
      'COLUMN_AMBIGUOUS',
      /both sides of the join come from the DataFrame/,
    ],
    [
      'names that suffixes make the same',
      city
        .withColumn('LOCATION_X', lit(1))
        .join(city, city.col('LOCATION').eq('x'), 'inner', { rsuffix: '_x' }),
      'COLUMN_AMBIGUOUS',
      /LOCATION/,
    ],
  ])('refuses %s at the action', async (_, dataFrame, code, message) => {
    await expect(dataFrame.toSql()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  })
})
