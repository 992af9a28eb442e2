import { describe, expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'
import { printJson } from './print-json.ts'
import { RawJson } from './raw-json.ts'

describe('printJson()', () => {
  test.each<[unknown, string]>([
    [12345678901234567890123456789012345678n, '12345678901234567890123456789012345678'],
    [new RawJson('1.2345678901234567890'), '1.2345678901234567890'],
    [{ a: [new RawJson('{"b":1}')] }, '{"a":[{"b":1}]}'],
    [[NaN, Infinity, -Infinity, -0, 1e21], '["NaN","inf","-inf",-0.0,1e+21]'],
    ['a"\n\u0000😀', String.raw`"a\"\n\u0000😀"`],
    [{ gone: undefined, kept: null }, '{"kept":null}'],
    [[undefined], '[null]'],
    [undefined, 'null'],
    [
      { a: [1, 'x', null, undefined, { b: true }], gone: undefined },
      '{"a":[1,"x",null,null,{"b":true}]}',
    ],
    [deep(200), `${'['.repeat(200)}1${']'.repeat(200)}`],
    [new Uint8Array([0, 171]), '"00AB"'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('prints %o', (value, text) => {
    expect(printJson(value)).toBe(text)
  })

  test('refuses an object that holds itself', () => {
    const value: unknown[] = []
    value.push(value)
    expect(() => printJson(value)).toThrow(TypeError)
  })

  test('prints what parseJson() read, with every digit', () => {
    const text = '{"id":12345678901234567890,"x":[0.1000000000000000055511151231257827,"é",null]}'
    expect(printJson(parseJson(text, { exact: true }))).toBe(text)
  })
})

function deep(depth: number): unknown {
  return depth === 0 ? 1 : [deep(depth - 1)]
}
