import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { MOST_NUMBER_BYTES, writeNumber } from './write-number.ts'

const START = 3
const out = Buffer.alloc(START + MOST_NUMBER_BYTES + 1)

function write(value: number): string {
  return out.toString('latin1', START, writeNumber(out, START, value))
}

const printed = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

const bits = new BigInt64Array(1)
const double = new Float64Array(bits.buffer)

function fromBits(high: number, low: number): number {
  bits[0] = (BigInt(high) << 32n) | BigInt(low)
  return double[0] as number
}

/** The double so many steps away from this one. */
function neighbour(value: number, steps: number): number {
  double[0] = value
  bits[0] = (bits[0] as bigint) + BigInt(steps)
  return double[0]
}

const powersOfTen = Array.from({ length: 30 }, (_, index) => Number(`1e${index - 8}`))
const powersOfTwo = Array.from({ length: 80 }, (_, index) => 2 ** (index - 20))

describe('writeNumber()', () => {
  test.each([
    [0, '0'],
    [-0, '-0'],
    [5e-324, '5e-324'],
    [2.225073858507201e-308, '2.225073858507201e-308'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
    [2 ** 53 - 1, '9007199254740991'],
    [2 ** 53, '9007199254740992'],
    [2 ** 53 + 2, '9007199254740994'],
    [9_000_000_000_000_000, '9000000000000000'],
    [4_194_303_999_999_999, '4194303999999999'],
    [1e9, '1000000000'],
    [1_764_191_605_123, '1764191605123'],
    [-1_000_000_000_001, '-1000000000001'],
    [1e21, '1e+21'],
    [123456789012345680000, '123456789012345680000'],
    [2 ** 31, '2147483648'],
    [-(2 ** 31), '-2147483648'],
    [2147483647.5, '2147483647.5'],
    [2147483.647, '2147483.647'],
    [2147483.648, '2147483.648'],
    [4294967.296, '4294967.296'],
    [0.1 + 0.2, '0.30000000000000004'],
    [38.660000000000004, '38.660000000000004'],
    [-38.660000000000004, '-38.660000000000004'],
    [9.995, '9.995'],
    [1.005, '1.005'],
    [1.0005, '1.0005'],
    [0.001, '0.001'],
    [0.0009999999999999998, '0.0009999999999999998'],
    [0.0010000000000000002, '0.0010000000000000002'],
    [0.09999999999999999, '0.09999999999999999'],
    [0.9999999999999999, '0.9999999999999999'],
    [1.0000000000000002, '1.0000000000000002'],
    [9.999999999999998, '9.999999999999998'],
    [999999999.9999999, '999999999.9999999'],
    [1999.9999999999998, '1999.9999999999998'],
    [1.2345, '1.2345'],
    [1.23456789, '1.23456789'],
    [19.9999, '19.9999'],
    [19999.9999, '19999.9999'],
    [123456789.12345678, '123456789.12345678'],
    [100000000.00000001, '100000000.00000001'],
    [0.0012345, '0.0012345'],
    [1e-7, '1e-7'],
  ])('writes %d', (value, text) => {
    expect(write(value)).toBe(text)
  })

  // A decimal of 15 or 16 digits is all but half a step away: less than the last bit of a product that is rounded.
  test.each([
    [0.0011196537955481679, '0.0011196537955481679'],
    [0.0053482897737973404, '0.0053482897737973404'],
    [0.0156202536884633, '0.0156202536884633'],
    [0.04294806187451276, '0.04294806187451276'],
    [0.1062281381762245, '0.1062281381762245'],
    [0.3124822618180014, '0.3124822618180014'],
    [15.2491984782826, '15.2491984782826'],
  ])('writes %d, and no neighbour of it', (value, text) => {
    expect(write(value)).toBe(text)
  })

  test.each([
    ['ten', powersOfTen],
    ['two', powersOfTwo],
  ])('writes the doubles around powers of %s', (_, powers) => {
    for (const power of powers) {
      for (let steps = -50; steps <= 50; steps += 1) {
        const value = neighbour(power, steps)
        expect([write(value), write(-value)]).toStrictEqual([printed(value), printed(-value)])
      }
    }
  })

  const random = randomNumbers()
  const below = (limit: number) => Math.floor(random() * limit)
  const decimal = () => below(10 ** (1 + below(9))) / 10 ** below(12)
  test.each<[string, () => number]>([
    ['of any bits', () => fromBits(below(2 ** 32), below(2 ** 32))],
    [
      'of medium size',
      () => fromBits(2 ** 20 * (1012 + below(44)) + below(2 ** 20), below(2 ** 32)),
    ],
    ['in Fahrenheit', () => (decimal() * 9) / 5 + 32],
    ['that are products', () => decimal() * decimal()],
    ['next to short decimals', () => neighbour(decimal(), below(5) - 2)],
    ['of 16 to 17 digits', () => (random() * 2 ** 53) / 10 ** (6 + below(14))],
    ['that are fractions of powers of two', () => below(2 ** (1 + below(32))) / 2 ** below(50)],
    ['that are whole', () => below(2 ** (1 + below(60)))],
  ])('writes random numbers %s as String() does', (_, next) => {
    const wrong: [string, string][] = []
    for (let count = 0; count < 30_000; count += 1) {
      const value = count % 4 === 0 ? -next() : next()
      if (Number.isFinite(value) && write(value) !== printed(value)) {
        wrong.push([write(value), printed(value)])
      }
    }
    expect(wrong.slice(0, 10)).toStrictEqual([])
  })

  test('keeps to its room', () => {
    for (const value of [-1.234567890123457e-300, -0.0012345678901234567, -123456789.12345678]) {
      out.fill(1)
      write(value)
      expect([...out.subarray(0, START), out.at(-1)]).toStrictEqual([1, 1, 1, 1])
    }
  })
})

/** Numbers from 0 to 1, the same in each run: a cipher's bytes. */
function randomNumbers(): () => number {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16))
  const zeros = Buffer.alloc(2 ** 16)
  let bytes = cipher.update(zeros)
  let at = 0
  return () => {
    if (at === bytes.length) {
      bytes = cipher.update(zeros)
      at = 0
    }
    at += 8
    return (bytes.readUInt32LE(at - 8) * 2 ** 21 + (bytes.readUInt32LE(at - 4) >>> 11)) / 2 ** 53
  }
}
