import { describe, expect, test } from 'vitest'
import { parseVariant } from './variant.ts'

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
