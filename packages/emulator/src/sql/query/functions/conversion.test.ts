import { expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()

// https://docs.snowflake.com/en/sql-reference/functions-conversion
test.each([
  [`TO_DATE('2024-01-02')`, '19724'],
  [`TO_DATE('02/01/2024', 'DD/MM/YYYY')`, '19724'],
  [`'15-JAN-2024'::DATE`, '19737'],
  [`'01/15/2024'::DATE`, '19737'],
  [`TO_TIMESTAMP('2024-01-02 03:04:05')`, '1704164645.000000000'],
  [`TO_TIMESTAMP('2024-01-02T03:04:05.678Z')`, '1704164645.678000000'],
  [`TO_TIMESTAMP(1700000000)`, '1700000000.000000000'],
  [`TO_TIMESTAMP(1700000000123, 3)`, '1700000000.123000000'],
  [`TO_TIMESTAMP_NTZ('2024-01-02 03:04:05 +05:00')`, '1704164645.000000000'],
  [`TO_TIMESTAMP_LTZ('2024-01-01 00:00:00 +05:30')`, '1704047400.000000000'],
  [`TO_TIMESTAMP('2024/01/02 10', 'YYYY/MM/DD HH24')`, '1704189600.000000000'],
  [`TO_TIME('10:11:12')`, '36672.000000000'],
  [`TRY_TO_DATE('nope')`, null],
  [`TRY_TO_DATE('2024-02-30')`, null],
  [`TRY_TO_TIMESTAMP('x')`, null],
  [`TRY_TO_TIME('25:00')`, null],
  [`TRY_TO_NUMBER('a')`, null],
  [`TRY_TO_NUMBER('12.5')`, '13'],
  [`TRY_TO_DOUBLE('1e2')`, '100'],
  [`TRY_TO_BOOLEAN('maybe')`, null],
  [`TRY_TO_DECIMAL('1.25', 10, 1)`, '1.3'],
  [`TO_NUMERIC('7')`, '7'],
  [`TRY_TO_NUMERIC('x')`, null],
  [`TO_DOUBLE('3.14')`, '3.14'],
  [`TRY_TO_BINARY('xyz')`, null],
  [`TRY_TO_TIMESTAMP_NTZ('x')`, null],
  [`TRY_TO_TIMESTAMP_LTZ('x')`, null],
  [`TO_TIMESTAMP_TZ('2024-01-01 00:00:00 +00:00')`, '1704067200.000000000 1440'],
  [`TRY_TO_TIMESTAMP_TZ('x')`, null],
  [`TRY_CAST('12' AS INT)`, '12'],
  [`TRY_CAST('x' AS DATE)`, null],
  [`TO_CHAR(DATE '2024-01-02', 'DD-MON-YYYY')`, '02-Jan-2024'],
  [`TO_CHAR('2024-01-02 13:04:05'::TIMESTAMP, 'YYYY/MM/DD HH12:MI AM')`, '2024/01/02 01:04 PM'],
  [`TO_VARCHAR(12.30)`, '12.30'],
  [`TO_CHAR(1.0::FLOAT)`, '1'],
  [`TO_CHAR(62.6::FLOAT)`, '62.6'],
  [`TO_CHAR(TRUE)`, 'true'],
  [`TO_CHAR('10:11:12'::TIME)`, '10:11:12'],
  [`'2024-01-02 03:04:05'::TIMESTAMP::VARCHAR`, '2024-01-02 03:04:05.000'],
  [`DATE '2024-01-01'::VARCHAR`, '2024-01-01'],
  [`'nan'::FLOAT::VARCHAR`, 'NaN'],
  [`TO_CHAR(12345.678, '999,999.99')`, '  12,345.68'],
  [`TO_CHAR(-5, '999')`, '  -5'],
  [`TO_CHAR(5, 'FM000')`, '005'],
  [`TO_CHAR(1234, '$9,999.00')`, ' $1,234.00'],
  [`TO_CHAR(123456, '999')`, '####'],
  [`TO_NUMBER('12.5')`, '13'],
  [`TO_NUMBER('12.5', 10, 2)`, '12.50'],
  [`TO_DECIMAL('-3.7', 10, 1)`, '-3.7'],
  [`'2.5'::NUMBER`, '3'],
  [`2.5::INT`, '3'],
  [`-2.5::INT`, '-3'],
  [`62.6::FLOAT::NUMBER`, '63'],
  [`55.4::FLOAT::NUMBER`, '55'],
  [`'1.5'::FLOAT`, '1.5'],
  [`'inf'::FLOAT`, 'Infinity'],
  [`'-inf'::FLOAT`, '-Infinity'],
  [`'NaN'::FLOAT`, 'NaN'],
  [`'abc'::VARCHAR(2)`, 'ab'],
  [`1::BOOLEAN`, '1'],
  [`'yes'::BOOLEAN`, '1'],
  [`TO_BOOLEAN('off')`, '0'],
  [`TRUE::INT`, '1'],
  [`TO_BINARY('48656c')`, '48656C'],
  [`TO_BINARY('Hi', 'UTF-8')`, '4869'],
  [`TO_CHAR(TO_BINARY('Hi', 'UTF-8'), 'UTF-8')`, 'Hi'],
  [`X'AB'`, 'AB'],
])('SELECT %s gives %s', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression}`)).toEqual([[expected]])
})

test.each([
  [`'abc'::NUMBER`, '100038', "Numeric value 'abc' is not recognized"],
  [`'12345'::NUMBER(3,0)`, '100039', "Numeric value '12345' is out of range"],
  [`12345::NUMBER(3,0)`, '100039', "Numeric value '12345' is out of range"],
  [`'maybe'::BOOLEAN`, '100037', "Boolean value 'maybe' is not recognized"],
  [`TO_DATE('nope')`, '100040', "Date 'nope' is not recognized"],
  [`TO_TIMESTAMP('2024-13-01')`, '100035', "Timestamp '2024-13-01' is not recognized"],
  [
    `TO_DATE('2024-01-02', 'DD/MM/YYYY')`,
    '100096',
    "Can't parse '2024-01-02' as date with format 'DD/MM/YYYY'",
  ],
  [
    `DATE '2024-01-01'::NUMBER`,
    '001044',
    "SQL compilation error:\nInvalid argument types for function 'CAST': (DATE, NUMBER(38,0))",
  ],
])('SELECT %s fails with %s', async (expression, code, message) => {
  await expect(account.rows(`SELECT ${expression}`)).rejects.toMatchObject({ code, message })
})

test('a format that DuckDB has no like of is refused by name', async () => {
  await expect(account.rows(`SELECT TO_CHAR(1, 'XX')`)).rejects.toMatchObject({
    code: '000002',
    message: "Unsupported feature 'number format 'XX''.",
  })
})
