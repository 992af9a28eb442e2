import { describe, expect, test } from 'vitest'
import { printLiteral } from './literal.ts'

const withNanoseconds = Object.assign(new Date('2024-01-02T03:04:05.678Z'), {
  getNanoSeconds: () => 678_000_009,
})

describe('printLiteral()', () => {
  test.each([
    [null, 'NULL', []],
    [true, '?', [true]],
    ['it’s "?"', '?', ['it’s "?"']],
    [12, '?', [12]],
    [Number.MAX_SAFE_INTEGER, '?', [Number.MAX_SAFE_INTEGER]],
    [2 ** 60, '?::FLOAT', ['1152921504606847000']],
    [1.5, '?::FLOAT', [1.5]],
    [1e-7, '?::FLOAT', [1e-7]],
    [-0, '?::FLOAT', ['-0']],
    [Number.NaN, '?::FLOAT', ['NaN']],
    [Number.POSITIVE_INFINITY, '?::FLOAT', ['inf']],
    [Number.NEGATIVE_INFINITY, '?::FLOAT', ['-inf']],
    [12345678901234567890n, '?::NUMBER(38,0)', ['12345678901234567890']],
    [new Date('2024-01-02T03:04:05.678Z'), '?::TIMESTAMP_NTZ', ['2024-01-02 03:04:05.678']],
    [withNanoseconds, '?::TIMESTAMP_NTZ', ['2024-01-02 03:04:05.678000009']],
    [new Uint8Array([1, 255]), `TO_BINARY(?, 'HEX')`, ['01FF']],
    [[1, { a: 2n ** 70n }], 'PARSE_JSON(?)::ARRAY', ['[1,{"a":1180591620717411303424}]']],
    [{ a: null }, 'PARSE_JSON(?)::OBJECT', ['{"a":null}']],
  ])('prints %o', (value, sql, binds) => {
    expect(printLiteral(value)).toEqual({ sql, binds })
  })

  test.each([
    [undefined, 'Cannot use undefined as a literal: it is no value'],
    [Symbol('s'), 'Cannot use symbol as a literal: it is no value'],
    [() => 1, 'Cannot use function as a literal: it is no value'],
    [10n ** 38n, /at most 38 digits$/],
    [
      new Date(Number.NaN),
      'Cannot use Date Invalid Date as a literal: Snowflake has the years 0 to 9999',
    ],
    [new Date(8.64e15), /the years 0 to 9999$/],
    [new Map(), 'Cannot use Map as a literal: it is no plain object'],
  ])('refuses %o', (value, message) => {
    expect(() => printLiteral(value)).toThrow(message)
    expect(() => printLiteral(value)).toThrow(
      expect.objectContaining({ code: 'LITERAL_UNSUPPORTED' }) as Error,
    )
  })
})
