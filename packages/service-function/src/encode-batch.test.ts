import { RawJson } from '@spcs/sql'
import { describe, expect, test } from 'vitest'
import { encodeBatch } from './encode-batch.ts'

describe('encodeBatch()', () => {
  // Seen in the traffic of a real external function.
  test("breaks lines where Snowflake's own requests do", () => {
    expect(encodeBatch([['x'], ['y']])).toBe('{\n"data":[\n[0,"x"]\n,[1,"y"]\n]\n}')
  })

  test('numbers rows without arguments', () => {
    expect(JSON.parse(encodeBatch([[], []]))).toEqual({ data: [[0], [1]] })
  })

  test.each([
    ['digits beyond 2^53', 12345678901234567890n, '12345678901234567890'],
    ['text that is JSON already', new RawJson('0.12345678901234567890'), '0.12345678901234567890'],
    ['zero with its sign', -0, '-0.0'],
    ['digits beyond 2^53 in a document', { id: [2n ** 70n] }, '{"id":[1180591620717411303424]}'],
    ['NULL', null, 'null'],
    ['nothing at all as NULL', undefined, 'null'],
    ['not a number as text', NaN, '"NaN"'],
    ['infinity as text', -Infinity, '"-inf"'],
    ['quotes and line ends', 'a"\n', '"a\\"\\n"'],
    ['an object', { a: [1] }, '{"a":[1]}'],
  ])('writes %s', (_what, value, json) => {
    expect(encodeBatch([[value]])).toContain(`[0,${json}]`)
  })
})
