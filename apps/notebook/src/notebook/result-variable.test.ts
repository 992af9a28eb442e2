import { expect, test } from 'vitest'
import { emptyCell } from './apply-operation.ts'
import { resultVariable, writtenResultVariable } from './result-variable.ts'

test.each([
  [{ metadata: { resultVariableName: 'orders' } }, 'orders'],
  [{ magic: '%%sql -r orders' }, 'orders'],
  [{ magic: '%%SQL --x 1 -r orders --y' }, 'orders'],
  [{ metadata: { resultVariableName: 'one' }, magic: '%%sql -r two' }, 'one'],
  [{ magic: '%%sql' }, undefined],
  [{ metadata: { resultVariableName: 'a b' } }, undefined],
  [{ metadata: { resultVariableName: 7 } }, undefined],
  [{ kind: 'typescript', metadata: { resultVariableName: 'orders' } }, undefined],
] as const)('resultVariable() of %j is %s', (more, name) => {
  expect(resultVariable({ ...emptyCell('a', 'sql', 'SELECT 1'), ...more })).toBe(name)
})

test('what is written and no name is there to be refused', () => {
  const cell = { ...emptyCell('a', 'sql', 'SELECT 1'), metadata: { resultVariableName: ' 1x ' } }
  expect([writtenResultVariable(cell), resultVariable(cell)]).toEqual(['1x', undefined])
})
