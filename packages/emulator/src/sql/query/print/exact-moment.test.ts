import { beforeAll, describe, expect, test } from 'vitest'
import { printObjectComment } from '../../../engine/object-comment.ts'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()

const NTZ = '2024-01-02 03:04:05.123456789'
const ZONED = `${NTZ} +0530`
/** How they come out where nothing is lost. */
const NTZ_CELL = '1704164645.123456789'
const ZONED_CELL = '1704144845.123456789 1770'
const TIME_CELL = '36672.123456789'

beforeAll(async () => {
  await account.query(
    'CREATE OR REPLACE TABLE t (n NUMBER, tz TIMESTAMP_TZ, ntz TIMESTAMP, ti TIME, ltz TIMESTAMP_LTZ)',
  )
  await account.query(
    `INSERT INTO t VALUES (1, '${ZONED}', '${NTZ}', '10:11:12.123456789', '${ZONED}'), (2, NULL, NULL, NULL, NULL)`,
  )
})

describe('nine digits and the offset', () => {
  const ROW = [ZONED_CELL, NTZ_CELL, TIME_CELL, '1704144845.123456789']
  const NONE = [null, null, null, null]

  test.each([
    ['a table', 'SELECT tz, ntz, ti, ltz FROM t ORDER BY n'],
    ['a wildcard', 'SELECT * EXCLUDE n FROM t ORDER BY n'],
    ['a derived table', 'SELECT tz, ntz, ti, ltz FROM (SELECT * FROM t WHERE n > 0) ORDER BY n'],
    ['a common table', 'WITH c AS (SELECT * FROM t) SELECT tz, ntz, ti, ltz FROM c ORDER BY n'],
    ['a view', 'SELECT tz, ntz, ti, ltz FROM v ORDER BY n'],
    ['a join', 'SELECT b.tz, a.ntz, b.ti, a.ltz FROM t a JOIN t b USING (n) ORDER BY a.n'],
    [
      'an outer join',
      'SELECT b.tz, b.ntz, b.ti, b.ltz FROM t a LEFT JOIN t b ON a.tz = b.tz ORDER BY a.n',
    ],
    [
      'a lateral table',
      'SELECT d.* FROM t, LATERAL (SELECT t.tz, t.ntz, t.ti, t.ltz) d ORDER BY n',
    ],
    [
      'UNION ALL',
      'SELECT tz, ntz, ti, ltz FROM t WHERE n = 1 UNION ALL SELECT NULL, NULL, NULL, NULL',
    ],
    [
      'UNION ALL of views',
      'SELECT tz, ntz, ti, ltz FROM (SELECT * FROM v UNION ALL SELECT * FROM t WHERE n > 2) ORDER BY n',
    ],
    [
      'scalar subqueries',
      'SELECT (SELECT tz FROM t u WHERE u.n = t.n), (SELECT ntz FROM t u WHERE u.n = t.n), ti, ltz FROM t ORDER BY n',
    ],
    ['a table beside FLATTEN', 'SELECT tz, ntz, ti, ltz FROM t, LATERAL FLATTEN([1]) ORDER BY n'],
  ])('come through %s', async (_, sql) => {
    await account.query('CREATE OR REPLACE VIEW v AS SELECT * FROM t')
    expect(await account.rows(sql)).toEqual([ROW, NONE])
  })

  test.each([
    ['CREATE TABLE AS', ['CREATE OR REPLACE TABLE u AS SELECT * FROM t']],
    [
      'CREATE TABLE AS over itself',
      ['CREATE OR REPLACE TABLE u CLONE t', 'CREATE OR REPLACE TABLE u AS SELECT * FROM u'],
    ],
    ['CLONE', ['CREATE OR REPLACE TABLE u CLONE t']],
    [
      'LIKE and INSERT … SELECT',
      ['CREATE OR REPLACE TABLE u LIKE t', 'INSERT INTO u SELECT * FROM t'],
    ],
    [
      'INSERT OVERWRITE',
      ['CREATE OR REPLACE TABLE u CLONE t', 'INSERT OVERWRITE INTO u SELECT * FROM t'],
    ],
    [
      'UPDATE',
      [
        'CREATE OR REPLACE TABLE u AS SELECT n, NULL::TIMESTAMP_TZ tz, NULL::TIMESTAMP ntz, NULL::TIME ti, NULL::TIMESTAMP_LTZ ltz FROM t',
        'UPDATE u SET tz = t.tz, ntz = t.ntz, ti = t.ti, ltz = t.ltz FROM t WHERE t.n = u.n',
      ],
    ],
    [
      'MERGE',
      [
        'CREATE OR REPLACE TABLE u AS SELECT n, NULL::TIMESTAMP_TZ tz, NULL::TIMESTAMP ntz, NULL::TIME ti, NULL::TIMESTAMP_LTZ ltz FROM t WHERE n = 1',
        'MERGE INTO u USING t ON u.n = t.n WHEN MATCHED THEN UPDATE SET tz = t.tz, ntz = t.ntz, ti = t.ti, ltz = t.ltz WHEN NOT MATCHED THEN INSERT VALUES (t.n, t.tz, t.ntz, t.ti, t.ltz)',
      ],
    ],
    ['a temporary table', ['CREATE OR REPLACE TEMPORARY TABLE u AS SELECT * FROM t']],
  ])('are kept by %s', async (_, statements) => {
    for (const sql of statements) await account.query(sql)
    expect(await account.rows('SELECT tz, ntz, ti, ltz FROM u ORDER BY n')).toEqual([ROW, NONE])
    await account.query('DROP TABLE u')
  })

  test('come through VALUES', async () => {
    const sql = `SELECT column1 FROM VALUES ('${ZONED}'::TIMESTAMP_TZ), (NULL)`
    expect(await account.rows(sql)).toEqual([[ZONED_CELL], [null]])
  })

  test('are those of the declared type', async () => {
    await account.query(
      'CREATE OR REPLACE TABLE u (tz TIMESTAMP_TZ(3), ntz TIMESTAMP_NTZ(7), ti TIME(0))',
    )
    await account.query(`INSERT INTO u VALUES ('${ZONED}', '${NTZ}', '10:11:12.123456789')`)
    expect(await account.rows('SELECT * FROM u')).toEqual([
      ['1704144845.123 1770', '1704164645.1234567', '36672'],
    ])
    await account.query(
      'CREATE OR REPLACE TABLE u AS SELECT tz::TIMESTAMP_TZ(0) tz, ntz::TIMESTAMP_NTZ(3) ntz FROM t WHERE n = 1',
    )
    expect(await account.rows('SELECT * FROM u')).toEqual([['1704144845 1770', '1704164645.123']])
  })

  test('are those of a default', async () => {
    await account.query(
      `CREATE OR REPLACE TABLE u (n NUMBER, tz TIMESTAMP_TZ DEFAULT '${ZONED}', ntz TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP())`,
    )
    await account.query('INSERT INTO u (n) VALUES (1)')
    await account.query('INSERT INTO u VALUES (2, DEFAULT, DEFAULT)')
    await account.query(`UPDATE u SET tz = DEFAULT WHERE n = 1`)
    await account.query(`ALTER TABLE u ADD COLUMN ti TIME DEFAULT '10:11:12.123456789'`)
    const rows = await account.rows(`SELECT tz, ti, ntz > '2024-01-01' FROM u`)
    expect(rows).toEqual([
      [ZONED_CELL, TIME_CELL, '1'],
      [ZONED_CELL, TIME_CELL, '1'],
    ])
  })

  test('come by array binds', async () => {
    const bind = (type: string, value: (string | null)[]) => ({ type, value })
    await account.query('CREATE OR REPLACE TABLE u (tz TIMESTAMP_TZ, ntz TIMESTAMP)')
    await account.query('INSERT INTO u VALUES (?, ?)', {
      binds: [
        bind('TIMESTAMP_TZ', ['1704144845123456789 1770', null]),
        bind('TIMESTAMP_NTZ', ['1704164645123456789', null]),
      ],
    })
    await account.query('INSERT INTO u VALUES (?, ?)', {
      binds: [bind('TEXT', [ZONED, null]), bind('TEXT', [NTZ, null])],
    })
    expect(await account.rows('SELECT * FROM u')).toEqual([
      [ZONED_CELL, NTZ_CELL],
      [null, null],
      [ZONED_CELL, NTZ_CELL],
      [null, null],
    ])
  })

  test('are cut where values are made one, or computed', async () => {
    const inEngine = '1704144845.123456000 1440'
    for (const sql of [
      'SELECT DISTINCT tz FROM t WHERE n = 1',
      'SELECT tz FROM t WHERE n = 1 GROUP BY tz',
      'SELECT tz FROM t WHERE n = 1 UNION SELECT tz FROM t WHERE n = 1',
      'SELECT MAX(tz) FROM t',
      'SELECT COALESCE(tz, tz) FROM t WHERE n = 1',
    ]) {
      expect([sql, await account.rows(sql)]).toEqual([sql, [[inEngine]]])
    }
  })
})

describe('a moment in a table', () => {
  test.each([
    [`tz = '${ZONED}'`, 1],
    [`tz = '2024-01-01 21:34:05.123456 +0000'`, 1],
    [`tz > '2024-01-02 03:04:05 +0530'`, 1],
    [`ntz BETWEEN '2024-01-02' AND '2024-01-03'`, 1],
    [`ti < '10:11:13'`, 1],
    ['tz IS NULL', 2],
    ['ntz IS NOT NULL AND ltz IS NOT NULL', 1],
    [`ntz IN (SELECT ntz FROM t)`, 1],
    ['EXISTS (SELECT 1 FROM t u WHERE u.tz = t.tz)', 1],
    ['tz = ltz', 1],
  ])('is found by %s', async (condition, n) => {
    expect(await account.rows(`SELECT n FROM t WHERE ${condition}`)).toEqual([[String(n)]])
  })

  test.each([
    ['YEAR(tz)', '2024'],
    ['DATEDIFF(second, ntz, DATEADD(minute, 1, ntz))', '60'],
    [`TO_CHAR(ntz, 'YYYY')`, '2024'],
    ['ntz::DATE', '19724'],
    ['tz::DATE', '19724'],
    ['tz::TIMESTAMP_NTZ', NTZ_CELL],
    ['tz::TIME', '11045.123456789'],
    ['tz::TIMESTAMP_LTZ', '1704144845.123456789'],
    ['tz::TIMESTAMP_TZ(7)', '1704144845.1234567 1770'],
    ['ltz::TIMESTAMP_TZ', '1704144845.123456789 1440'],
    ['ntz::TIMESTAMP_NTZ(8)', '1704164645.12345678'],
    ['ntz::TIMESTAMP_LTZ', NTZ_CELL],
    ['ntz::TIME(9)', '11045.123456789'],
    ['ntz::VARCHAR', '2024-01-02 03:04:05.123'],
    ['tz::VARCHAR', '2024-01-02 03:04:05.123 +0530'],
    ["TO_JSON(OBJECT_CONSTRUCT('a', tz))", '{"a":"2024-01-02 03:04:05.123 +0530"}'],
    [`PARSE_JSON('"${ZONED}"')::TIMESTAMP_TZ`, ZONED_CELL],
    [`PARSE_JSON('{"at":"${NTZ}"}'):at::TIMESTAMP_NTZ`, NTZ_CELL],
    [`TRY_CAST('${ZONED}' AS TIMESTAMP_TZ)`, ZONED_CELL],
    [`TRY_TO_TIMESTAMP_TZ('soon')`, null],
    [`TO_TIMESTAMP_TZ('2024-01-02T03:04:05.123456789-08')`, '1704193445.123456789 960'],
    ['COUNT(tz) OVER ()', '1'],
    ['IFF(tz IS NULL, 1, 2)', '2'],
  ])('%s is %s', async (expression, cell) => {
    expect(await account.rows(`SELECT ${expression} FROM t ORDER BY n LIMIT 1`)).toEqual([[cell]])
  })

  test('is sorted by its ninth digit', async () => {
    await account.query('CREATE OR REPLACE TABLE u AS SELECT n, ntz FROM t')
    await account.query(`INSERT INTO u VALUES (3, '2024-01-02 03:04:05.123456788')`)
    expect(await account.rows('SELECT ntz FROM u ORDER BY ntz NULLS FIRST')).toEqual([
      [null],
      ['1704164645.123456788'],
      [NTZ_CELL],
    ])
  })

  test('may not be NULL where its column says so', async () => {
    await account.query('CREATE OR REPLACE TABLE u (tz TIMESTAMP_TZ NOT NULL)')
    for (const sql of [
      'INSERT INTO u VALUES (NULL)',
      'INSERT INTO u SELECT tz FROM t',
      'INSERT INTO u SELECT MAX(tz) FROM t WHERE n = 2',
    ]) {
      await expect(account.query(sql)).rejects.toMatchObject({ code: '100072' })
    }
  })

  test('has the type it was declared with', async () => {
    await account.query('CREATE OR REPLACE TABLE u AS SELECT tz, ntz, ti, ltz FROM t')
    const { columns } = await account.query('SELECT * FROM u')
    expect(columns.map(({ type, scale }) => [type, scale])).toEqual([
      ['timestamp_tz', 9],
      ['timestamp_ntz', 9],
      ['time', 9],
      ['timestamp_ltz', 9],
    ])
  })

  test('may be given another precision, and keeps what has room there', async () => {
    await account.query('CREATE OR REPLACE TABLE u CLONE t')
    await account.query('ALTER TABLE u ALTER COLUMN ntz SET DATA TYPE TIMESTAMP_NTZ(6)')
    expect(await account.rows('SELECT ntz FROM u ORDER BY n')).toEqual([
      ['1704164645.123456'],
      [null],
    ])
    await account.query('ALTER TABLE u ALTER COLUMN ntz SET DATA TYPE TIMESTAMP_NTZ(9)')
    expect(await account.rows('SELECT ntz FROM u ORDER BY n')).toEqual([
      ['1704164645.123456000'],
      [null],
    ])
  })

  test('is read and written in tables that know six digits alone', async () => {
    await account.session.engine.run(
      'CREATE OR REPLACE TABLE "DB.PUBLIC"."OLD" (TZ TIMESTAMPTZ, NTZ TIMESTAMP)',
    )
    await account.session.engine.run(
      `COMMENT ON COLUMN "DB.PUBLIC"."OLD".TZ IS '${printObjectComment({ type: 'TIMESTAMP_TZ(9)' })}'`,
    )
    await account.query('INSERT INTO old SELECT tz, ntz FROM t')
    await account.query(`INSERT INTO old VALUES ('${ZONED}', '${NTZ}')`)
    const row = ['1704144845.123456000 1440', '1704164645.123456000']
    expect(await account.rows('SELECT * FROM old ORDER BY 1')).toEqual([row, row, [null, null]])
    await account.query('CREATE OR REPLACE TABLE u CLONE old')
    expect(await account.rows('SELECT * FROM u ORDER BY 1')).toEqual([row, row, [null, null]])
  })
})
