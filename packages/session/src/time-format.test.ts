import { describe, expect, test } from 'vitest'
import { timePrinter } from './time-format.ts'

const time = {
  seconds: Date.UTC(2024, 0, 31, 23, 5, 9) / 1000,
  nanoseconds: 120_000_000,
  offsetMinutes: 0,
}

describe('timePrinter()', () => {
  test.each([
    ['YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM', '2024-01-31 23:05:09.120 +0000'],
    ['YYYY-MM-DDTHH24:MI:SS.FF1TZH:TZM', '2024-01-31T23:05:09.12+00:00'],
    ['yyyy-mm-dd"', undefined],
    ['DD.MM.YYYY um HH24', undefined],
    ['YYYYMMDD HH24MISS', '20240131 230509.12'],
    ['HH24:MI', '23:05'],
    ['SS.FF', '09.120000'],
    ['SS.FF9', '09.120000000'],
    ['DD-MON-YYYY', undefined],
    ['HH12:MI AM', undefined],
    ['MM/DD/YY', undefined],
    ['', ''],
  ])('prints %j', (format, text) => {
    expect(timePrinter(format, 6)?.(time)).toBe(text)
  })

  test('prints all digits, and the local time of an offset', () => {
    const print = timePrinter('YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM', 9)
    const exact = { ...time, nanoseconds: 1, offsetMinutes: -330 }
    expect(print?.(exact)).toBe('2024-01-31 17:35:09.000000001 -0530')
  })
})
