import { beforeAll, expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()

beforeAll(async () => {
  await account.query('CREATE TABLE t (k VARCHAR, n NUMBER, f FLOAT, v VARIANT)')
  await account.query(
    `INSERT INTO t SELECT 'a', 1, 1.5, PARSE_JSON('{"x":1}') UNION ALL
     SELECT 'a', 2, 2.5, PARSE_JSON('{"x":2}') UNION ALL SELECT 'b', 3, NULL, NULL`,
  )
})

// https://docs.snowflake.com/en/sql-reference/functions-aggregation
test.each([
  ['COUNT(*)', '3'],
  ['COUNT(f)', '2'],
  ['COUNT(DISTINCT k)', '2'],
  ['COUNT(DISTINCT k, n)', '3'],
  ['COUNT_IF(n > 1)', '2'],
  ['SUM(n)', '6'],
  ['SUM(f)', '4'],
  ['SUM(n * 1.5)', '9.0'],
  ['SUM(DISTINCT n)', '6'],
  ['AVG(n)', '2.000000'],
  ['AVG(f)', '2'],
  ['MIN(k)', 'a'],
  ['MAX(n)', '3'],
  ['MEDIAN(n)', '2.000'],
  ['MODE(k)', 'a'],
  ['MIN_BY(k, n)', 'a'],
  ['MAX_BY(k, n)', 'b'],
  ['ANY_VALUE(1)', '1'],
  ['APPROX_PERCENTILE(n, 0.5)', '2'],
  ['HLL(n)', '3'],
  ['STDDEV_SAMP(n)', '1'],
  ['ROUND(STDDEV_POP(n), 4)', '0.8165'],
  ['VARIANCE_SAMP(n)', '1'],
  ['VAR_SAMP(n)', '1'],
  ['ROUND(VARIANCE_POP(n), 4)', '0.6667'],
  ['ROUND(VAR_POP(n), 4)', '0.6667'],
  ['KURTOSIS(n)', null],
  ['SKEW(n)', '0'],
  ['ROUND(COVAR_POP(n, n), 4)', '0.6667'],
  ['COVAR_SAMP(n, n)', '1'],
  ['REGR_SLOPE(n, n)', '1'],
  ['REGR_INTERCEPT(n, n)', '0'],
  ['REGR_R2(n, n)', '1'],
  ['BITAND_AGG(n)', '0'],
  ['BITOR_AGG(n)', '3'],
  ['BITXOR_AGG(n)', '0'],
  ['ARRAYAGG(n)', '[1,2,3]'],
  ['ARRAY_SIZE(ARRAY_UNIQUE_AGG(k))', '2'],
  ['STDDEV(n)', '1'],
  ['VARIANCE(n)', '1'],
  ['CORR(n, n)', '1'],
  ['BOOLOR_AGG(n > 2)', '1'],
  ['BOOLAND_AGG(n > 2)', '0'],
  ['APPROX_COUNT_DISTINCT(n)', '3'],
  ['PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY n)', '2.000'],
  ['PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY n)', '2'],
  [`LISTAGG(DISTINCT k, '|') WITHIN GROUP (ORDER BY k DESC)`, 'b|a'],
  [`LISTAGG(k) WITHIN GROUP (ORDER BY n)`, 'aab'],
  ['ARRAY_AGG(n) WITHIN GROUP (ORDER BY n DESC)', '[3,2,1]'],
  ['ARRAY_AGG(f) WITHIN GROUP (ORDER BY n)', '[1.5,2.5]'],
  ['OBJECT_AGG(k || n, v)', '{"a1":{"x":1},"a2":{"x":2}}'],
])('SELECT %s gives %s', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression} FROM t`)).toEqual([[expected]])
})

test.each([
  ['COUNT(*)', '0'],
  ['SUM(n)', null],
  ['AVG(n)', null],
  ['LISTAGG(k)', ''],
  ['ARRAY_AGG(n)', '[]'],
])('%s of no rows is %s', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression} FROM t WHERE n > 9`)).toEqual([[expected]])
})

test.each([
  ['ROW_NUMBER() OVER (ORDER BY n DESC)', ['3', '2', '1']],
  ['RANK() OVER (ORDER BY k)', ['1', '1', '3']],
  ['DENSE_RANK() OVER (ORDER BY k)', ['1', '1', '2']],
  ['NTILE(2) OVER (ORDER BY n)', ['1', '1', '2']],
  ['PERCENT_RANK() OVER (ORDER BY n)', ['0', '0.5', '1']],
  ['ROUND(CUME_DIST() OVER (ORDER BY n), 2)', ['0.33', '0.67', '1']],
  ['NTH_VALUE(n, 2) OVER (ORDER BY n)', ['2', '2', '2']],
  ['LAG(n) OVER (ORDER BY n)', [null, '1', '2']],
  ['LEAD(n, 1, 0) OVER (ORDER BY n)', ['2', '3', '0']],
  ['LAG(f) IGNORE NULLS OVER (ORDER BY n)', [null, '1.5', '2.5']],
  ['FIRST_VALUE(n) OVER (PARTITION BY k ORDER BY n DESC)', ['2', '2', '3']],
  ['LAST_VALUE(n) OVER (ORDER BY n)', ['3', '3', '3']],
  ['SUM(n) OVER (ORDER BY n)', ['1', '3', '6']],
  ['SUM(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)', ['1', '3', '5']],
  ['AVG(n) OVER (PARTITION BY k)', ['1.500000', '1.500000', '3.000000']],
  ['RATIO_TO_REPORT(n) OVER ()', ['0.166667', '0.333333', '0.500000']],
])('SELECT %s gives %j', async (expression, expected) => {
  const rows = await account.rows(`SELECT ${expression}, n FROM t ORDER BY n`)
  expect(rows.map(([cell]) => cell)).toEqual(expected)
})

test('GROUPING() tells the rows of ROLLUP that stand for all', async () => {
  expect(
    await account.rows('SELECT k, GROUPING(k) FROM t GROUP BY ROLLUP(k) ORDER BY 2, 1'),
  ).toEqual([
    ['a', '0'],
    ['b', '0'],
    [null, '1'],
  ])
})

test('ROW_NUMBER() without OVER is refused', async () => {
  await expect(account.rows('SELECT ROW_NUMBER() FROM t')).rejects.toMatchObject({ code: '002303' })
})
