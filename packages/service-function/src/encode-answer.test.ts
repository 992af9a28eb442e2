import { RawJson } from '@spcs/sql'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeAnswer } from './encode-answer.ts'
import type { WireValue } from './value-codec.ts'

type Result = WireValue | null

/** The answer to rows from 0 on, in bytes. */
function encode(results: readonly Result[]): Buffer {
  return Buffer.from(encodeAnswer([...results.keys()], results))
}

/** The results that a caller reads. */
function read(results: readonly Result[]): unknown[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(encode(results))
  const { data } = JSON.parse(text) as { data: [number, unknown][] }
  expect(data.map(([row]) => row)).toEqual(results.map((_, row) => row))
  return data.map(([, value]) => value)
}

/** What has to come back: UTF-8 has no lone surrogates, but JSON has escapes for them. */
const expected = (result: Result): unknown =>
  result instanceof RawJson ? (JSON.parse(result.text) as unknown) : result

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const decimals = fc.tuple(fc.integer(), fc.nat(6)).map(([digits, scale]) => digits / 10 ** scale)
const near = fc
  .tuple(
    fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53, 1e9, 1e21, 0.001),
    fc.integer({ min: -3, max: 3 }),
  )
  .map(([border, step]) => border + step / 8)
const numbers = fc.oneof(
  finite,
  fc.integer(),
  decimals,
  near,
  near.map((value) => -value),
)
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('\ud800', '\udc00', '"', '\\', '\0', '\u007f', 'é', '😀', '\u2028'),
  }),
)
const results = fc.oneof(
  numbers,
  text,
  fc.boolean(),
  fc.constant(null),
  fc.json().map((json) => new RawJson(json)),
)

describe('encodeAnswer()', () => {
  test('prints what JSON.parse reads back as the same doubles', () => {
    fc.assert(
      fc.property(fc.array(numbers), (values) => {
        expect(read(values)).toStrictEqual(values)
      }),
      { numRuns: 200 },
    )
  })

  test('prints numbers as JSON.stringify does, and -0 with its sign', () => {
    fc.assert(
      fc.property(numbers, (value) => {
        const printed = Object.is(value, -0) ? '-0' : JSON.stringify(value)
        expect(encode([value]).toString()).toBe(`{"data":[[0,${printed}]]}`)
      }),
      { numRuns: 500 },
    )
  })

  test('prints results of all kinds so that they are read back the same', () => {
    fc.assert(
      fc.property(fc.array(results), (values) => {
        expect(read(values)).toStrictEqual(values.map(expected))
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    0,
    -0,
    5e-324,
    -5e-324,
    1e21,
    1e-7,
    123456789e-3,
    0.1 + 0.2,
    1.005,
    2 ** 31,
    2 ** 31 - 1,
    -(2 ** 31),
    -(2 ** 31) - 1,
    2 ** 53,
    Number.MAX_VALUE,
    1e9,
    999_999_999.999,
    -0.001,
    0.0005,
  ])('prints %d', (value) => {
    expect(read([value, value])).toStrictEqual([value, value])
  })

  // The bytes are first written into 64 KiB, and short answers of one byte a character are text up to 16 KiB.
  test.each([16 * 1024, 64 * 1024, 128 * 1024])('prints text that ends near byte %d', (border) => {
    for (const unit of ['x', 'é', '€', '😀', '\ud800', '"']) {
      for (let short = 0; short < 160; short += 13) {
        const long = 'x'.repeat(border - short - 20)
        const values = [long, unit.repeat(3), 1.5, unit.repeat(60)]
        expect(read(values)).toStrictEqual(values)
      }
    }
  })

  test('prints rows without end, and short ones right after them', () => {
    const long = Array.from({ length: 20_000 }, (_, row) => (row % 3 === 0 ? `é${row}` : row / 7))
    expect(read(long)).toStrictEqual(long)
    expect(encode([1, 'a']).toString()).toBe('{"data":[[0,1],[1,"a"]]}')
  })

  test('gives rows back under their own numbers', () => {
    const answer = encodeAnswer([7, -3, Number.MAX_SAFE_INTEGER], [1, null, true])
    expect(String(answer)).toBe('{"data":[[7,1],[-3,null],[9007199254740991,true]]}')
  })
})
