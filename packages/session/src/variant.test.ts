import { describe, expect, test } from 'vitest'
import { parseVariant, printVariant } from './variant.ts'

describe('parseVariant()', () => {
  test.each<[string, unknown]>([
    ['{"a":[1,2.5,"x",null,true]}', { a: [1, 2.5, 'x', null, true] }],
    ['9007199254740993', 9007199254740993n],
    ['{"id":-12345678901234567890}', { id: -12345678901234567890n }],
    ['{"text":"12345678901234567890"}', { text: '12345678901234567890' }],
    ['{"12345678901234567890":1}', { '12345678901234567890': 1 }],
    ['["#0",12345678901234567890]', ['#0', 12345678901234567890n]],
    [String.raw`["a\"undefined",undefined]`, ['a"undefined', null]],
    ['[NaN,Infinity,-Infinity]', [Number.NaN, Infinity, -Infinity]],
    [String.raw`["\u00230",12345678901234567890]`, ['#0', 12345678901234567890n]],
    ['0.5', 0.5],
    ['<a>1</a>', '<a>1</a>'],
    ['undefined', null],
    ['"text"', 'text'],
  ])('%s', (text, value) => {
    expect(parseVariant(text)).toEqual(value)
  })
})

describe('printVariant()', () => {
  test.each([
    [
      '{\n  "id": 12345678901234567890,\n  "x": 0.1000000000000000055511151231257827\n}',
      '{"id":12345678901234567890,"x":0.1000000000000000055511151231257827}',
    ],
    ['{ "a" : [ 1.50, undefined, "b  \\u00e4" ] }', '{"a":[1.50,null,"b  ä"]}'],
    ['[\n  1,\n  true\n]', '[1,true]'],
    ['1e400', '1e400'],
    ['"1e400 "', '"1e400 "'],
    ['<a>1.0</a>', '"<a>1.0</a>"'],
    ['null', 'null'],
  ])('%s → %s', (text, printed) => {
    expect(printVariant(text, 'VARIANT')).toBe(printed)
  })
})
