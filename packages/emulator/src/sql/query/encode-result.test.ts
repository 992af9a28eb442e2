import { expect, test } from 'vitest'
import { openQueryAccount } from './testing/query-account.ts'

const account = await openQueryAccount()

test.each([
  [`0::NUMBER(10,2)`, '0.00'],
  [`-0.05::NUMBER(10,2)`, '-0.05'],
  [`12345678901234567890.12::NUMBER(38,2)`, '12345678901234567890.12'],
  [`-99999999999999999999999999999999999999`, '-99999999999999999999999999999999999999'],
  [`1.5::FLOAT`, '1.5'],
  [`1e300`, '1e+300'],
  [`1::FLOAT`, '1'],
  [`'-0'::FLOAT`, '-0'],
  [`'1969-12-31'::DATE`, '-1'],
  [`'0001-01-01'::DATE`, '-719162'],
  [`'23:59:59.999999'::TIME`, '86399.999999000'],
  [`'10:00:00.5'::TIME(0)`, '36000'],
  [`'2024-01-01 00:00:00.123456'::TIMESTAMP_NTZ(0)`, '1704067200'],
  [`'2024-01-01 00:00:00.123456'::TIMESTAMP_NTZ(6)`, '1704067200.123456'],
  [`'1969-12-31 23:59:59.999999'::TIMESTAMP_NTZ`, '-0.000001000'],
  [`TO_BINARY('00ff')`, '00FF'],
  [`TO_BINARY('')`, ''],
  [`'é😀'`, 'é😀'],
  [`''`, ''],
  [`PARSE_JSON('"é"')`, '"é"'],
])('%s is %s on the wire', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression}`)).toEqual([[expected]])
})

test('every type has its NULL', async () => {
  const types =
    'NUMBER FLOAT VARCHAR BOOLEAN DATE TIME TIMESTAMP_NTZ TIMESTAMP_LTZ TIMESTAMP_TZ BINARY VARIANT OBJECT ARRAY'.split(
      ' ',
    )
  const { columns, rows } = await account.query(
    `SELECT ${types.map((type) => `NULL::${type}`).join(', ')}`,
  )
  expect(columns.map((column) => column.type)).toEqual([
    'fixed',
    'real',
    'text',
    'boolean',
    'date',
    'time',
    'timestamp_ntz',
    'timestamp_ltz',
    'timestamp_tz',
    'binary',
    'variant',
    'object',
    'array',
  ])
  expect(rows).toEqual([types.map(() => null)])
})

test('rows of many chunks come whole and in order', async () => {
  const rows = await account.rows(
    'SELECT SEQ4(), SEQ4() % 2 = 0 FROM TABLE(GENERATOR(ROWCOUNT => 10000))',
  )
  expect(rows.length).toBe(10_000)
  expect(
    rows.every(([n, even], index) => n === String(index) && even === (index % 2 === 0 ? '1' : '0')),
  ).toBe(true)
})
