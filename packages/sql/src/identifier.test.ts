import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseIdentifier,
  parseName,
  printIdentifier,
  printName,
  quoteIdentifier,
} from './identifier.ts'

describe('parseName()', () => {
  test.each([
    ['weather', ['WEATHER']],
    ['db.public.weather', ['DB', 'PUBLIC', 'WEATHER']],
    ['"My Table"', ['My Table']],
    ['db."a.b".c', ['DB', 'a.b', 'C']],
    ['"say ""hi"""', ['say "hi"']],
    ['_x$1', ['_X$1']],
  ])('%s → %j', (text, parts) => {
    expect(parseName(text)).toEqual(parts)
  })

  test.each(['', 'a b', 'a-b', '1a', 'a.', '.a', '""', '"open', 'a."b"c'])('refuses %j', (text) => {
    expect(() => parseName(text)).toThrow(expect.objectContaining({ code: 'IDENTIFIER_INVALID' }))
  })

  test('reads what printName() prints, whatever the parts are', () => {
    const part = fc.string({ minLength: 1 })
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
        expect(parseName(printName(parts))).toEqual(parts)
      }),
    )
  })
})

describe('parseIdentifier()', () => {
  test('refuses what is no text', () => {
    const nothing = undefined as unknown as string
    expect(() => parseIdentifier(nothing)).toThrow(
      expect.objectContaining({ code: 'IDENTIFIER_INVALID' }),
    )
  })

  test('refuses a dotted name', () => {
    expect(() => parseIdentifier('a.b')).toThrow('more than one part')
  })
})

describe('printIdentifier()', () => {
  test('quotes only what Snowflake would not fold to itself', () => {
    expect(['WEATHER', 'weather', 'MY TABLE', '1A'].map(printIdentifier)).toEqual([
      'WEATHER',
      '"weather"',
      '"MY TABLE"',
      '"1A"',
    ])
  })
})

describe('quoteIdentifier()', () => {
  test('doubles quotes inside', () => {
    expect(quoteIdentifier('a"b')).toBe('"a""b"')
  })
})
