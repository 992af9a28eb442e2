import { describe, expect, test } from 'vitest'
import { checkBinds, hasLineComment, isQuery, withoutSemicolon } from './sql-text.ts'

describe('checkBinds()', () => {
  test.each([
    ['SELECT ?, a = ? AND (?)', 3],
    [`SELECT '?', "?", $$?$$, 'it''s ?', 'it\\'s ?' -- ?\n/* ? */ // ?`, 0],
    ['SELECT * FROM t MATCH_RECOGNIZE (PATTERN (a? (b c)? d{2}?))', 0],
  ])('takes %j with %i', (text, count) => {
    expect(() =>
      checkBinds(
        text,
        Array.from({ length: count }, () => 1),
      ),
    ).not.toThrow()
  })

  test('refuses one too few, which would shift those around it', () => {
    expect(() => checkBinds('SELECT ?\n  FROM t\n WHERE a = ?', [1])).toThrow(
      expect.objectContaining({
        code: 'BIND_COUNT_WRONG',
        message: 'Cannot use "SELECT ? FROM t WHERE a = ?": it has 2 places for 1 bind',
      }) as Error,
    )
  })

  test('refuses numbered binds, which mean something else inside another query', () => {
    expect(() => checkBinds('SELECT :1', [1])).toThrow(/it has 0 places for 1 bind$/)
  })
})

describe('withoutSemicolon()', () => {
  test.each([
    [' SELECT 1 ;\n ', 'SELECT 1'],
    ['SELECT 1;;', 'SELECT 1'],
    ['SELECT 1; -- done;', 'SELECT 1'],
    ['SELECT 1 -- not this;', 'SELECT 1 -- not this;'],
    [`SELECT ';'`, `SELECT ';'`],
    ['SELECT 1; SELECT 2', 'SELECT 1; SELECT 2'],
    ['', ''],
  ])('makes %j %j', (text, bare) => {
    expect(withoutSemicolon(text)).toBe(bare)
  })

  test('looks at each character of a long comment once', () => {
    const text = `SELECT 1 /*${' '.repeat(1_000_000)}*/ + 1`
    expect(withoutSemicolon(text)).toBe(text)
  })
})

describe('isQuery()', () => {
  test.each([
    ['select 1', true],
    ['-- why\n/* select */ WITH a AS (SELECT 1) SELECT * FROM a', true],
    [' ( (SELECT 1) UNION SELECT 2)', true],
    ['VALUES (1)', true],
    ['SHOW TABLES', false],
    ['selection', false],
    ['INSERT INTO t SELECT 1', false],
    ['', false],
  ])('%j: %s', (text, is) => {
    expect(isQuery(text)).toBe(is)
  })
})

test('hasLineComment() finds a comment, and not one in a string', () => {
  expect(hasLineComment('a -- x')).toBe(true)
  expect(hasLineComment('a // x')).toBe(true)
  expect(hasLineComment(`'--' || "//" /* -- */`)).toBe(false)
})
