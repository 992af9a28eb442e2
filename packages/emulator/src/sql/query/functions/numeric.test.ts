import { expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()

// https://docs.snowflake.com/en/sql-reference/functions-numeric and operators-arithmetic
test.each([
  ['1 + 2', '3'],
  ['7/2', '3.500000'],
  ['1/3', '0.333333'],
  ['-7/2', '-3.500000'],
  ['-2/3', '-0.666667'],
  ['2/-3', '-0.666667'],
  ['0.5 - 1', '-0.5'],
  ['2/3*3', '2.000001'],
  ['10.0/4', '2.5000000'],
  ['5/2.5', '2.000000'],
  ['-7 % 3', '-1'],
  ['5.5 % 2', '1.5'],
  ['0.1 + 0.2', '0.3'],
  ['1.10 * 1.10', '1.2100'],
  ['100000 * 100000', '10000000000'],
  ['9999999999 * 9999999999', '99999999980000000001'],
  ['2147483647 + 1', '2147483648'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  ['1e3', '1000'],
  ["'1.5' + 1", '2.5'],
  ['ABS(-1.5)', '1.5'],
  ['SIGN(-3)', '-1'],
  ['MOD(7, 3)', '1'],
  ['ROUND(2.5)', '3'],
  ['ROUND(-2.5)', '-3'],
  ['ROUND(135.135, 1)', '135.1'],
  ['ROUND(135.135, -1)', '140'],
  ['ROUND(1234.567::FLOAT, 1)', '1234.6'],
  ['CEIL(135.135)', '136'],
  ['CEIL(-975.975)', '-975'],
  ['CEIL(135.135, 1)', '135.2'],
  ['CEIL(135.135, -1)', '140'],
  ['FLOOR(-975.975)', '-976'],
  ['FLOOR(-975.975, -1)', '-980'],
  ['TRUNC(135.135, 1)', '135.1'],
  ['TRUNC(-975.975, -1)', '-970'],
  ['TRUNCATE(9.99::FLOAT)', '9'],
  ['SQRT(16)', '4'],
  ['CBRT(27)', '3'],
  ['EXP(0)', '1'],
  ['LN(1)', '0'],
  ['LOG(10, 100)', '2'],
  ['POWER(2, 10)', '1024'],
  ['SQUARE(3)', '9'],
  ['PI()', '3.141592653589793'],
  ['DEGREES(PI())', '180'],
  ['RADIANS(180)', '3.141592653589793'],
  ['SIN(0)', '0'],
  ['COS(0)', '1'],
  ['TAN(0)', '0'],
  ['ROUND(COT(PI() / 4), 6)', '1'],
  ['ASIN(0)', '0'],
  ['ACOS(1)', '0'],
  ['ATAN(1) * 4', '3.141592653589793'],
  ['ATAN2(1, 1) * 4', '3.141592653589793'],
  ['SINH(0)', '0'],
  ['COSH(0)', '1'],
  ['TANH(0)', '0'],
  ['POW(2, 3)', '8'],
  ['FACTORIAL(5)', '120'],
  ['BITAND(6, 3)', '2'],
  ['BITOR(6, 3)', '7'],
  ['BITXOR(6, 3)', '5'],
  ['BITNOT(5)', '-6'],
  ['BITSHIFTLEFT(1, 4)', '16'],
  ['BITSHIFTRIGHT(16, 2)', '4'],
  ['GREATEST(1, 3, 2)', '3'],
  ['GREATEST(1, NULL)', null],
  ['GREATEST(1, 2.5)', '2.5'],
  ["LEAST('b', 'a')", 'a'],
  ['WIDTH_BUCKET(5, 0, 10, 5)', '3'],
  ['DIV0(1, 0)', '0.000000'],
  ['DIV0(7, 2)', '3.500000'],
  ['DIV0NULL(5, NULL)', '0.000000'],
  ['UNIFORM(1, 10, RANDOM()) BETWEEN 1 AND 10', '1'],
])('SELECT %s gives %s', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression}`)).toEqual([[expected]])
})

test.each([
  ['1/0', '100051', 'Division by zero'],
  ['1.5/0', '100051', 'Division by zero'],
  ['1::FLOAT/0', '100051', 'Division by zero'],
  ['1 % 0', '100051', 'Division by zero'],
  ['SQRT(-1)', '100076', 'Invalid floating point operation: sqrt(-1)'],
  ['LN(0)', '100076', 'Invalid floating point operation: ln(0)'],
])('SELECT %s fails with %s', async (expression, code, message) => {
  await expect(account.rows(`SELECT ${expression}`)).rejects.toMatchObject({ code, message })
})

test('numbers beyond 38 digits are refused, not rounded', async () => {
  const largest = '9'.repeat(38)
  await expect(account.rows(`SELECT ${largest} + 1`)).rejects.toMatchObject({ code: '100058' })
})
