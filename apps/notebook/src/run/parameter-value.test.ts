import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import type { Node } from '../kernel/child/syntax-tree.ts'
import { declaredTypes, type ParameterType, readValue } from './parameter-value.ts'

describe('declaredTypes()', () => {
  test('reads an annotation, else the default', () => {
    const source = `
      let a: string; const b: number = f(), c: boolean = true, d: bigint = 1n
      export var e = 'x', g = \`y\`, h = -1, i = false, j = 5n
      let k: string | null = null, l = [1], m = f(), n, { o } = { o: 1 }, p: 'a' | 'b' = 'a', q: Date`
    const { program } = parseSync('a.ts', source, { sourceType: 'module' })
    expect(Object.fromEntries(declaredTypes(program as unknown as Node))).toEqual({
      a: 'string',
      b: 'number',
      c: 'boolean',
      d: 'bigint',
      e: 'string',
      g: 'string',
      h: 'number',
      i: 'boolean',
      j: 'bigint',
    })
  })
})

describe('readValue()', () => {
  test.each([
    ['10', 10],
    ['-1.5e3', -1500],
    ['true', true],
    ['False', false],
    ['null', null],
    ['None', null],
    ['[1,"a"]', [1, 'a']],
    ['{"a": null}', { a: null }],
    ['"10"', '10'],
    ['EMEA', 'EMEA'],
    ['', ''],
    ['01234', '01234'],
    ['[1', '[1'],
    ['12345678901234567890', '12345678901234567890'],
    ['1e999', '1e999'],
  ])('takes %s for what it looks like', (text, value) => {
    expect(readValue({ text, isText: false }, undefined)).toEqual(value)
  })

  test.each<[ParameterType, string, unknown]>([
    ['string', '94103', '94103'],
    ['string', 'true', 'true'],
    ['string', '"5"', '5'],
    ['number', '5', 5],
    ['number', 'five', undefined],
    ['number', '', undefined],
    ['boolean', 'True', true],
    ['boolean', '1', undefined],
    ['bigint', '12345678901234567890', 12345678901234567890n],
    ['bigint', '5n', 5n],
    ['bigint', '1.5', undefined],
  ])('as a %s, %s is %s', (type, text, value) => {
    expect(readValue({ text, isText: false }, type)).toBe(value)
  })

  test('text stays text, and is no number', () => {
    expect(readValue({ text: '5', isText: true }, undefined)).toBe('5')
    expect(readValue({ text: '"5"', isText: true }, 'string')).toBe('"5"')
    expect(readValue({ text: '5', isText: true }, 'number')).toBeUndefined()
  })
})
