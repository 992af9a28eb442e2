import { describe, expect, test } from 'vitest'
import { applyOperation, emptyCell } from '../../src/notebook/apply-operation.ts'
import type { Cell, Output } from '../../src/notebook/notebook.ts'
import { decodeClientOperation } from '../../src/notebook/client-operation.ts'
import { stateOf } from '../../src/notebook/testing/states.ts'
import { copyOf, parseCells, printCells } from './copied-cells.ts'

const html: Output = {
  type: 'display',
  data: { 'text/html': '<script>' },
  metadata: {},
  displayId: 'd',
  trusted: true,
}
const cell: Cell = {
  ...emptyCell('a', 'typescript', 'old'),
  metadata: { tags: ['x'] },
  executionCount: 4,
  outputs: [html, { type: 'result', data: {}, metadata: {}, count: 4, trusted: true }],
}

describe('copied cells', () => {
  test('come back as they were, without trust, counts and ids (CVE-2026-102831)', () => {
    const copied = copyOf([cell], () => 'as typed')
    const { json, text } = printCells(copied)
    expect(text).toBe('as typed')
    expect(parseCells(json)).toEqual(copied)
    expect(copied).toEqual([
      {
        kind: 'typescript',
        source: 'as typed',
        metadata: { tags: ['x'] },
        outputs: [
          { type: 'display', data: { 'text/html': '<script>' }, metadata: {}, trusted: false },
          { type: 'result', data: {}, metadata: {}, count: null, trusted: false },
        ],
      },
    ])
  })

  test('whoever wrote them, nothing in them is trusted', () => {
    const forged = { kind: 'sql', source: 'x', metadata: {}, outputs: [html], trusted: true }
    const parsed = parseCells(JSON.stringify({ spcsCells: 1, cells: [forged] }))
    expect(parsed?.[0]?.outputs).toMatchObject([{ trusted: false }])
    expect(parsed?.[0]).not.toHaveProperty('trusted')
  })

  test('leave their outputs behind when a message could not hold them', () => {
    const data = { 'image/png': 'A'.repeat(5_000_000) }
    const large = { ...cell, outputs: [{ ...html, data }] }
    expect(copyOf([large], () => 'x')).toMatchObject([{ source: 'x', outputs: [] }])
  })

  test.each<[Partial<Cell>]>([
    [{ kind: 'raw', source: 'print(1)', language: 'python' }],
    [{ kind: 'sql', source: 'select 1', magic: '%%sql -r orders' }],
  ])('keep what their file says of the language: %j', (said) => {
    const before: Cell = { ...cell, ...said, outputs: [] }
    const copied = copyOf([before], () => before.source)
    const parsed = parseCells(printCells(copied).json) ?? []
    const cells = parsed.map((each) => ({ ...each, cellId: 'b' }))
    const operation = decodeClientOperation({ type: 'insert-cells', index: 0, cells })
    const pasted = applyOperation(stateOf(), operation)?.state.notebook.cells[0]
    expect(pasted).toMatchObject(said)
  })

  test('bring no line that would be read back as a source', () => {
    const cells = [{ ...cell, cellId: 'b', kind: 'sql', magic: '%%sql\nselect 2', outputs: [] }]
    const operation = { type: 'insert-cells', index: 0, cells }
    expect(() => decodeClientOperation(operation)).toThrow('"magic" is no line')
  })

  test('are taken by the server', () => {
    const error = { type: 'error', name: 'E', message: 'm', traceback: ['t'] } as const
    const stream = { type: 'stream', name: 'stderr', text: 't', omitted: 3 } as const
    const full = { ...cell, outputs: [...cell.outputs, error, stream] }
    const cells = copyOf([full], () => 'x').map((each) => ({ ...each, cellId: 'b' }))
    const operation = { type: 'insert-cells', index: 0, cells }
    expect(decodeClientOperation(operation)).toEqual(operation)
  })

  test.each([
    ['text'],
    ['{}'],
    ['null'],
    ['{"spcsCells":1,"cells":[]}'],
    ['{"spcsCells":1,"cells":[null]}'],
    ['{"spcsCells":1,"cells":[{"kind":"python","source":""}]}'],
    ['{"spcsCells":2,"cells":[{"kind":"sql","source":""}]}'],
  ])('%s is none', (json) => {
    expect(parseCells(json)).toBeNull()
  })
})
