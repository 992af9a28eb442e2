import { printValue, type ResultColumn, type Value } from '@spcs/sql'
import { expect, test } from 'vitest'
import { parseVariant } from '@spcs/session'
import { readText as readTextBy } from './read-text.ts'

const readText = (text: string | null, type: ResultColumn['type']): Value =>
  readTextBy(text, type, parseVariant)

test.each([
  ['NUMBER', [0, -1, 1.5, 12345678901234567890n, '12345678901234567890.123456789']],
  ['FLOAT', [59, 0.1, Number.NaN, Number.NEGATIVE_INFINITY, 1e-7]],
  ['BOOLEAN', [true, false]],
  ['VARCHAR', ['', '12', 'null']],
  ['VARIANT', [{ a: [1, null] }, [], 'text', '9007199254740993', 9007199254740993n]],
  ['OBJECT', [{ id: 9007199254740993n, of: [-12345678901234567890n] }]],
  ['BINARY', [Buffer.from([0, 255])]],
  ['TIMESTAMP_NTZ', [new Date('2024-01-31T12:30:00.123Z')]],
] as const)('readText() gives a %s back', (type, values) => {
  for (const value of [...values, null]) {
    expect(readText(printValue(value, type), type)).toEqual(value)
  }
})

test('readText() gives a NUMBER of any scale back', () => {
  expect(readText('12.30', 'NUMBER')).toBe(12.3)
  expect(readText('9007199254740993.00', 'NUMBER')).toBe(9007199254740993n)
})

test.each([
  ['2024-01-31', '2024-01-31T00:00:00.000Z'],
  ['2024-01-31 12:00:00.000', '2024-01-31T12:00:00.000Z'],
  ['2024-01-31 12:00:00.123456789 +0100', '2024-01-31T11:00:00.123Z'],
])('readText() reads the time %s', (text, iso) => {
  expect(readText(text, 'TIMESTAMP_TZ')).toEqual(new Date(iso))
})

test('readText() leaves a time of another format text', () => {
  expect(readText('31/Jan/2024', 'DATE')).toBe('31/Jan/2024')
})
