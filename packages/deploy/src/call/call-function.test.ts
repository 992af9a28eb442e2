import { describe, expect, test } from 'vitest'
import { ScriptedRunner } from '../testing/scripted-runner.ts'
import { callFunction, parseSignature, type Word } from './call-function.ts'

describe('callFunction()', () => {
  const shown = [
    { name: 'F', arguments: 'F(FLOAT) RETURN FLOAT' },
    { name: 'F', arguments: 'F(VARCHAR, VARIANT) RETURN FLOAT' },
    // LIKE takes `_` for any character, and any case.
    { name: 'f', arguments: 'f(BOOLEAN, BOOLEAN, BOOLEAN) RETURN FLOAT' },
  ]
  test.each<[string, readonly Word[], string]>([
    ['one row', ['12'], 'SELECT DB.PUBLIC.F(CAST(? AS FLOAT))'],
    [
      'the function that takes so many',
      ['007', '{"a":1}'],
      'SELECT DB.PUBLIC.F(CAST(? AS VARCHAR), PARSE_JSON(?)::VARIANT)',
    ],
    [
      'as many rows as words make',
      ['1', null, '3'],
      'SELECT column1, DB.PUBLIC.F(CAST(column2 AS FLOAT)) FROM VALUES (0, ?), (1, ?), (2, ?) ORDER BY 1',
    ],
  ])('calls with %s', async (_, words, sql) => {
    const runner = new ScriptedRunner({ 'SHOW USER FUNCTIONS': shown })
    await callFunction(runner, 'db.public.f', words)
    expect(runner.statements).toEqual(["SHOW USER FUNCTIONS LIKE 'F' IN SCHEMA DB.PUBLIC", sql])
  })

  test("calls the account's own functions with what the words look like", async () => {
    const runner = new ScriptedRunner({ 'SELECT UPPER': [{ result: 'A' }] })
    expect(await callFunction(runner, 'UPPER', ['a'])).toMatchObject({
      types: undefined,
      results: ['A'],
    })
    expect(runner.statements.at(-1)).toBe('SELECT UPPER(?)')
  })
})

describe('parseSignature()', () => {
  test.each([
    ['F() RETURN FLOAT', []],
    ['F(FLOAT) RETURN FLOAT', ['FLOAT']],
    [
      'F(NUMBER(38,0), DEFAULT VECTOR(FLOAT, 3)) RETURN ARRAY',
      ['NUMBER(38,0)', 'VECTOR(FLOAT, 3)'],
    ],
  ])('%s', (text, types) => {
    expect(parseSignature(text)).toEqual(types)
  })
})
