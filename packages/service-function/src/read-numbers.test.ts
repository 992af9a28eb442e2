import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maybeReadNumbers } from './read-numbers.ts'

/** What JSON.parse makes of a body; undefined where it is no JSON, or none with rows. */
function parse(text: string): unknown {
  try {
    const json = JSON.parse(text) as { data?: unknown } | null
    return json?.data
  } catch {
    return undefined
  }
}

/** The rows of a body, as wide as the first one that JSON.parse finds; undefined where they are left to it. */
function read(text: string | Buffer): unknown[][] | undefined {
  const rows = parse(text.toString())
  const first: unknown = Array.isArray(rows) ? rows[0] : undefined
  const width = Array.isArray(first) ? Math.max(0, first.length - 1) : 1
  const batch = maybeReadNumbers(Buffer.from(text), width)
  return batch?.rowNumbers.map((rowNumber, row) => [
    rowNumber,
    ...batch.columns.map((column) => column[row]),
  ])
}

const space = fc.stringMatching(/^[ \t\n\r]{0,2}$/)

/** Numbers as text: such as are read, those at the border, and what only looks like one. */
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.stringMatching(/^-?\d{1,17}$/),
  fc.stringMatching(/^-?\d{1,8}\.\d{1,9}$/),
  fc.stringMatching(/^-?0\.0{0,14}\d$/),
  fc.stringMatching(/^[-+.eE\d]{1,6}$/),
  fc.constantFrom(
    'null',
    '-0',
    '-0.0',
    '0.1',
    '999999999999999',
    '9007199254740993',
    'nul',
    '-null',
  ),
)

const bodies = fc
  .tuple(fc.array(fc.array(number, { maxLength: 4 }), { maxLength: 4 }), fc.infiniteStream(space))
  .map(([rows, spaces]) => {
    const s = (): string => spaces.next().value as string
    const list = (items: readonly string[]): string =>
      `[${s()}${items.map((item) => `${s()}${item}${s()}`).join(',')}${s()}]`
    return `${s()}{${s()}"data"${s()}:${s()}${list(rows.map(list))}${s()}}${s()}`
  })

/** A body in which something was replaced, doubled or left out. */
const broken = fc
  .tuple(
    bodies,
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', ',', '[', ']', '}', '0', '-', '"', ' ', '\u00a0', 'x'),
  )
  .map(([body, at, gone, put]) => {
    const start = at % (body.length + 1)
    return body.slice(0, start) + put + body.slice(start + gone)
  })

describe('maybeReadNumbers()', () => {
  test('gives what JSON.parse gives, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(bodies, broken), (text) => {
        const parsed = parse(text)
        expect(read(text) ?? parsed).toStrictEqual(parsed) // compared as Object.is does: 0 is not -0
      }),
      { numRuns: 300 },
    )
  })

  test('reads all rows of short numbers and nulls', () => {
    const short = fc.oneof(
      fc.integer().map(String),
      fc.stringMatching(/^-?(0|[1-9]\d{0,6})\.\d{1,6}$/),
      fc.constant('null'),
    )
    const tables = fc
      .nat(4)
      .chain((width) =>
        fc.array(
          fc
            .tuple(fc.nat(999_999_999), fc.array(short, { minLength: width, maxLength: width }))
            .map(([rowNumber, values]) => [String(rowNumber), ...values]),
        ),
      )
    fc.assert(
      fc.property(tables, (rows) => {
        const body = `{"data":[${rows.map((row) => `[${row.join(',')}]`).join(',')}]}`
        expect(read(body)).toStrictEqual(parse(body))
      }),
      { numRuns: 100 },
    )
  })

  test('gives nothing for bytes that are no text, and never more than JSON.parse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(30), (bytes, at) => {
        const body = Buffer.from('{"data":[[0,1.5],[1,null]]}')
        body.set(
          bytes.subarray(0, body.length - Math.min(at, body.length)),
          Math.min(at, body.length),
        )
        const parsed = parse(body.toString())
        expect(read(body) ?? parsed).toStrictEqual(parsed)
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['{"data":[]}', []],
    ['{"data":[[0]]}', [[0]]],
    [
      '{"data":[[0,-0],[1,null]]}',
      [
        [0, -0],
        [1, null],
      ],
    ],
    ['{"data":[[0,12.345,-7,0.001]]}', [[0, 12.345, -7, 0.001]]],
    ['{"data":[[0,99999999999.999]]}', [[0, 99999999999.999]]],
    [
      ' {\n"data":[\n[0,1]\n,[1,2]\n]\n}\n',
      [
        [0, 1],
        [1, 2],
      ],
    ],
  ])('reads %j', (text, rows) => {
    expect(read(text)).toStrictEqual(rows)
  })

  test.each([
    ['a long number', '{"data":[[0,1234567890123456]]}'],
    ['a row number with a sign', '{"data":[[-1,1]]}'],
    ['a row number with a point', '{"data":[[1.0,1]]}'],
    ['a row number of ten digits', '{"data":[[1000000000,1]]}'],
    ['rows of different lengths', '{"data":[[0,1],[1]]}'],
    ['an exponent', '{"data":[[0,1e3]]}'],
    ['text', '{"data":[[0,"1"]]}'],
    ['a member more', '{"data":[[0,1]],"more":1}'],
    ['the same member twice', '{"data":[[0,1]],"data":[]}'],
    ['a mark at its head', '\ufeff{"data":[[0,1]]}'],
  ])('leaves a body with %s to JSON.parse', (_what, text) => {
    expect(read(text)).toBeUndefined()
  })
})
