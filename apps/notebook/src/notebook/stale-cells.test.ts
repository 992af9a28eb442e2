import { describe, expect, test } from 'vitest'
import type { NotebookState, Operation } from './operations.ts'
import { cellsToRunAgain, staleCells } from './stale-cells.ts'
import { applyAll, stateOf } from './testing/states.ts'

/** A run of a cell, with its names as the server finds them. */
function run(
  state: NotebookState,
  cellId: string,
  declares: readonly string[],
  uses: readonly string[] = [],
): NotebookState {
  const executionId = `${cellId}-${state.sequence}`
  const { source } = state.notebook.cells.find(({ id }) => id === cellId) ?? { source: '' }
  return applyAll(
    state,
    { type: 'run-cells', cellIds: [cellId], executions: [{ cellId, executionId }], by: 'ann' },
    { type: 'execution-started', executionId, at: '2026-01-01T00:00:00.000Z', count: 1 },
    { type: 'execution-finished', executionId, how: 'ok', durationMs: 1 },
    { type: 'cell-analysed', cellId, source, declares, uses },
  ).state
}

function started(...kinds: Parameters<typeof stateOf>): NotebookState {
  return applyAll(
    stateOf(...kinds),
    { type: 'kernel-status', status: 'starting' },
    { type: 'kernel-status', status: 'idle' },
  ).state
}

const stale = (state: NotebookState): object => Object.fromEntries(staleCells(state))

describe('staleCells()', () => {
  test('a cell whose text changed is stale until it ran or the text is as it was', () => {
    const ran = run(started('typescript', 'typescript'), 'a', ['x'])
    expect(stale(ran)).toEqual({})
    const typed: Operation = {
      type: 'change-source',
      cellId: 'a',
      version: 0,
      changes: [6, [0, '!']],
    }
    const edited = applyAll(ran, typed).state
    expect(stale(edited)).toEqual({ a: { type: 'edited' } })
    const back: Operation = { type: 'change-source', cellId: 'a', version: 1, changes: [6, [1]] }
    expect(stale(applyAll(edited, back).state)).toEqual({})
    expect(stale(run(edited, 'a', ['x']))).toEqual({})
  })

  test('a cell is stale when the cell that it took a name from ran again', () => {
    const ran = run(run(started('typescript', 'typescript'), 'a', ['x']), 'b', [], ['x', 'console'])
    expect(stale(ran)).toEqual({})
    const again = run(ran, 'a', ['x'])
    expect(stale(again)).toEqual({ b: { type: 'redeclared', name: 'x', by: 'a' } })
    expect(stale(run(again, 'b', [], ['x']))).toEqual({})
  })

  test('a name declared twice, run from top to bottom, makes nobody stale; from bottom to top it does', () => {
    let state = started('typescript', 'typescript', 'typescript', 'typescript')
    for (const [id, names, uses] of [
      ['a', ['x'], []],
      ['b', [], ['x']],
      ['c', ['x'], ['x']],
      ['d', [], ['x']],
    ] as const) {
      state = run(state, id, names, uses)
    }
    expect(stale(state)).toEqual({})
    // What b shows is still of a, what d shows of c.
    state = run(state, 'a', ['x'])
    expect(Object.keys(stale(state))).toEqual(['b', 'c', 'd'])
  })

  test('a cell that took a name from below is stale when that one runs again', () => {
    let state = run(started('typescript', 'typescript'), 'b', ['helper'])
    state = run(state, 'a', [], ['helper'])
    expect(stale(state)).toEqual({})
    state = run(state, 'b', ['helper'])
    expect(stale(state)).toEqual({ a: { type: 'redeclared', name: 'helper', by: 'b' } })
  })

  test('everything that ran is stale once its kernel is gone', () => {
    const ran = run(started('typescript', 'typescript', 'markdown'), 'a', ['x'])
    const ended = applyAll(ran, { type: 'kernel-status', status: 'none' }).state
    expect(stale(ended)).toEqual({ a: { type: 'earlier-kernel' } })
    const restarted = applyAll(
      ended,
      { type: 'kernel-status', status: 'starting' },
      { type: 'kernel-status', status: 'idle' },
    ).state
    expect(stale(restarted)).toEqual({ a: { type: 'earlier-kernel' } })
    expect(stale(run(restarted, 'a', ['x']))).toEqual({})
  })

  test('a cell that runs, waits or never ran here is not stale', () => {
    const again = run(run(run(started('sql', 'sql'), 'a', ['x']), 'b', [], ['x']), 'a', ['x'])
    const executions = [{ cellId: 'b', executionId: 'later' }]
    const queued: Operation = { type: 'run-cells', cellIds: ['b'], executions }
    expect(stale(applyAll(again, queued).state)).toEqual({})
  })
})

describe('cellsToRunAgain()', () => {
  test('gives the stale cells and what takes names from them, in order', () => {
    let state = started('typescript', 'typescript', 'typescript', 'typescript')
    state = run(state, 'a', ['x'])
    state = run(state, 'b', ['y'], ['x'])
    state = run(state, 'c', [], ['y'])
    state = run(state, 'd', ['z'])
    expect(cellsToRunAgain(state)).toEqual([])
    expect(cellsToRunAgain(run(state, 'a', ['x']))).toEqual(['b', 'c'])
  })
})
