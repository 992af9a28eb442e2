import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeClientOperation, decodePresence } from './client-operation.ts'
import { NotebookError } from './errors.ts'

describe('decodeClientOperation()', () => {
  test.each([
    { type: 'insert-cell', index: 0, cellId: 'a', kind: 'sql', source: 'x' },
    { type: 'move-cells', cellIds: ['a', 'b'], index: 3 },
    { type: 'set-attachments', cellId: 'a', attachments: { 'a.png': { 'image/png': 'AA' } } },
    { type: 'change-source', cellId: 'a', version: 1, changes: [1] },
    { type: 'set-cell-metadata', cellId: 'a', metadata: { x: [1, { y: null }] } },
    { type: 'run-cells', cellIds: ['a', 'b'] },
    { type: 'answer-input', inputId: 'i', text: 'yes' },
    { type: 'use', role: 'R' },
    { type: 'save' },
  ])('takes $type as it is', (operation) => {
    expect(decodeClientOperation(operation)).toEqual(operation)
  })

  test('takes nothing that the server fills in', () => {
    const executions = [{ cellId: 'a', executionId: 'mine' }]
    const run = { type: 'run-cells', cellIds: ['a'], executions, by: 'ADMIN' }
    expect(decodeClientOperation(run)).toEqual({ type: 'run-cells', cellIds: ['a'] })
    expect(decodeClientOperation({ type: 'restart', at: 'now' })).toEqual({ type: 'restart' })
  })

  test('takes no outputs and no trust with a pasted cell (CVE-2026-102831)', () => {
    const cell = { type: 'insert-cell', index: 0, cellId: 'a', kind: 'typescript', source: 'x' }
    const outputs = [{ type: 'display', data: { 'text/html': '<b>' }, metadata: {}, trusted: true }]
    expect(decodeClientOperation({ ...cell, outputs, trusted: true, metadata: {} })).toEqual(cell)
    for (const type of ['output-added', 'display-updated', 'notebook-replaced']) {
      expect(() => decodeClientOperation({ type, cellId: 'a', output: outputs[0] })).toThrow(
        'not known',
      )
    }
  })

  test('takes outputs of pasted cells as what nobody trusts', () => {
    const html = { type: 'display', data: { 'text/html': '<b>' }, metadata: {} }
    const cell = { cellId: 'a', kind: 'typescript', source: 'x', metadata: {}, ran: { order: 9 } }
    const outputs = [{ ...html, trusted: true, displayId: 'of another' }]
    const paste = { type: 'insert-cells', index: 0, cells: [{ ...cell, outputs }] }
    const { ran: _, ...known } = cell
    expect(decodeClientOperation(paste)).toEqual({
      ...paste,
      cells: [{ ...known, outputs: [{ ...html, trusted: false }] }],
    })
    for (const output of [null, { type: 'widget' }, { type: 'stream', name: 'stdout' }]) {
      const wrong = { ...paste, cells: [{ ...cell, outputs: [output] }] }
      expect(() => decodeClientOperation(wrong)).toThrow(NotebookError)
    }
  })

  test('keeps prototypes out of reach', () => {
    const text = '{"type": "set-cell-metadata", "cellId": "a", "metadata": {"__proto__": {"x": 1}}}'
    decodeClientOperation(JSON.parse(text))
    expect(({} as { x?: unknown }).x).toBeUndefined()
    const inherited = JSON.parse('{"__proto__": {"type": "kill"}}') as unknown
    expect(() => decodeClientOperation(inherited)).toThrow('"type" is not known')
    expect(() => decodeClientOperation(Object.create({ type: 'kill' }))).toThrow('"type"')
  })

  test.each([
    [null, 'is no object'],
    [[], 'is no object'],
    [{ type: 'constructor' }, 'not known'],
    [{ type: 'stream-appended' }, 'not known'],
    [{ type: 'delete-cell', cellId: '../x' }, 'is no cell id'],
    [{ type: 'delete-cell', cellId: '' }, 'is no cell id'],
    [{ type: 'move-cells', cellIds: ['a'], index: -1 }, 'no whole number'],
    [{ type: 'move-cells', cellIds: ['a'], index: 1.5 }, 'no whole number'],
    [{ type: 'set-attachments', cellId: 'a', attachments: { x: { y: 1 } } }, 'no text'],
    [{ type: 'set-attachments', cellId: 'a', attachments: { x: 'y' } }, 'no object'],
    [{ type: 'insert-cells', index: 0, cells: [] }, 'no list'],
    [{ type: 'set-cell-kind', cellId: 'a', kind: 'python' }, 'no kind'],
    [{ type: 'run-cells', cellIds: 'a' }, 'no list'],
    [{ type: 'set-cell-metadata', cellId: 'a', metadata: nested(60) }, 'nests deeper'],
    [{ type: 'use', role: 'x'.repeat(301) }, 'longer than 300'],
    [
      { type: 'insert-cell', index: 0, cellId: 'a', kind: 'sql', source: 'x'.repeat(4_000_001) },
      'longer than',
    ],
  ])('refuses %.80j', (message, problem) => {
    expect(() => decodeClientOperation(message)).toThrow(problem)
  })

  test('refuses whatever else comes with the one error', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(() => decodeClientOperation(message)).toThrow(NotebookError)
        expect(() => decodePresence(message ?? 0, message ?? 0)).toThrow(NotebookError)
      }),
    )
  })
})

function nested(depth: number): unknown {
  return depth === 0 ? {} : { a: nested(depth - 1) }
}
