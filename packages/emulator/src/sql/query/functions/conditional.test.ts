import { expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()

// https://docs.snowflake.com/en/sql-reference/expressions-conditional
test.each([
  [`IFF(1 = 1, 'a', 'b')`, 'a'],
  [`IFF(NULL, 1, 2)`, '2'],
  [`NVL(NULL, 1)`, '1'],
  [`IFNULL(NULL, 'x')`, 'x'],
  [`NVL2(1, 2, 3)`, '2'],
  [`COALESCE(NULL, NULL, 3)`, '3'],
  [`COALESCE(NULL, NULL)`, null],
  [`NULLIF(1, 1)`, null],
  [`NULLIF(1, 2)`, '1'],
  [`ZEROIFNULL(NULL)`, '0'],
  [`NULLIFZERO(0)`, null],
  [`DECODE(2, 1, 'one', 2, 'two', 'other')`, 'two'],
  [`DECODE(9, 1, 'one')`, null],
  [`DECODE(NULL, NULL, 'none', 'x')`, 'none'],
  [`EQUAL_NULL(NULL, NULL)`, '1'],
  [`CASE 1 WHEN 1 THEN 'a' ELSE 'b' END`, 'a'],
  [`CASE WHEN FALSE THEN 1 END`, null],
  [`CASE WHEN 1 = 1 THEN 1.5 ELSE 2 END`, '1.5'],
  [`BOOLAND(1, 0)`, '0'],
  [`BOOLOR(0, 1)`, '1'],
  [`BOOLNOT(0)`, '1'],
  [`BOOLXOR(TRUE, FALSE)`, '1'],
  [`TRUE AND NULL`, null],
  [`FALSE AND NULL`, '0'],
  [`NOT TRUE`, '0'],
  [`NULL = NULL`, null],
  [`1 IS DISTINCT FROM NULL`, '1'],
  [`NULL IS NOT DISTINCT FROM NULL`, '1'],
  [`1 IN (1, 2)`, '1'],
  [`3 NOT IN (1, 2)`, '1'],
  [`(1, 2) IN ((1, 2), (3, 4))`, '1'],
  [`5 BETWEEN 1 AND 10`, '1'],
  [`1 = '1'`, '1'],
  [`'2' > 1`, '1'],
  [`DATE '2024-01-01' = '2024-01-01'`, '1'],
])('SELECT %s gives %s', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression}`)).toEqual([[expected]])
})
