import { describe, expect, test } from 'vitest'
import { TokenReader } from '../sql/token-reader.ts'
import { testSession } from '../testing/test-account.ts'
import {
  applyShowOptions,
  isInScope,
  likePattern,
  readScope,
  readShowOptions,
} from './show-filter.ts'

describe('likePattern()', () => {
  test.each([
    ['abc', 'ABC', true],
    ['a%', 'A\nB', true],
    ['a_c', 'abc', true],
    ['a_c', 'ac', false],
    ['a.c', 'abc', false],
    ['a\\_c', 'abc', false],
    ['a\\_c', 'a_c', true],
    ['100\\%', '100%', true],
    ['(x|y)[1]', '(x|y)[1]', true],
    ['', 'a', false],
  ])('%j on %j is %s', (pattern, name, matches) => {
    expect(likePattern(pattern).test(name)).toBe(matches)
  })
})

describe('readShowOptions()', () => {
  test.each(['LIMIT 0', 'LIMIT 10001'])('refuses %s', (text) => {
    expect(() => readShowOptions(new TokenReader(text))).toThrow('LIMIT')
  })

  test('leaves what follows', () => {
    const reader = new TokenReader("LIKE 'x' IN ACCOUNT")
    readShowOptions(reader)
    expect(reader.word()).toBe('IN')
  })
})

describe('applyShowOptions()', () => {
  test('sorts, pages and bounds', () => {
    const options = readShowOptions(new TokenReader("LIMIT 2 FROM 'B'"))
    expect(applyShowOptions(['D', 'A', 'C', 'B', 'E'], options, (name) => name)).toEqual(['C', 'D'])
  })
})

describe('readScope()', () => {
  const none = testSession()
  const inDatabase = testSession({ database: 'D' })
  const inSchema = testSession({ database: 'D', schema: 'S' })

  test.each([
    ['', none, { kind: 'account' }],
    ['', inDatabase, { kind: 'database', database: 'D' }],
    ['', inSchema, { kind: 'schema', database: 'D', schema: 'S' }],
    ['IN ACCOUNT', inSchema, { kind: 'account' }],
    ['IN DATABASE', inSchema, { kind: 'database', database: 'D' }],
    ['IN DATABASE other', inSchema, { kind: 'database', database: 'OTHER' }],
    ["IN DATABASE STARTS WITH 'x'", inSchema, { kind: 'database', database: 'D' }],
    ['IN SCHEMA', inSchema, { kind: 'schema', database: 'D', schema: 'S' }],
    ['IN SCHEMA t', inSchema, { kind: 'schema', database: 'D', schema: 'T' }],
    ['IN t', inSchema, { kind: 'schema', database: 'D', schema: 'T' }],
    ['IN other."t"', inSchema, { kind: 'schema', database: 'OTHER', schema: 't' }],
  ])('%j', (text, session, scope) => {
    expect(readScope(new TokenReader(text), session)).toEqual(scope)
  })

  test('needs a current database for a schema without one', () => {
    expect(() => readScope(new TokenReader('IN SCHEMA s'), none)).toThrow('current database')
  })
})

describe('isInScope()', () => {
  test('looks at database and schema', () => {
    const object = { database: 'D', schema: 'S' }
    expect(isInScope(object, { kind: 'account' })).toBe(true)
    expect(isInScope(object, { kind: 'database', database: 'D' })).toBe(true)
    expect(isInScope(object, { kind: 'database', database: 'E' })).toBe(false)
    expect(isInScope(object, { kind: 'schema', database: 'D', schema: 'S' })).toBe(true)
    expect(isInScope(object, { kind: 'schema', database: 'D', schema: 'T' })).toBe(false)
  })
})
