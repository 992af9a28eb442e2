import { describe, expect, test } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import { resultVariable } from '../../src/notebook/result-variable.ts'
import { resultNameProblem, withResultName } from './name-result.ts'

describe('resultNameProblem()', () => {
  test.each(['', 'orders', '_1', '$x', 'größe'])('takes %j', (name) => {
    expect(resultNameProblem(name)).toBeNull()
  })

  test.each([
    ['1x', /begins with a digit/],
    ['class', /word of the language/],
    ['a b', /cannot name a variable/],
    ['a-b', /cannot name a variable/],
    ['$spcs', /take another name/],
  ])('refuses %j', (name, words) => {
    expect(resultNameProblem(name)).toMatch(words)
  })
})

describe('withResultName()', () => {
  const cell = emptyCell('a', 'sql', 'SELECT 1')

  test('keeps what else the metadata says, and takes an empty name out', () => {
    const named = withResultName({ ...cell, metadata: { tags: [] } }, 'orders')
    expect(named).toEqual({ tags: [], resultVariableName: 'orders' })
    expect(withResultName({ ...cell, metadata: named }, '')).toEqual({ tags: [] })
  })

  test('has the last word over %%sql -r', () => {
    const magic = { ...cell, magic: '%%sql -r two' }
    expect(resultVariable({ ...magic, metadata: withResultName(magic, 'one') })).toBe('one')
    expect(resultVariable({ ...magic, metadata: withResultName(magic, '') })).toBeUndefined()
  })
})
