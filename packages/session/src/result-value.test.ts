import { describe, expect, test } from 'vitest'
import { columnKind, readNumber, readValue } from './result-value.ts'

describe('readNumber()', () => {
  test.each<[string, number | bigint | string]>([
    ['0', 0],
    ['-42', -42],
    ['12.30', 12.3],
    ['123456789012345', 123456789012345],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740993.000', 9007199254740993n],
    ['99999999999999999999999999999999999999', 99999999999999999999999999999999999999n],
    ['0.000000000000000001', 1e-18],
    ['-0.1234567890123456', '-0.1234567890123456'],
    ['1234567890123.45', 1234567890123.45],
    ['12345678901234.56', '12345678901234.56'],
    ['123456.7800000000000', 123456.78],
    ['100000000000000.00', 100000000000000],
  ])('%s → %s', (text, value) => {
    expect(readNumber(text)).toBe(value)
  })
})

describe('readValue()', () => {
  test('tells SQL NULL from the text NULL', () => {
    expect(readValue('NUMBER', 'NULL')).toBeNull()
    expect(readValue('VARCHAR', 'NULL')).toBe('NULL')
    expect(readValue('VARIANT', '"NULL"')).toBe('NULL')
  })

  test.each([
    ['1.5', 1.5],
    ['inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
  ])('reads FLOAT %s', (text, value) => {
    expect(readValue('FLOAT', text)).toBe(value)
  })

  test('leaves what the driver has made already', () => {
    const date = new Date(0)
    expect(readValue('DATE', date)).toBe(date)
    expect(readValue('BOOLEAN', false)).toBe(false)
  })
})

describe('columnKind()', () => {
  test('takes a type that is new to it as text', () => {
    expect(columnKind('fixed')).toBe('NUMBER')
    expect(columnKind('vector')).toBe('VARCHAR')
  })
})
