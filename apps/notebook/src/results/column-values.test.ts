import { describe, expect, test } from 'vitest'
import { parseNumber, parseTime, printNumber, printTime } from './column-values.ts'

describe('parseNumber()', () => {
  test.each([
    ['1.5', 1, 15n, true],
    ['1.5', 0, 1n, false],
    ['-1.5', 0, -2n, false],
    ['-0.5', 0, -1n, false],
    ['+.5', 2, 50n, true],
    ['5.', 0, 5n, true],
    ['1e3', 0, 1000n, true],
    ['-25E-1', 1, -25n, true],
  ])('reads %s with scale %i', (text, scale, units, isExact) => {
    expect(parseNumber(text, scale)).toEqual({ units, isExact })
  })

  test.each(['', '-', '.', '1,5', '0x10', '1e', 'NaN', '1e9999'])('refuses "%s"', (text) => {
    expect(parseNumber(text, 0)).toBeUndefined()
  })
})

test.each([
  [5n, 0, '5'],
  [-5n, 2, '-0.05'],
  [1234n, 2, '12.34'],
  [0n, 1, '0.0'],
])('printNumber() prints %i with scale %i as %s', (units, scale, text) => {
  expect(printNumber(units, scale)).toBe(text)
})

describe('parseTime() and printTime()', () => {
  test.each([
    ['0001-01-01', 'DATE', '0001-01-01'],
    ['9999-12-31', 'DATE', '9999-12-31'],
    ['07:08', 'TIME', '07:08:00'],
    ['23:59:59.999999999', 'TIME', '23:59:59.999999999'],
    ['0001-01-01 00:00:00.000000001', 'TIMESTAMP_NTZ', '0001-01-01 00:00:00.000000001'],
    ['2024-02-29', 'TIMESTAMP_NTZ', '2024-02-29 00:00:00'],
    ['2024-02-29T10:00:00 +02:00', 'TIMESTAMP_NTZ', '2024-02-29 10:00:00'],
    ['2024-02-29T10:00:00.5+0230', 'TIMESTAMP_TZ', '2024-02-29 07:30:00.5 +0000'],
    ['1969-12-31 23:00 -0100', 'TIMESTAMP_LTZ', '1970-01-01 00:00:00 +0000'],
  ] as const)('read %s as %s and print %s', (text, kind, printed) => {
    expect(printTime(parseTime(text, kind) ?? 0n, kind, ' ')).toBe(printed)
  })

  test.each([
    ['2024-02-30', 'DATE'],
    ['2024-13-01', 'DATE'],
    ['2024-01-01 10:00', 'DATE'],
    ['10:00', 'DATE'],
    ['2024-01-01', 'TIME'],
    ['24:00', 'TIME'],
    ['', 'TIME'],
    ['', 'TIMESTAMP_NTZ'],
    ['tomorrow', 'TIMESTAMP_NTZ'],
    ['2024-01-01 10:61', 'TIMESTAMP_NTZ'],
  ] as const)('refuse "%s" as %s', (text, kind) => {
    expect(parseTime(text, kind)).toBeUndefined()
  })
})
