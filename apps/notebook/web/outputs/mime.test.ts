import { describe, expect, test } from 'vitest'
import { RESULT_MIME } from '../../src/results/result.ts'
import { chooseType, imageAddress, textOf } from './mime.ts'

describe('chooseType()', () => {
  test.each([
    [{ 'text/plain': 'x', 'text/html': '<b>x</b>' }, 'text/html'],
    [{ 'text/plain': 'x', 'image/png': 'aGk=' }, 'image/png'],
    [
      { 'text/html': 'x', 'application/vnd.vegalite.v5+json': {} },
      'application/vnd.vegalite.v5+json',
    ],
    [{ 'text/html': 'x', 'text/plain': 'x', [RESULT_MIME]: {} }, RESULT_MIME],
    [{ 'text/plain': 'x', 'application/vnd.custom+json': {} }, 'text/plain'],
    [{ 'application/javascript': 'alert(1)' }, undefined],
    [JSON.parse('{"__proto__": {"text/html": "x"}}') as Record<string, unknown>, undefined],
  ])('%j → %s', (data, type) => {
    expect(chooseType(data)).toBe(type)
  })
})

describe('textOf()', () => {
  test('joins lines and prints what is no text', () => {
    expect(textOf(['a\n', 'b'])).toBe('a\nb')
    expect(textOf({ a: 1 })).toBe('{\n  "a": 1\n}')
  })
})

describe('imageAddress()', () => {
  test('takes base64 alone', () => {
    expect(imageAddress('image/png', 'aGVs\nbG8=\n')).toBe('data:image/png;base64,aGVsbG8=')
    expect(imageAddress('image/png', '"><script>')).toBeUndefined()
  })
})
