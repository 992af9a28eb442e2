import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../notebook/notebook.ts'
import type { NotebookState } from '../notebook/operations.ts'
import { applyAll, stateOf } from '../notebook/testing/states.ts'
import { RESULT_MIME } from './result.ts'
import { maybeShownResult, shownResults } from './shown-results.ts'

const COLUMNS = [{ name: 'A', type: 'NUMBER', nullable: false }]
const BUNDLE = { resultId: 'r-1', columns: COLUMNS, rowCount: 3, firstRows: [] }

/** A notebook whose first cell shows this and runs on. */
function showing(data: JsonValue): NotebookState {
  return applyAll(
    stateOf('sql', 'typescript'),
    { type: 'run-cells', cellIds: ['a'], executions: [{ cellId: 'a', executionId: 'e' }] },
    { type: 'execution-started', executionId: 'e', at: '2024-01-01T00:00:00.000Z', count: 1 },
    {
      type: 'output-added',
      executionId: 'e',
      output: { type: 'display', data: { [RESULT_MIME]: data }, metadata: {}, trusted: true },
    },
  ).state
}

describe('maybeShownResult()', () => {
  test('finds what a cell shows, also one that can be restored', () => {
    const state = showing(BUNDLE)
    const expected = { resultId: 'r-1', columns: COLUMNS, rowCount: 3 }
    expect(maybeShownResult(state, 'r-1')).toEqual(expected)
    expect(maybeShownResult(state, 'r-2')).toBeUndefined()
    const without = applyAll(state, { type: 'delete-cell', cellId: 'a' }).state
    expect(maybeShownResult(without, 'r-1')).toEqual(expected)
    const cleared = applyAll(state, { type: 'clear-outputs', cellIds: ['a'] }).state
    expect(maybeShownResult(cleared, 'r-1')).toBeUndefined()
  })

  test.each<[string, JsonValue]>([
    ['text', 'r-1'],
    ['null', null],
    ['no columns', { ...BUNDLE, columns: [] }],
    ['columns of another type', { ...BUNDLE, columns: [{ name: 'A', type: 'constructor' }] }],
    ['columns without a name', { ...BUNDLE, columns: [{ type: 'NUMBER' }] }],
    ['columns that are none', { ...BUNDLE, columns: [null] }],
    ['no number of rows', { ...BUNDLE, rowCount: '3' }],
  ])('takes nothing from a file that has %s there', (_name, data) => {
    expect(maybeShownResult(showing(data), 'r-1')).toBeUndefined()
  })
})

test('shownResults() says what to keep, and since when something runs', () => {
  const state = showing(BUNDLE)
  expect(shownResults(state)).toEqual({
    path: 'test.ipynb',
    resultIds: new Set(['r-1']),
    runningSince: Date.parse('2024-01-01T00:00:00.000Z'),
  })
  const { state: ended } = applyAll(
    state,
    { type: 'execution-finished', executionId: 'e', how: 'ok', durationMs: 1 },
    { type: 'clear-outputs', cellIds: ['a'] },
  )
  expect(shownResults(ended)).toMatchObject({ resultIds: new Set(), runningSince: undefined })
})
