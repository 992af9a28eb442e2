import { beforeAll, describe, expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()
const names = async (sql: string): Promise<string[]> =>
  (await account.query(sql)).columns.map((column) => column.name)

beforeAll(async () => {
  await account.query('CREATE TABLE t (k VARCHAR, n NUMBER, f FLOAT)')
  await account.query(`INSERT INTO t VALUES ('a', 1, 1.5), ('a', 2, 2.5), ('b', 3, NULL)`)
  await account.query('CREATE TABLE "Mixed" ("lower" INT, UPPER INT)')
})

describe('a query', () => {
  test.each([
    ['SELECT n FROM t WHERE n > 1 ORDER BY n DESC', [['3'], ['2']]],
    ['SELECT DISTINCT k FROM t ORDER BY k', [['a'], ['b']]],
    [
      'SELECT k, SUM(n) s FROM t GROUP BY k HAVING s > 2 ORDER BY s DESC, k',
      [
        ['a', '3'],
        ['b', '3'],
      ],
    ],
    [
      'SELECT UPPER(k) u, COUNT(*) FROM t GROUP BY 1 ORDER BY u DESC',
      [
        ['B', '1'],
        ['A', '2'],
      ],
    ],
    [
      'SELECT UPPER(k), COUNT(*) FROM t GROUP BY UPPER(k) ORDER BY 1',
      [
        ['A', '2'],
        ['B', '1'],
      ],
    ],
    [
      'SELECT k AS key, COUNT(*) FROM t GROUP BY key ORDER BY key',
      [
        ['a', '2'],
        ['b', '1'],
      ],
    ],
    [
      'SELECT k, SUM(n) FROM t GROUP BY ALL ORDER BY k',
      [
        ['a', '3'],
        ['b', '3'],
      ],
    ],
    [
      'SELECT k, SUM(n) FROM t GROUP BY ROLLUP(k) ORDER BY k',
      [
        ['a', '3'],
        ['b', '3'],
        [null, '6'],
      ],
    ],
    [
      'SELECT k, n FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY n DESC) = 1 ORDER BY k',
      [
        ['a', '2'],
        ['b', '3'],
      ],
    ],
    ['SELECT n, n + 1 AS m, m * 2 FROM t WHERE m > 3', [['3', '4', '8']]],
    ['SELECT n FROM t ORDER BY n LIMIT 1 OFFSET 1', [['2']]],
    ['SELECT TOP 1 n FROM t ORDER BY n', [['1']]],
    ['SELECT n FROM t ORDER BY n FETCH FIRST 2 ROWS ONLY', [['1'], ['2']]],
    ['SELECT f FROM t ORDER BY f', [['1.5'], ['2.5'], [null]]],
    ['SELECT f FROM t ORDER BY f DESC', [[null], ['2.5'], ['1.5']]],
    ['SELECT f FROM t ORDER BY f DESC NULLS LAST', [['2.5'], ['1.5'], [null]]],
    ['SELECT a.n, b.n FROM t a JOIN t b ON a.k = b.k AND a.n < b.n', [['1', '2']]],
    ['SELECT a.n FROM t a, t b WHERE a.n = b.n ORDER BY a.n', [['1'], ['2'], ['3']]],
    ['SELECT COUNT(*) FROM t CROSS JOIN t b', [['9']]],
    [
      'SELECT k, n, b.f FROM t LEFT JOIN (SELECT k, n, f FROM t WHERE n = 1) b USING (k, n) ORDER BY n',
      [
        ['a', '1', '1.5'],
        ['a', '2', null],
        ['b', '3', null],
      ],
    ],
    [
      `SELECT k FROM t FULL OUTER JOIN (SELECT 'z' AS k) b USING (k) ORDER BY k`,
      [['a'], ['a'], ['b'], ['z']],
    ],
    [
      `SELECT * FROM t NATURAL JOIN (SELECT 'a' k, 9 z) ORDER BY n`,
      [
        ['a', '1', '1.5', '9'],
        ['a', '2', '2.5', '9'],
      ],
    ],
    ['SELECT n FROM t WHERE n IN (SELECT MAX(n) FROM t GROUP BY k) ORDER BY n', [['2'], ['3']]],
    [
      'SELECT n, (SELECT MAX(b.n) FROM t b WHERE b.k = a.k) FROM t a ORDER BY n',
      [
        ['1', '2'],
        ['2', '2'],
        ['3', '3'],
      ],
    ],
    ['SELECT n FROM t a WHERE EXISTS (SELECT 1 FROM t b WHERE b.k = a.k AND b.n > a.n)', [['1']]],
    ['SELECT n FROM t UNION SELECT 5 UNION ALL SELECT 6 ORDER BY n DESC LIMIT 2', [['6'], ['5']]],
    ['SELECT n FROM t MINUS SELECT 1 ORDER BY 1', [['2'], ['3']]],
    ['SELECT n FROM t INTERSECT SELECT 2', [['2']]],
    ['SELECT 1 UNION ALL SELECT 2.5', [['1.0'], ['2.5']]],
    [
      'WITH c(a, b) AS (SELECT k, n FROM t), d AS (SELECT a, SUM(b) s FROM c GROUP BY a) SELECT * FROM d ORDER BY a',
      [
        ['a', '3'],
        ['b', '3'],
      ],
    ],
    [
      'WITH RECURSIVE c AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT SUM(x), COUNT(*) FROM c',
      [['15', '5']],
    ],
    [
      `SELECT * FROM (VALUES (1, 'a'), (2, NULL)) v(x, y) ORDER BY x`,
      [
        ['1', 'a'],
        ['2', null],
      ],
    ],
    [
      `SELECT column1, $2 FROM VALUES (1, 'a'), (2.5, 'b')`,
      [
        ['1.0', 'a'],
        ['2.5', 'b'],
      ],
    ],
    ['VALUES (1), (2)', [['1'], ['2']]],
    ['SELECT s.m FROM t, LATERAL (SELECT t.n * 2 AS m) s ORDER BY 1', [['2'], ['4'], ['6']]],
    ['SELECT SEQ4() FROM TABLE(GENERATOR(ROWCOUNT => 3))', [['0'], ['1'], ['2']]],
    ['SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 1000000))', [['1000000']]],
    ['SELECT public.t.n, db.public.t.k FROM db.public.t WHERE n = 3', [['3', 'b']]],
    [`SELECT COUNT(*) FROM IDENTIFIER('db.public.t')`, [['3']]],
    ['SELECT 1 FROM dual', [['1']]],
    ['SELECT "lower", upper FROM "Mixed"', []],
    ['SELECT * EXCLUDE (f) RENAME (n AS num) FROM t ORDER BY num LIMIT 1', [['a', '1']]],
    [`SELECT * ILIKE 'k%' FROM t ORDER BY 1 LIMIT 1`, [['a']]],
    [`SELECT t.* EXCLUDE k, 1 AS one FROM t ORDER BY n LIMIT 1`, [['1', '1.5', '1']]],
  ])('%s', async (sql, expected) => {
    expect(await account.rows(sql)).toEqual(expected)
  })
})

describe('columns of a result', () => {
  test.each([
    ['SELECT n, t.k FROM t', ['N', 'K']],
    ['SELECT n AS "My Col", n alias FROM t', ['My Col', 'ALIAS']],
    [
      `SELECT count(*), upper(k) || 'x', n+1 FROM t GROUP BY ALL`,
      ['COUNT(*)', `UPPER(K) || 'X'`, 'N+1'],
    ],
    ['SELECT (n) FROM t', ['(N)']],
    [
      'SELECT CASE WHEN 1 = 1 THEN 2 END, n IS DISTINCT FROM 1 FROM t',
      ['CASE WHEN 1 = 1 THEN 2 END', 'N IS DISTINCT FROM 1'],
    ],
    [
      "SELECT listagg(k, ',') WITHIN GROUP (ORDER BY k) FROM t",
      ["LISTAGG(K, ',') WITHIN GROUP (ORDER BY K)"],
    ],
    ['SELECT DISTINCT n::varchar FROM t', ['N::VARCHAR']],
    ['SELECT (SELECT max(n) FROM t)', ['(SELECT MAX(N) FROM T)']],
    ['SELECT * FROM (SELECT n + 1 FROM t)', ['N + 1']],
    ["SELECT '😀', 1 FROM t", ["'😀'", '1']],
  ])('%s are named %j', async (sql, expected) => {
    expect(await names(sql)).toEqual(expected)
  })

  test('have their Snowflake types', async () => {
    const { columns } = await account.query(
      `SELECT n, f, k, n > 1, CURRENT_DATE, CURRENT_TIME, '2024-01-01'::TIMESTAMP_NTZ(3), CURRENT_TIMESTAMP,
        TO_BINARY('AB'), PARSE_JSON('1'), OBJECT_CONSTRUCT(), [1], 'abc', 1.50, n / 2 FROM t`,
    )
    const sizes = columns.map(({ type, precision, scale, length }) => [
      type,
      precision,
      scale,
      length,
    ])
    expect(sizes).toEqual([
      ['fixed', 38, 0, null],
      ['real', null, null, null],
      ['text', null, null, 16_777_216],
      ['boolean', null, null, null],
      ['date', null, null, null],
      ['time', 0, 9, null],
      ['timestamp_ntz', 0, 3, null],
      ['timestamp_ltz', 0, 9, null],
      ['binary', null, null, 8_388_608],
      ['variant', null, null, null],
      ['object', null, null, null],
      ['array', null, null, null],
      ['text', null, null, 3],
      ['fixed', 3, 2, null],
      ['fixed', 38, 6, null],
    ])
  })
})

describe('errors', () => {
  test.each([
    [
      'SELECT nope FROM t',
      '000904',
      "SQL compilation error: error line 1 at position 7\ninvalid identifier 'NOPE'",
    ],
    [
      'SELECT n,\n  x.n FROM t',
      '000904',
      "SQL compilation error: error line 2 at position 2\ninvalid identifier 'X.N'",
    ],
    [
      'SELECT "n" FROM t',
      '000904',
      `SQL compilation error: error line 1 at position 7\ninvalid identifier '"n"'`,
    ],
    [
      'SELECT lower FROM "Mixed"',
      '000904',
      "SQL compilation error: error line 1 at position 7\ninvalid identifier 'LOWER'",
    ],
    [
      'SELECT n FROM t a JOIN t b ON a.n = b.n',
      '002028',
      "SQL compilation error: error line 1 at position 7\nambiguous column name 'N'",
    ],
    [
      'SELECT * FROM nope',
      '002003',
      "SQL compilation error:\nObject 'NOPE' does not exist or not authorized.",
    ],
    [
      'SELECT * FROM other.public.t',
      '002003',
      "SQL compilation error:\nObject 'OTHER.PUBLIC.T' does not exist or not authorized.",
    ],
    ['SELECT FOO(1)', '002140', 'SQL compilation error:\nUnknown function FOO.'],
    [
      'SELECT LOG FROM TABLE(db.public.svc!spcs_get_logs(start_time => CURRENT_TIMESTAMP()))',
      '002143',
      'SQL compilation error:\nUnknown table function SPCS_GET_LOGS.',
    ],
    [
      'SELECT db.public.foo(1)',
      '002140',
      'SQL compilation error:\nUnknown function DB.PUBLIC.FOO.',
    ],
    [
      'SELECT UPPER()',
      '000938',
      'SQL compilation error:\nnot enough arguments for function [UPPER], expected 1, got 0',
    ],
    [
      `SELECT UPPER('a', 'b')`,
      '000939',
      'SQL compilation error:\ntoo many arguments for function [UPPER] expected 1, got 2',
    ],
    [
      'SELECT k, n FROM t GROUP BY k',
      '000979',
      'SQL compilation error:\n[N] is not a valid group by expression',
    ],
    [
      'selec 1',
      '001003',
      "SQL compilation error:\nsyntax error line 1 at position 0 unexpected 'selec', expected an SQL statement.",
    ],
    [
      'SELECT n FROM t\n WHERE',
      '001003',
      "SQL compilation error:\nsyntax error line 2 at position 6 unexpected '<EOF>', expected an expression.",
    ],
    [
      `SELECT 'open`,
      '001003',
      'SQL compilation error:\nsyntax error line 1 at position 7 Unterminated string literal.',
    ],
    [
      'SELECT * FROM t SAMPLE (10)',
      '000002',
      "Unsupported feature 'AT, BEFORE and SAMPLE of a table'.",
    ],
    ['SELECT * FROM @stage/file.csv', '000002', "Unsupported feature 'queries of a stage'."],
    ['COPY INTO t FROM @stage', '000002', "Unsupported feature 'COPY INTO'."],
    ['CREATE SEQUENCE s', '000002', "Unsupported feature 'CREATE SEQUENCE'."],
    ['CALL my_procedure()', '000002', "Unsupported feature 'CALL MY_PROCEDURE'."],
    [
      'SELECT 1 UNION SELECT 1, 2',
      '001789',
      'SQL compilation error:\ninvalid number of result columns for set operator input branches, expected 1, got 2 in branch {2}',
    ],
  ])('%s', async (sql, code, message) => {
    const error = await account.rows(sql).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'SnowflakeError', code, message })
  })

  test('a name that lacks a current database or schema is refused', async () => {
    const session = { ...account.session, database: null, schema: null }
    await expect(account.rows('SELECT * FROM t', { session })).rejects.toMatchObject({
      code: '090105',
    })
    const noSchema = { ...account.session, schema: null }
    await expect(account.rows('SELECT * FROM t', { session: noSchema })).rejects.toMatchObject({
      code: '090106',
    })
  })

  test('a common table expression needs no current database', async () => {
    const session = { ...account.session, database: null, schema: null }
    expect(await account.rows('WITH c AS (SELECT 1 AS x) SELECT x FROM c', { session })).toEqual([
      ['1'],
    ])
  })
})
