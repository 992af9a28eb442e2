import { describe, expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'
import { RawJson } from './raw-json.ts'

describe('parseJson()', () => {
  test.each<[string, unknown]>([
    ['{"a":[1,2.5,"x",null,true]}', { a: [1, 2.5, 'x', null, true] }],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-12345678901234567890123456789012345678', -12345678901234567890123456789012345678n],
    [
      '[ 12345678901234567890 ,1e22, 0.1234567890123456789]',
      [12345678901234567890n, 1e22, 0.12345678901234568],
    ],
    [
      '{"text":"12345678901234567890","n":12345678901234567890}',
      { text: '12345678901234567890', n: 12345678901234567890n },
    ],
    ['{"12345678901234567890":1}', { '12345678901234567890': 1 }],
    [
      String.raw`["a\\",12345678901234567890,"b\"12345678901234567890"]`,
      ['a\\', 12345678901234567890n, 'b"12345678901234567890'],
    ],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  test.each<[string, unknown]>([
    ['1234567890.1234567890', raw('1234567890.1234567890')],
    [
      '{"x":[-0.1000000000000000055511151231257827]}',
      { x: [raw('-0.1000000000000000055511151231257827')] },
    ],
    ['1.50000000000000000000', 1.5],
    ['62.599999999999994', 62.599999999999994],
    ['1e400', raw('1e400')],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', Number.MIN_VALUE],
    ['1e-400', raw('1e-400')],
    ['-0.00000000000000000000', -0],
    ['12345678901234567890', 12345678901234567890n],
    ['["1234567890.1234567890"]', ['1234567890.1234567890']],
  ])('reads %s exactly', (text, value) => {
    expect(parseJson(text, { exact: true })).toEqual(value)
  })

  test('keeps a member called __proto__ a member', () => {
    const value = parseJson('{"__proto__":12345678901234567890}') as object
    expect(Object.entries(value)).toEqual([['__proto__', 12345678901234567890n]])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  test('leaves millions of digits to JSON.parse, or to their text', () => {
    const digits = `1${'0'.repeat(3_000_000)}1`
    expect(parseJson(`[${digits}]`)).toEqual([Infinity])
    expect(parseJson(`[${digits},0.${digits}]`, { exact: true })).toEqual([
      raw(digits),
      raw(`0.${digits}`),
    ])
  })

  test('reads the words it is given, outside of strings', () => {
    const words = { undefined: null, NaN: Number.NaN, '-Infinity': -Infinity }
    expect(parseJson('["undefined NaN",undefined,NaN,-Infinity,true]', { words })).toEqual([
      'undefined NaN',
      null,
      Number.NaN,
      -Infinity,
      true,
    ])
  })

  test('reads a string of many millions of characters beside a big number', () => {
    const long = 'x\n'.repeat(5_000_000)
    expect(parseJson(`[12345678901234567890,${JSON.stringify(long)}]`)).toEqual([
      12345678901234567890n,
      long,
    ])
  })

  test.each([
    '',
    '[1',
    '{"a":12345678901234567890',
    '"12345678901234567890',
    '[12345678901234567890.]',
    '01234567890123456789',
    '--12345678901234567890',
    '{12345678901234567890:1}',
    '[{"a":{12345678901234567890:1}}]',
  ])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError)
  })
})

function raw(text: string): RawJson {
  return new RawJson(text)
}
