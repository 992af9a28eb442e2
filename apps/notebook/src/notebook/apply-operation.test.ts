import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  applyOperation,
  MOST_DELETED,
  MOST_OUTPUTS,
  MOST_STREAM_CHARACTERS,
} from './apply-operation.ts'
import type { Cell, Output } from './notebook.ts'
import type { NotebookState, Operation } from './operations.ts'
import { applyAll, stateOf } from './testing/states.ts'

const AT = '2026-01-01T00:00:00.000Z'
const LATER = '2026-01-01T00:00:02.500Z'

describe('applyOperation(): cells', () => {
  test('inserts, moves, deletes and restores a cell as it was', () => {
    const insert: Operation = {
      type: 'insert-cell',
      index: 1,
      cellId: 'x',
      kind: 'sql',
      source: 'select 1\r\n',
    }
    const { state } = applyAll(stateOf('typescript', 'markdown'), insert)
    expect(ids(state)).toEqual(['a', 'x', 'b'])
    expect(cell(state, 'x')).toMatchObject({ kind: 'sql', source: 'select 1\n', version: 0 })
    expect(state).toMatchObject({ sequence: 1, saved: { status: 'dirty' } })
    expect(applyOperation(state, insert)).toBeNull()
    const moved = applyAll(state, { type: 'move-cells', cellIds: ['x'], index: 9 }).state
    expect(ids(moved)).toEqual(['a', 'b', 'x'])
    const ran = applyAll(moved, run('a'), started('a'), printed('a', 'hi'), finished('a')).state
    const deleted = applyAll(ran, { type: 'delete-cell', cellId: 'a' }).state
    expect(ids(deleted)).toEqual(['b', 'x'])
    expect(applyOperation(deleted, { type: 'delete-cell', cellId: 'a' })).toBeNull()
    const restore: Operation = { type: 'restore-cell', cellId: 'a', index: 1 }
    const restored = applyAll(deleted, restore).state
    expect(restored.notebook.cells[1]).toBe(ran.notebook.cells[0])
    expect(applyOperation(restored, restore)).toBeNull()
  })

  test('gives no trust by undoing, moving or marking a cell (CVE-2026-102831)', () => {
    const output: Output = { type: 'display', data: {}, metadata: {}, trusted: false }
    const read = stateOf('typescript', 'sql')
    const cells = read.notebook.cells.map((each) => ({ ...each, outputs: [output] }))
    const { state } = applyAll(
      { ...read, notebook: { ...read.notebook, cells } },
      { type: 'delete-cell', cellId: 'a' },
      { type: 'restore-cell', cellId: 'a', index: 1 },
      { type: 'move-cells', cellIds: ['b'], index: 1 },
      { type: 'set-cell-metadata', cellId: 'a', metadata: { trusted: true } },
      { type: 'set-cell-kind', cellId: 'b', kind: 'typescript' },
    )
    expect(ids(state)).toEqual(['a', 'b'])
    expect(['a', 'b'].map((id) => cell(state, id).outputs)).toEqual([[output], [output]])
  })

  test('puts in pasted cells without any trust, all or none', () => {
    const html: Output = {
      type: 'display',
      data: { 'text/html': '<b>' },
      metadata: {},
      trusted: true,
    }
    const pasted: Operation = {
      type: 'insert-cells',
      index: 1,
      cells: [
        { cellId: 'x', kind: 'sql', source: 'select 1\r\n', metadata: { a: 1 }, outputs: [html] },
        { cellId: 'y', kind: 'markdown', source: 'text', metadata: {}, outputs: [html] },
      ],
    }
    const { state } = applyAll(stateOf('typescript', 'typescript'), pasted)
    expect(ids(state)).toEqual(['a', 'x', 'y', 'b'])
    expect(cell(state, 'x')).toMatchObject({
      source: 'select 1\n',
      metadata: { a: 1 },
      outputs: [{ ...html, trusted: false }],
      run: { status: 'idle' },
    })
    expect(cell(state, 'y').outputs).toEqual([])
    expect(applyOperation(state, pasted)).toBeNull()
  })

  test('moves cells together, in the order they stand in', () => {
    const state = stateOf('typescript', 'sql', 'markdown', 'raw')
    const move = (cellIds: string[], index: number): string[] =>
      ids(applyAll(state, { type: 'move-cells', cellIds, index }).state)
    expect(move(['c', 'a'], 1)).toEqual(['b', 'a', 'c', 'd'])
    expect(move(['a', 'b', 'gone'], 9)).toEqual(['c', 'd', 'a', 'b'])
    expect(applyOperation(state, { type: 'move-cells', cellIds: ['gone'], index: 0 })).toBeNull()
  })

  test('attachments belong to text, and none are no key', () => {
    const attachments = { 'a.png': { 'image/png': 'AAAA' } }
    const set: Operation = { type: 'set-attachments', cellId: 'a', attachments }
    const { state } = applyAll(stateOf('markdown', 'sql'), set)
    expect(cell(state, 'a').attachments).toEqual(attachments)
    expect(cell(applyAll(state, { ...set, attachments: {} }).state, 'a')).not.toHaveProperty(
      'attachments',
    )
    expect(applyOperation(state, { ...set, cellId: 'b' })).toBeNull()
  })

  test('changes text only against the present version and length', () => {
    const change: Operation = {
      type: 'change-source',
      cellId: 'a',
      version: 0,
      changes: [4, [2, '!']],
    }
    const { state } = applyAll(stateOf('typescript'), change)
    expect(cell(state, 'a')).toMatchObject({ source: 'text!', version: 1 })
    expect(applyOperation(state, change)).toBeNull()
    expect(applyOperation(state, { ...change, version: 1, changes: [99] })).toBeNull()
    expect(applyOperation(state, { ...change, version: 1, changes: { a: 1 } })).toBeNull()
    expect(applyOperation(state, { ...change, cellId: 'gone' })).toBeNull()
  })

  test('a Markdown cell keeps no outputs, and a running cell stays code', () => {
    const kind: Operation = { type: 'set-cell-kind', cellId: 'a', kind: 'markdown' }
    const ran = applyAll(stateOf('sql'), run('a'), started('a'), printed('a', 'hi')).state
    expect(applyOperation(ran, kind)).toBeNull()
    const text = applyAll(ran, finished('a'), kind).state
    const plain = { outputs: [], executionCount: null, run: { status: 'idle' } }
    expect(cell(text, 'a')).toMatchObject(plain)
  })
})

describe('applyOperation(): runs', () => {
  test('the kernel gets one execution at a time, in order', () => {
    const state = stateOf('typescript', 'markdown', 'sql', 'raw')
    const queued = applyAll(state, run('a', 'b', 'c', 'd'))
    expect(queued.actions).toEqual([{ type: 'evaluate', executionId: 'run-a', cellId: 'a' }])
    expect(statuses(queued.state)).toEqual(['queued', 'idle', 'queued', 'idle'])
    const next = applyAll(queued.state, started('a'), finished('a'))
    expect(next.actions).toEqual([{ type: 'evaluate', executionId: 'run-c', cellId: 'c' }])
    const end = applyAll(next.state, started('c'), finished('c'))
    expect(end.actions).toEqual([])
    expect(end.state.queue).toEqual([])
  })

  test('running Markdown does nothing, running a missing cell is refused', () => {
    const { state, actions } = applyAll(stateOf('markdown'), run('a'))
    expect([statuses(state), actions]).toEqual([['idle'], []])
    expect(applyOperation(state, run('gone'))).toBeNull()
  })

  test('a new run clears the old outputs when it starts, not before', () => {
    const ran = [run('a'), started('a'), printed('a', 'old'), finished('a')]
    const again = applyAll(stateOf('typescript'), ...ran, runAs('a', 'second')).state
    expect(cell(again, 'a').outputs).toHaveLength(1)
    const { state } = applyAll(again, {
      type: 'execution-started',
      executionId: 'second',
      at: AT,
      count: 2,
    })
    expect(cell(state, 'a')).toMatchObject({ outputs: [], executionCount: 2 })
    expect(applyOperation(state, printed('a', 'late'))).toBeNull()
  })

  test('an error keeps what waits behind it from running', () => {
    const failed = { ...finished('a'), how: 'error' } as const
    const { state, actions } = applyAll(
      stateOf('typescript', 'typescript'),
      run('a', 'b'),
      started('a'),
      failed,
    )
    expect([statuses(state), state.queue, actions]).toEqual([['ended', 'idle'], [], []])
  })

  test('an interrupt empties the queue first and names the running execution', () => {
    const state = stateOf('typescript', 'typescript')
    const interrupted = applyAll(state, run('a', 'b'), started('a'), { type: 'interrupt' })
    const meant = [{ type: 'interrupt-kernel', executionId: 'run-a' }]
    expect(interrupted.actions).toEqual(meant)
    expect(interrupted.state.queue).toEqual(['run-a'])
    expect(statuses(interrupted.state)).toEqual(['running', 'idle'])
    const how = { ...finished('a'), how: 'interrupted' } as const
    expect(applyAll(interrupted.state, runAs('b', 'again'), how).actions).toEqual([
      { type: 'evaluate', executionId: 'again', cellId: 'b' },
    ])
  })

  test('an interrupt before the start drops the execution: its late start is refused', () => {
    const state = stateOf('typescript')
    const { state: interrupted, actions } = applyAll(state, run('a'), { type: 'interrupt' })
    expect(actions).toEqual([{ type: 'interrupt-kernel', executionId: 'run-a' }])
    expect([statuses(interrupted), interrupted.queue]).toEqual([['idle'], []])
    expect(applyOperation(interrupted, started('a'))).toBeNull()
  })

  test.each<Operation>([
    { type: 'restart', at: LATER },
    { type: 'shut-down', at: LATER },
    { type: 'kill', at: LATER },
    { type: 'kernel-status', status: 'ended', reason: 'killed', at: LATER },
  ])('$type: what runs is lost, what waits waits no more', (operation) => {
    const running = applyAll(stateOf('typescript', 'sql'), run('a', 'b'), started('a'), {
      type: 'input-requested',
      request: { inputId: 'i', cellId: 'a', prompt: '?', isPassword: true },
    }).state
    const { state } = applyAll(running, operation)
    expect(cell(state, 'a').run).toMatchObject({ how: 'lost', durationMs: 2500 })
    expect(cell(state, 'b').run).toEqual({ status: 'idle' })
    expect([state.queue, state.inputs]).toEqual([[], []])
  })

  test('a deleted cell runs on, and comes back with what it printed', () => {
    const { state, actions } = applyAll(
      stateOf('typescript', 'typescript'),
      run('a', 'b'),
      started('a'),
      { type: 'delete-cell', cellId: 'a' },
      printed('a', 'late'),
      finished('a'),
    )
    expect(actions).toEqual([{ type: 'evaluate', executionId: 'run-b', cellId: 'b' }])
    const back = applyAll(state, { type: 'restore-cell', cellId: 'a', index: 0 }).state
    expect(cell(back, 'a').outputs).toMatchObject([{ text: 'late' }])
  })

  test('the queue goes on when the running cell is deleted and forgotten', () => {
    const kinds = Array.from({ length: MOST_DELETED + 5 }, () => 'sql' as const)
    const book = stateOf(...kinds)
    const [first, ...others] = ids(book)
    let { state } = applyAll(book, run('a', ...others.slice(-1)), started('a'))
    for (const cellId of [first ?? '', ...others.slice(0, MOST_DELETED)]) {
      state = applyAll(state, { type: 'delete-cell', cellId }).state
    }
    const { actions } = applyAll(state, finished('a'))
    expect(actions).toMatchObject([{ type: 'evaluate', cellId: others.at(-1) }])
  })

  test('an answered input is gone', () => {
    const asked = applyAll(stateOf('typescript'), run('a'), started('a'), {
      type: 'input-requested',
      request: { inputId: 'i', cellId: 'a', prompt: '?', isPassword: false },
    }).state
    const answer: Operation = { type: 'answer-input', inputId: 'i', text: 'yes' }
    const { state, actions } = applyAll(asked, answer)
    expect(actions).toEqual([{ type: 'answer-kernel', inputId: 'i', text: 'yes' }])
    expect(applyOperation(state, answer)).toBeNull()
  })
})

describe('applyOperation(): outputs', () => {
  const running = applyAll(stateOf('typescript'), run('a'), started('a')).state

  test('joins text of one stream and keeps the order of both', () => {
    const { state } = applyAll(
      running,
      printed('a', '1'),
      printed('a', '2'),
      printed('a', '!', 'stderr'),
      printed('a', '3'),
    )
    expect(cell(state, 'a').outputs).toMatchObject([
      { name: 'stdout', text: '12' },
      { name: 'stderr', text: '!' },
      { name: 'stdout', text: '3' },
    ])
  })

  test('keeps the first characters and counts the others', () => {
    const long = 'x'.repeat(MOST_STREAM_CHARACTERS - 1)
    const { state } = applyAll(
      running,
      printed('a', long),
      printed('a', 'yz'),
      printed('a', '!!!', 'stderr'),
      printed('a', '!'),
    )
    const [output, ...others] = cell(state, 'a').outputs
    expect(output).toMatchObject({ text: `${long}y`, omitted: 5 })
    expect(others).toEqual([])
  })

  test('bounds the number of displays, never the result', () => {
    const display: Output = { type: 'display', data: {}, metadata: {}, trusted: true }
    const result: Output = { type: 'result', data: {}, metadata: {}, count: 1, trusted: true }
    let state = running
    for (let n = 0; n < MOST_OUTPUTS + 7; n++) state = applyAll(state, added('a', display)).state
    state = applyAll(state, added('a', result)).state
    expect(cell(state, 'a')).toMatchObject({ omittedOutputs: 7 })
    expect(cell(state, 'a').outputs).toHaveLength(MOST_OUTPUTS + 1)
    expect(cell(state, 'a').outputs.at(-1)).toBe(result)
  })

  test('a clear that waits happens with the next output', () => {
    const clear: Operation = { type: 'outputs-cleared', executionId: 'run-a', wait: true }
    const cleared = applyAll(running, printed('a', 'old'), clear).state
    expect(cell(cleared, 'a').outputs).toHaveLength(1)
    const { state } = applyAll(cleared, printed('a', 'new'), printed('a', 'er'))
    expect(cell(state, 'a').outputs).toMatchObject([{ text: 'newer' }])
    const now = applyAll(state, { ...clear, wait: false }).state
    expect(cell(now, 'a').outputs).toEqual([])
  })

  test('an update takes the place of every display with its id', () => {
    const shown: Output = {
      type: 'display',
      data: { 'text/plain': 'old' },
      metadata: {},
      displayId: 'd',
      trusted: true,
    }
    const update: Operation = {
      type: 'display-updated',
      displayId: 'd',
      data: { 'text/plain': 'new' },
      metadata: {},
    }
    expect(applyOperation(running, update)).toBeNull()
    const { state } = applyAll(running, added('a', shown), printed('a', '-'), update)
    expect(cell(state, 'a').outputs[0]).toMatchObject({ data: { 'text/plain': 'new' } })
  })

  test('10,000 chunks in a notebook of 1,000 cells share what they do not change', () => {
    const kinds = Array.from({ length: 1000 }, () => 'typescript' as const)
    const before = applyAll(stateOf(...kinds), run('a'), started('a')).state
    let state = before
    const startedAt = performance.now()
    for (let n = 0; n < 10_000; n++) state = applyAll(state, printed('a', 'chunk\n')).state
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(state.notebook.cells[999]).toBe(before.notebook.cells[999])
    expect(cell(before, 'a').outputs).toEqual([])
    expect(cell(state, 'a').outputs).toMatchObject([{ text: 'chunk\n'.repeat(10_000), omitted: 0 }])
  })
})

describe('applyOperation(): any operations in any order', () => {
  test('leave a state that makes sense, and is JSON', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        let state = stateOf('typescript', 'sql', 'markdown')
        for (const each of operations) {
          const applied = applyOperation(state, each)
          if (applied === null) continue
          expect(applied.state.sequence).toBe(state.sequence + 1)
          state = applied.state
          expectSense(state)
        }
      }),
      { numRuns: 1000 },
    )
  })

  function expectSense(state: NotebookState): void {
    const cells = [...state.notebook.cells, ...state.deleted]
    expect(new Set(cells.map((each) => each.id)).size).toBe(cells.length)
    const waiting = cells.flatMap(({ run: at }) =>
      at.status === 'queued' || at.status === 'running' ? [at.executionId] : [],
    )
    expect(waiting.toSorted()).toEqual(state.queue.toSorted())
    const running = cells.filter(({ run: at }) => at.status === 'running')
    expect(running.length).toBeLessThanOrEqual(1)
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  }

  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    id.map((cellId) => run(cellId)),
    id.map((cellId) => run(cellId, 'b')),
    id.map((cellId) => started(cellId)),
    id.map((cellId) => finished(cellId)),
    id.map((cellId): Operation => ({ ...finished(cellId), how: 'error' })),
    id.map((cellId) => printed(cellId, 'x')),
    id.map((cellId): Operation => ({ type: 'delete-cell', cellId })),
    id.map((cellId): Operation => ({ type: 'restore-cell', cellId, index: 1 })),
    id.map((cellId): Operation => ({ type: 'move-cells', cellIds: [cellId], index: 0 })),
    id.map((cellId): Operation => ({ type: 'set-cell-kind', cellId, kind: 'markdown' })),
    id.map((cellId): Operation => ({ type: 'set-attachments', cellId, attachments: {} })),
    id.map((cellId): Operation => ({
      type: 'cell-analysed',
      cellId,
      declares: ['x'],
      uses: ['x', 'y'],
    })),
    id.map((cellId): Operation => ({
      type: 'insert-cells',
      index: 1,
      cells: [{ cellId, kind: 'sql', source: '', metadata: {}, outputs: [] }],
    })),
    id.map((cellId): Operation => ({
      type: 'insert-cell',
      cellId,
      index: 1,
      kind: 'sql',
      source: '',
    })),
    fc.constantFrom<Operation>({ type: 'interrupt' }, { type: 'restart', at: LATER }),
  )
})

function ids(state: NotebookState): string[] {
  return state.notebook.cells.map(({ id }) => id)
}

function statuses(state: NotebookState): string[] {
  return state.notebook.cells.map((each) => each.run.status)
}

function cell(state: NotebookState, id: string): Cell {
  const found = state.notebook.cells.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no cell ${id}`)
  return found
}

function run(...cellIds: string[]): Operation {
  const executions = cellIds.map((cellId) => ({ cellId, executionId: `run-${cellId}` }))
  return { type: 'run-cells', cellIds, executions, by: 'ME' }
}

function runAs(cellId: string, executionId: string): Operation {
  return { type: 'run-cells', cellIds: [cellId], executions: [{ cellId, executionId }], by: 'ME' }
}

function started(id: string): Operation {
  return { type: 'execution-started', executionId: `run-${id}`, at: AT, count: 1 }
}

function printed(id: string, text: string, name: 'stdout' | 'stderr' = 'stdout'): Operation {
  return { type: 'stream-appended', executionId: `run-${id}`, name, text }
}

function added(id: string, what: Output): Operation {
  return { type: 'output-added', executionId: `run-${id}`, output: what }
}

function finished(id: string): Operation & { type: 'execution-finished' } {
  return { type: 'execution-finished', executionId: `run-${id}`, how: 'ok', durationMs: 5 }
}
