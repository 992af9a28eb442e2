import { describe, expect, test } from 'vitest'
import { cutStatements } from './cut-statements.ts'

describe('cutStatements()', () => {
  test.each([
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1;', ['SELECT 1']],
    ['SELECT 1 ; -- done\n', ['SELECT 1']],
    ["SELECT ';' ;", ["SELECT ';'"]],
    ['\n  SELECT 1;', ['\n  SELECT 1']],
    ['-- SELECT 1\nSELECT 1; -- SELECT 1', ['-- SELECT 1\nSELECT 1']],
  ])('takes a lone statement with what stands before it: %j', (text, statements) => {
    expect(cutStatements(text, 1)).toEqual(statements)
  })

  test('takes as many as there are when the count is 0', () => {
    expect(cutStatements('a; b;; c', 0)).toEqual(['a', 'b', 'c'])
    expect(cutStatements('a', 0)).toEqual(['a'])
  })

  test.each(['', ' ', ';', '-- nothing'])('refuses %j: there is no statement in it', (text) => {
    expect(() => cutStatements(text, 1)).toThrow(expect.objectContaining({ code: '000900' }))
  })

  test.each([
    ['a; b', 1],
    ['a', 2],
    ['a; b; c', 2],
  ])('refuses %j as %d statements', (text, count) => {
    expect(() => cutStatements(text, count)).toThrow(expect.objectContaining({ code: '000008' }))
  })

  test.each([
    'BEGIN LET x := 1; RETURN x; END',
    'declare\n  x NUMBER; BEGIN x := 1; RETURN x; END;',
    'BEGIN\n  RETURN 1;\nEND;',
  ])('refuses a block of Snowflake Scripting by its name: %j', (text) => {
    expect(() => cutStatements(text, 1)).toThrow(/Unsupported feature 'Snowflake Scripting'/)
  })

  test.each(['BEGIN;', 'BEGIN TRANSACTION;', 'begin work;', 'BEGIN NAME t1;'])(
    'lets a transaction begin: %j',
    (text) => {
      expect(cutStatements(text, 1)).toEqual([text.slice(0, -1)])
    },
  )
})
