import { describe, expect, test } from 'vitest'
import { printValue } from './print-value.ts'
import type { ResultColumn } from './result-set.ts'

/** A date as the driver gives it: its JSON is in the session's own format. */
function driverDate(text: string): Date {
  return Object.assign(new Date(0), { toJSON: () => text })
}

const circular: Record<string, unknown> = { a: 1 }
circular['self'] = circular

describe('printValue()', () => {
  test.each<[ResultColumn['type'] | undefined, unknown, string | null]>([
    ['NUMBER', null, null],
    ['NUMBER', undefined, null],
    ['NUMBER', 59, '59'],
    ['NUMBER', 12.3, '12.3'],
    ['NUMBER', 1e-7, '0.0000001'],
    ['NUMBER', -1.25e-9, '-0.00000000125'],
    ['NUMBER', 1.5e21, '1500000000000000000000'],
    ['NUMBER', 12345678901234567890n, '12345678901234567890'],
    ['NUMBER', '12345678901234567890.123456789', '12345678901234567890.123456789'],
    ['FLOAT', 59, '59.0'],
    ['FLOAT', -59, '-59.0'],
    ['FLOAT', 62.6, '62.6'],
    ['FLOAT', 0, '0.0'],
    ['FLOAT', -0, '-0.0'],
    ['FLOAT', 0.1 + 0.2, '0.30000000000000004'],
    ['FLOAT', 0.0001, '0.0001'],
    ['FLOAT', 0.00001234, '1.234e-05'],
    ['FLOAT', 1e15, '1000000000000000.0'],
    ['FLOAT', 1e16, '1e+16'],
    ['FLOAT', -1.5e21, '-1.5e+21'],
    ['FLOAT', Number.MAX_VALUE, '1.7976931348623157e+308'],
    ['FLOAT', Number.MIN_VALUE, '5e-324'],
    ['FLOAT', Number.NaN, 'NaN'],
    ['FLOAT', Number.POSITIVE_INFINITY, 'inf'],
    ['FLOAT', Number.NEGATIVE_INFINITY, '-inf'],
    ['VARCHAR', 'a "text"\nof two lines', 'a "text"\nof two lines'],
    ['BOOLEAN', true, 'true'],
    ['DATE', driverDate('2023-03-21'), '2023-03-21'],
    ['TIMESTAMP_LTZ', driverDate('2023-03-21 01:02:03.456 +0100'), '2023-03-21 01:02:03.456 +0100'],
    ['TIMESTAMP_NTZ', new Date('2023-03-21T01:02:03.456Z'), '2023-03-21T01:02:03.456Z'],
    ['TIME', '01:02:03', '01:02:03'],
    ['BINARY', new Uint8Array([0, 171, 255]), '00ABFF'],
    ['BINARY', Buffer.from('cafe', 'hex'), 'CAFE'],
    ['VARIANT', 'text', '"text"'],
    ['VARIANT', 12.5, '12.5'],
    ['VARIANT', false, 'false'],
    [
      'OBJECT',
      { id: 9007199254740993n, name: 'ä"', none: null },
      '{"id":9007199254740993,"name":"ä\\"","none":null}',
    ],
    ['ARRAY', [1, undefined, [2n ** 70n], {}], '[1,null,[1180591620717411303424],{}]'],
    ['OBJECT', { gone: undefined, kept: [] }, '{"kept":[]}'],
    ['ARRAY', [Number.NaN, Number.NEGATIVE_INFINITY], '[NaN,-Infinity]'],
    ['ARRAY', [new Date(0), new Uint8Array([1])], '["1970-01-01T00:00:00.000Z","01"]'],
    ['OBJECT', circular, '{"a":1,"self":"[Circular]"}'],
    [undefined, 59, '59'],
    [undefined, 'text', 'text'],
  ])('prints a %s: %o', (type, value, text) => {
    expect(printValue(value, type)).toBe(text)
  })

  test.each<[unknown, number, string]>([
    [12.3, 2, '12.30'],
    [12, 2, '12.00'],
    [-0.5, 3, '-0.500'],
    [1e-7, 9, '0.000000100'],
    [9007199254740993n, 3, '9007199254740993.000'],
    ['12345678901234567890.12', 2, '12345678901234567890.12'],
    [1.25, 1, '1.25'],
    [7, 0, '7'],
  ])('prints the NUMBER %o of a column of scale %i', (value, scale, text) => {
    expect(printValue(value, 'NUMBER', scale)).toBe(text)
  })

  test('knows a scale of NUMBERs alone', () => {
    expect([printValue(2n, 'VARIANT', 2), printValue(2, 'FLOAT', 2)]).toEqual(['2', '2.0'])
  })
})
