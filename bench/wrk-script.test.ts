import { describe, expect, test } from 'vitest'
import { quoteLua, wrkScript } from './wrk-script.ts'

describe('quoteLua()', () => {
  test.each([
    ['plain text', '"plain text"'],
    ['a\r\nb', String.raw`"a\013\010b"`],
    ['"\\1', String.raw`"\034\0921"`],
  ])('%j → %s', (text, quoted) => {
    expect(quoteLua(text)).toBe(quoted)
  })
})

describe('wrkScript()', () => {
  test('holds both sides of the number', () => {
    const script = wrkScript({ beforeNumber: 'id: ', afterNumber: '\r\n' })
    expect(script).toContain('local before = "id: "')
    expect(script).toContain(String.raw`local after = "\013\010"`)
  })
})
