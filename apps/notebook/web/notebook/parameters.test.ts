import { expect, test } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import { isParameters, withParameters } from './parameters.ts'

test.each([
  [{}, { tags: ['parameters'] }, {}],
  [
    { tags: ['a'], x: 1 },
    { tags: ['a', 'parameters'], x: 1 },
    { tags: ['a'], x: 1 },
  ],
  [{ tags: ['parameters', 'a'] }, { tags: ['a', 'parameters'] }, { tags: ['a'] }],
  [{ tags: 'parameters' }, { tags: ['parameters'] }, {}],
])('the tag comes to %j and goes again', (metadata, marked, unmarked) => {
  const cell = { ...emptyCell('a', 'typescript', ''), metadata }
  const next = { ...cell, metadata: withParameters(cell, true) }
  expect(next.metadata).toEqual(marked)
  expect(isParameters(next)).toBe(true)
  expect(withParameters(next, false)).toEqual(unmarked)
})
