import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Column } from './column.ts'
import type { DataFrame } from './dataframe.ts'
import { DataFrameSession } from './dataframe-session.ts'
import {
  avg,
  callFunction,
  callUdf,
  coalesce,
  col,
  count,
  countDistinct,
  iff,
  lit,
  max,
  sqlExpr,
  sum,
  when,
} from './functions.ts'
import { FakeRunner } from './testing/fake-runner.ts'

const session = new DataFrameSession(new FakeRunner())
const weather = session.table('weather')
const city = session.table('city')
const warm = weather.filter(col('TEMP_C').gt(15))

/** Checks the text and the binds, in which the table's own name is the one of the test. */
function prints(cases: readonly [string, DataFrame, string, unknown[]?][]): void {
  test.each(cases)('%s', async (_, dataFrame, sql, binds = []) => {
    expect(await dataFrame.toSql()).toEqual({ sql, binds })
  })
}

describe('names', () => {
  prints([
    ['of a table', weather, 'SELECT * FROM "WEATHER"'],
    ['of three parts', session.table('db.schema."t x"'), 'SELECT * FROM "DB"."SCHEMA"."t x"'],
    [
      'are folded without quotes and kept with them',
      weather.select(col('a'), col('"a"'), '"say ""hi"""'),
      'SELECT "A", "a", "say ""hi""" FROM "WEATHER"',
    ],
    [
      'of expressions are their text',
      weather.select(
        col('TEMP_C').add(1.5).mul(-2),
        lit('x'),
        callUdf('"f g"', col('"b"')),
        coalesce('A', 'B'),
      ),
      'SELECT ("TEMP_C" + ?::FLOAT) * ? AS "(TEMP_C + 1.5) * -2", ? AS "\'x\'", "f g"("b") AS "f g(b)", COALESCE("A", "B") AS "COALESCE(A, B)" FROM "WEATHER"',
      [1.5, -2, 'x'],
    ],
    [
      'of aggregates are Snowpark’s',
      weather.groupBy('LOCATION').agg(avg('TEMP_C'), count('*'), count('TEMP_F')),
      'SELECT "LOCATION", AVG("TEMP_C") AS "AVG(TEMP_C)", COUNT(*) AS "COUNT(1)", COUNT("TEMP_F") AS "COUNT(TEMP_F)" FROM "WEATHER" GROUP BY 1',
    ],
  ])
})

describe('expressions', () => {
  const where = (
    name: string,
    condition: Parameters<DataFrame['filter']>[0],
    sql: string,
    binds: unknown[] = [],
  ): [string, DataFrame, string, unknown[]] => [
    name,
    weather.filter(condition),
    `SELECT * FROM "WEATHER" WHERE ${sql}`,
    binds,
  ]
  const a = col('a')
  prints([
    where('eq', a.eq('b'), '"A" = ?', ['b']),
    where('neq', a.neq(col('b')), '"A" != "B"'),
    where('gt and gte', a.gt(1).and(a.gte(2)), '("A" > ?) AND ("A" >= ?)', [1, 2]),
    where('lt or lte', a.lt(1).or(a.lte(2)), '("A" < ?) OR ("A" <= ?)', [1, 2]),
    where('not', a.isNull().not(), 'NOT ("A" IS NULL)'),
    where('isNotNull', a.isNotNull(), '"A" IS NOT NULL'),
    where(
      'arithmetic',
      a.add(1).sub(2).mul(3).div(4).mod(5).neg().eq(6),
      '(-((((("A" + ?) - ?) * ?) / ?) % ?)) = ?',
      [1, 2, 3, 4, 5, 6],
    ),
    where('isin', a.isin(1, col('b')), '"A" IN (?, "B")', [1]),
    where('isin a list', a.isin([1, 2]), '"A" IN (?, ?)', [1, 2]),
    where('isin nothing', a.isin([]), 'FALSE'),
    where('between', a.between(1, col('b')), '"A" BETWEEN ? AND "B"', [1]),
    where('like', a.like('x%'), '"A" LIKE ?', ['x%']),
    where(
      'startsWith and endsWith',
      a.startsWith('x').and(a.endsWith(col('b'))),
      'STARTSWITH("A", ?) AND ENDSWITH("A", "B")',
      ['x'],
    ),
    where(
      'substr',
      a.substr(2, 3).eq(a.substr(4)),
      'SUBSTR("A", ?, ?) = SUBSTR("A", ?)',
      [2, 3, 4],
    ),
    where('cast', a.cast('decimal(10, 2)').gt(1), 'CAST("A" AS NUMBER(10,2)) > ?', [1]),
    where('an alias inside', a.as('b').gt(1), '"A" > ?', [1]),
    where('iff', iff(a.gt(1), true, null), 'IFF("A" > ?, ?, NULL)', [1, true]),
    where(
      'when',
      when(a.gt(1), 'x').when(a.gt(2), col('b')).otherwise(null).eq('y'),
      'CASE WHEN "A" > ? THEN ? WHEN "A" > ? THEN "B" ELSE NULL END = ?',
      [1, 'x', 2, 'y'],
    ),
    where('when without otherwise', when(a, 'x'), 'CASE WHEN "A" THEN ? END', ['x']),
    where(
      'sqlExpr',
      sqlExpr('a:b::int = ?', [7]).and(a.gt(8)),
      '(a:b::int = ?) AND ("A" > ?)',
      [7, 8],
    ),
    where('sqlExpr with a comment', sqlExpr('a > 1 -- warm').and(a), '(a > 1 -- warm\n) AND "A"'),
    where('a function', callFunction('contains', a, 'x'), 'CONTAINS("A", ?)', ['x']),
    where(
      'a function of somebody',
      callUdf('db.public.f', a, 1n),
      '"DB"."PUBLIC"."F"("A", ?::NUMBER(38,0))',
      ['1'],
    ),
  ])
})

describe('one SELECT', () => {
  prints([
    [
      'for filters',
      warm.where(col('LOCATION').like('L%')),
      'SELECT * FROM "WEATHER" WHERE ("TEMP_C" > ?) AND ("LOCATION" LIKE ?)',
      [15, 'L%'],
    ],
    [
      'for a filter over plain columns with other names',
      weather
        .select('LOCATION', col('TEMP_C').as('C'))
        .filter(col('C').gt(15))
        .select(col('C').as('D')),
      'SELECT "TEMP_C" AS "D" FROM "WEATHER" WHERE "TEMP_C" > ?',
      [15],
    ],
    [
      'for select, filter, sort and limit',
      warm
        .select('LOCATION', col('TEMP_C').add(1).as('C'))
        .sort(col('C').desc(), 'LOCATION')
        .limit(9)
        .limit(5),
      'SELECT "LOCATION", "TEMP_C" + ? AS "C" FROM "WEATHER" WHERE "TEMP_C" > ? ORDER BY "C" DESC, "LOCATION" ASC LIMIT 5',
      [1, 15],
    ],
    [
      'for a new column',
      weather.withColumn('TEMP_F_SNOWPARK', callUdf('convert_udf', col('TEMP_C'))).limit(10),
      'SELECT "DATE", "LOCATION", "TEMP_C", "TEMP_F", "CONVERT_UDF"("TEMP_C") AS "TEMP_F_SNOWPARK" FROM "WEATHER" LIMIT 10',
    ],
    [
      'for two new columns, each computed once',
      weather.select('TEMP_C').withColumn('A', lit(1)).withColumn('B', col('TEMP_C').add(2)),
      'SELECT "TEMP_C", ? AS "A", "TEMP_C" + ? AS "B" FROM "WEATHER"',
      [1, 2],
    ],
    [
      'for groups of filtered rows, in order',
      warm.groupBy('LOCATION').agg(max('TEMP_C').as('HIGH')).orderBy(col('HIGH').desc()).limit(3),
      'SELECT "LOCATION", MAX("TEMP_C") AS "HIGH" FROM "WEATHER" WHERE "TEMP_C" > ? GROUP BY 1 ORDER BY "HIGH" DESC LIMIT 3',
      [15],
    ],
    [
      'for groups by an expression, whose bind stands once',
      weather.groupBy(col('TEMP_C').mod(2).as('ODD'), 'LOCATION').count(),
      'SELECT "TEMP_C" % ? AS "ODD", "LOCATION", COUNT(*) AS "COUNT" FROM "WEATHER" GROUP BY 1, 2',
      [2],
    ],
    [
      'for an aggregate over all rows, whose order does not matter',
      weather.sort('DATE').agg(countDistinct('LOCATION', 'DATE').as('N')),
      'SELECT COUNT(DISTINCT "LOCATION", "DATE") AS "N" FROM "WEATHER"',
    ],
    [
      'for different rows',
      weather.select('LOCATION').distinct().sort('LOCATION'),
      'SELECT DISTINCT "LOCATION" FROM "WEATHER" ORDER BY "LOCATION" ASC',
    ],
    [
      'for a list after an order by a column that goes',
      weather.sort('DATE').select('LOCATION'),
      'SELECT "LOCATION" FROM "WEATHER" ORDER BY "DATE" ASC',
    ],
    [
      'for a function that may be volatile, in order',
      weather.sort('DATE').select('LOCATION', callUdf('f', col('TEMP_C')).as('F')),
      'SELECT "LOCATION", "F"("TEMP_C") AS "F" FROM "WEATHER" ORDER BY "DATE" ASC',
    ],
    [
      'for a filter after an order',
      weather.orderBy(col('TEMP_C').neg()).filter(col('A')),
      'SELECT * FROM "WEATHER" WHERE "A" ORDER BY -"TEMP_C" ASC',
    ],
    [
      'for an order after an order, which it takes the place of',
      weather.sort('DATE').orderBy(col('A').ascNullsFirst(), col('B').descNullsLast()),
      'SELECT * FROM "WEATHER" ORDER BY "A" ASC NULLS FIRST, "B" DESC NULLS LAST',
    ],
  ])
})

describe('a SELECT inside another', () => {
  const udf = weather.select('LOCATION', callUdf('f', col('TEMP_C')).as('F'))
  const grouped = weather.groupBy('LOCATION').count()
  prints([
    [
      'for a filter after LIMIT',
      weather.limit(5, 2).filter(col('TEMP_C').gt(15)),
      'SELECT * FROM (SELECT * FROM "WEATHER" LIMIT 5 OFFSET 2) WHERE "TEMP_C" > ?',
      [15],
    ],
    [
      'for an order or different rows after LIMIT',
      weather.limit(5).sort('A').limit(5).distinct(),
      'SELECT DISTINCT * FROM (SELECT * FROM (SELECT * FROM "WEATHER" LIMIT 5) ORDER BY "A" ASC LIMIT 5)',
    ],
    [
      'that is in the same order',
      weather
        .orderBy(col('TEMP_C').mul(2))
        .limit(5)
        .filter(col('TEMP_C').gt(15))
        .select('LOCATION'),
      'SELECT "LOCATION" FROM (SELECT * FROM "WEATHER" ORDER BY "TEMP_C" * ? ASC LIMIT 5) WHERE "TEMP_C" > ? ORDER BY "TEMP_C" * ? ASC',
      [2, 15, 2],
    ],
    [
      'that is in the same order, which is written once where it can be',
      udf.sort('LOCATION').filter(col('F').gt(1)).limit(5).limit(2, 1),
      'SELECT * FROM (SELECT * FROM (SELECT "LOCATION", "F"("TEMP_C") AS "F" FROM "WEATHER") WHERE "F" > ? ORDER BY "LOCATION" ASC LIMIT 5) ORDER BY "LOCATION" ASC LIMIT 2 OFFSET 1',
      [1],
    ],
    [
      'for an offset after LIMIT',
      weather.limit(5).limit(5, 1),
      'SELECT * FROM (SELECT * FROM "WEATHER" LIMIT 5) LIMIT 5 OFFSET 1',
    ],
    [
      'for fewer columns of different rows',
      weather.distinct().select('LOCATION'),
      'SELECT "LOCATION" FROM (SELECT DISTINCT * FROM "WEATHER")',
    ],
    [
      'for a filter on groups',
      grouped.filter(col('COUNT').gt(1)),
      'SELECT * FROM (SELECT "LOCATION", COUNT(*) AS "COUNT" FROM "WEATHER" GROUP BY 1) WHERE "COUNT" > ?',
      [1],
    ],
    [
      'for groups of groups',
      grouped.groupBy().agg(sum('COUNT').as('N')),
      'SELECT SUM("COUNT") AS "N" FROM (SELECT "LOCATION", COUNT(*) AS "COUNT" FROM "WEATHER" GROUP BY 1)',
    ],
    [
      'for a filter over a function that may be volatile, on whatever column',
      udf.filter(col('LOCATION').eq('x')),
      'SELECT * FROM (SELECT "LOCATION", "F"("TEMP_C") AS "F" FROM "WEATHER") WHERE "LOCATION" = ?',
      ['x'],
    ],
    [
      'so that such a function is called once a row',
      udf.select('F', col('F').as('G')),
      'SELECT "F", "F" AS "G" FROM (SELECT "LOCATION", "F"("TEMP_C") AS "F" FROM "WEATHER")',
    ],
    [
      'for a count of rows that such a function may make fewer',
      udf.agg(count('*')),
      'SELECT COUNT(*) AS "COUNT(1)" FROM (SELECT "LOCATION", "F"("TEMP_C") AS "F" FROM "WEATHER")',
    ],
    [
      'for a list without the aggregate that makes one row',
      weather.select(sum('TEMP_C').as('S'), lit(1).as('ONE')).select('ONE'),
      'SELECT "ONE" FROM (SELECT SUM("TEMP_C") AS "S", ? AS "ONE" FROM "WEATHER")',
      [1],
    ],
    [
      'for something computed from what was computed',
      weather.select(col('TEMP_C').add(1).as('C')).select(col('C').mul(col('C'))),
      'SELECT "C" * "C" AS "C * C" FROM (SELECT "TEMP_C" + ? AS "C" FROM "WEATHER")',
      [1],
    ],
    [
      'for a new column with a name that the order is by',
      weather.sort('TEMP_C').select(col('TEMP_F').as('TEMP_C')),
      'SELECT "TEMP_F" AS "TEMP_C" FROM (SELECT * FROM "WEATHER" ORDER BY "TEMP_C" ASC)',
    ],
    [
      'for an aggregate in a list after an order',
      weather.sort('TEMP_C').select(max('TEMP_C').as('M')),
      'SELECT MAX("TEMP_C") AS "M" FROM (SELECT * FROM "WEATHER" ORDER BY "TEMP_C" ASC)',
    ],
    [
      'for SQL text over columns with other names',
      weather.select(col('TEMP_C').as('C')).filter(sqlExpr('c > 1')),
      'SELECT * FROM (SELECT "TEMP_C" AS "C" FROM "WEATHER") WHERE c > 1',
    ],
    [
      'for an order by an expression over columns with other names',
      weather.select(col('TEMP_C').as('C')).orderBy(col('C').neg()),
      'SELECT * FROM (SELECT "TEMP_C" AS "C" FROM "WEATHER") ORDER BY -"C" ASC',
    ],
  ])
})

describe('columns that are asked for', () => {
  prints([
    [
      'for a column that takes another one’s place',
      weather.withColumn('temp_c', col('TEMP_C').add(1)),
      'SELECT "DATE", "LOCATION", "TEMP_F", "TEMP_C" + ? AS "TEMP_C" FROM "WEATHER"',
      [1],
    ],
    [
      'for columns that go, and names that there are none of',
      weather.drop('TEMP_F', weather.col('DATE'), 'NOTHING'),
      'SELECT "LOCATION", "TEMP_C" FROM "WEATHER"',
    ],
    [
      'for a new name, under which the old column is still found',
      weather.withColumnRenamed('TEMP_C', '"°C"').filter(weather.col('TEMP_C').gt(15)),
      'SELECT "DATE", "LOCATION", "TEMP_C" AS "°C", "TEMP_F" FROM "WEATHER" WHERE "TEMP_C" > ?',
      [15],
    ],
    [
      'for all of them with others',
      city.select('*', lit(1).as('ONE')),
      'SELECT "LOCATION", "COUNTRY", ? AS "ONE" FROM "CITY"',
      [1],
    ],
    [
      'of a statement, whose binds come where it stands',
      session
        .sql('SELECT 1 AS a, ? AS b -- x', ['y'])
        .withColumn('c', lit('z'))
        .filter(col('a').eq(1)),
      'SELECT "A", "B", ? AS "C" FROM (\nSELECT 1 AS a, ? AS b -- x\n) WHERE "A" = ?',
      ['z', 'y', 1],
    ],
  ])
})

describe('unions', () => {
  const places = weather.select('LOCATION')
  prints([
    [
      'in one row',
      places.unionAll(city.select('LOCATION')).unionAll(places.limit(1)),
      '(SELECT "LOCATION" FROM "WEATHER") UNION ALL (SELECT "LOCATION" FROM "CITY") UNION ALL (SELECT "LOCATION" FROM "WEATHER" LIMIT 1)',
    ],
    [
      'of different kinds, one in the other',
      places.unionAll(places).union(places).filter(col('LOCATION').eq('x')),
      'SELECT * FROM (((SELECT "LOCATION" FROM "WEATHER") UNION ALL (SELECT "LOCATION" FROM "WEATHER")) UNION (SELECT "LOCATION" FROM "WEATHER")) WHERE "LOCATION" = ?',
      ['x'],
    ],
    [
      'by name',
      city.unionAllByName(city.select('COUNTRY', 'LOCATION')).unionByName(city),
      '((SELECT * FROM "CITY") UNION ALL (SELECT "LOCATION", "COUNTRY" FROM "CITY")) UNION (SELECT * FROM "CITY")',
    ],
  ])

  test('refuse sides that do not fit, with their columns', async () => {
    await expect(places.union(city.select('LOCATION', 'COUNTRY')).toSql()).rejects.toMatchObject({
      code: 'UNION_MISMATCH',
      message: 'Cannot unite: one side has "LOCATION", the other "LOCATION", "COUNTRY"',
    })
    await expect(weather.unionByName(city).toSql()).rejects.toMatchObject({
      code: 'UNION_MISMATCH',
    })
  })
})

describe('any name and any value', () => {
  const name = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' })
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    }),
    fc.jsonValue(),
  )
  const typed = (text: string): string => `"${text.replaceAll('"', '""')}"`

  test('stay inside their quotes and binds', async () => {
    await fc.assert(
      fc.asyncProperty(name, name, value, value, async (table, column, first, second) => {
        const a = col(typed(column))
        const { sql, binds } = await session
          .table(typed(table))
          .select(a, lit(first).as(typed(table)))
          .filter(a.eq(lit(second)))
          .toSql()
        const bare = sql.replaceAll(/"(?:[^"]|"")*"/g, 'x')
        expect(bare.match(/\?/g)?.length ?? 0).toBe(binds.length)
        expect(bare.replaceAll(VALUE, 'v')).toMatch(
          /^SELECT x, v AS x FROM x WHERE x = v$|^SELECT \* FROM \(SELECT x, v AS x FROM x\) WHERE x = v$/,
        )
      }),
      { numRuns: 100 },
    )
  })

  const { expression } = fc.letrec<{ expression: Column }>((tie) => {
    const operand = tie('expression')
    const either = fc.oneof(operand, value)
    return {
      expression: fc.oneof(
        { maxDepth: 3 },
        name.map((text) => col(typed(text))),
        value.map(lit),
        fc.tuple(operand, either).map(([a, b]) => a.add(b as never).neg()),
        fc.tuple(operand, either).map(([a, b]) => a.like(b as never).or(a.isNull())),
        fc.tuple(operand, either, either).map(([a, b, c]) => a.between(b as never, c as never)),
        fc.tuple(operand, fc.array(value, { maxLength: 3 })).map(([a, list]) => a.isin(list).not()),
        fc.tuple(name, operand, either).map(([f, a, b]) => callUdf(typed(f), a, b as never)),
        fc.tuple(operand, either).map(([a, b]) => when(a, b as never).otherwise(a.cast('float'))),
        fc.tuple(operand, value).map(([a, b]) => sqlExpr('f(?, x)', [b]).eq(a.as('y'))),
      ),
    }
  })

  test('have a bind for each ?, and brackets in pairs', async () => {
    await fc.assert(
      fc.asyncProperty(expression, expression, async (first, second) => {
        const dataFrame = city.filter(first.eq(second)).select(first.as('A'), second).distinct()
        const { sql, binds } = await dataFrame.limit(1).distinct().toSql()
        const bare = sql.replaceAll(/"(?:[^"]|"")*"|'HEX'/g, 'x')
        expect(bare.match(/\?/g)?.length ?? 0).toBe(binds.length)
        expect(bare).not.toMatch(/["';\\]|--/)
        let depth = 0
        for (const bracket of bare.match(/[()]/g) ?? []) {
          depth += bracket === '(' ? 1 : -1
          expect(depth).toBeGreaterThanOrEqual(0)
        }
        expect(depth).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  /** Every way in which a value is written. */
  const VALUE =
    /NULL|TO_BINARY\(\?, 'HEX'\)|PARSE_JSON\(\?\)::(?:ARRAY|OBJECT)|\?(?:::(?:FLOAT|NUMBER\(38,0\)|TIMESTAMP_NTZ))?/g
})
