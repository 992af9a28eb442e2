import { describe, expect, test } from 'vitest'
import { dollarQuote, quoteLiteral } from './literal.ts'

describe('quoteLiteral()', () => {
  test.each([
    ['plain', `'plain'`],
    [`it's`, `'it\\'s'`],
    ['back\\slash', `'back\\\\slash'`],
    [`\\'; DROP TABLE t; --`, `'\\\\\\'; DROP TABLE t; --'`],
  ])('%s → %s', (text, literal) => {
    expect(quoteLiteral(text)).toBe(literal)
  })
})

describe('dollarQuote()', () => {
  test('leaves everything between the quotes as it is', () => {
    expect(dollarQuote("spec:\n  name: 'x'")).toBe("$$spec:\n  name: 'x'$$")
  })

  test.each(['a $$ b', 'costs 5$'])('refuses %j, which would end the quote early', (text) => {
    expect(() => dollarQuote(text)).toThrow(
      expect.objectContaining({ code: 'LITERAL_UNSUPPORTED' }),
    )
  })
})
