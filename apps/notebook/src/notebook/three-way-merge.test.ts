import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyCell } from './apply-operation.ts'
import type { Cell, Notebook, Output } from './notebook.ts'
import { hasSameContent, isSameJson } from './same-content.ts'
import { notebook } from './testing/arbitraries.ts'
import { mergeNotebooks } from './three-way-merge.ts'

const PRINTED: Output = { type: 'stream', name: 'stdout', text: 'hi', omitted: 0 }

describe('mergeNotebooks()', () => {
  const base = book(['a', 'one'], ['b', 'two'], ['c', 'three'])

  test('takes what one side changed, added or deleted', () => {
    const ours = book(['a', 'one!'], ['x', 'ours'], ['b', 'two'], ['c', 'three'])
    const theirs = book(['a', 'one'], ['c', 'three!'], ['y', 'theirs'])
    const { notebook: merged, conflicts } = mergeNotebooks(base, ours, theirs)
    expect(texts(merged)).toEqual(['a: one!', 'x: ours', 'c: three!', 'y: theirs'])
    expect(conflicts).toEqual([])
    expect(merged.cells[2]?.version).toBe(1)
  })

  test('keeps both texts of a cell that both changed', () => {
    const ours = book(['a', 'ours'], ['b', 'two'], ['c', 'three'])
    const theirs = book(['a', 'theirs'], ['b', 'two'], ['c', 'three'])
    const { notebook: merged, conflicts } = mergeNotebooks(base, ours, theirs)
    expect(texts(merged)).toEqual(['a: ours', 'a-theirs: theirs', 'b: two', 'c: three'])
    expect(merged.cells[1]?.metadata).toEqual({ spcs: { conflict: 'a' } })
    expect(conflicts).toEqual(['a'])
  })

  test('a cell that one side deleted and the other changed stays', () => {
    const changed = book(['a', 'one'], ['b', 'two!'], ['c', 'three'])
    const deleted = book(['a', 'one'], ['c', 'three'])
    const expected = ['a: one', 'b: two!', 'c: three']
    expect(texts(mergeNotebooks(base, changed, deleted).notebook)).toEqual(expected)
    expect(texts(mergeNotebooks(base, deleted, changed).notebook)).toEqual(expected)
  })

  test('takes their order when only they moved cells', () => {
    const moved = book(['c', 'three'], ['a', 'one'], ['b', 'two'])
    const ours = book(['a', 'one'], ['b', 'two'], ['x', 'new'], ['c', 'three'])
    expect(texts(mergeNotebooks(base, ours, moved).notebook)).toEqual([
      'c: three',
      'a: one',
      'b: two',
      'x: new',
    ])
  })

  test('keeps a running cell, its run and its outputs', () => {
    const [a, ...others] = base.cells
    if (a === undefined) throw new Error('no cell')
    const run = { status: 'running', executionId: 'e', by: 'ME', startedAt: 'now' } as const
    const running: Cell = { ...a, run, outputs: [PRINTED] }
    const ours = { ...base, cells: [running, ...others] }
    const gone = mergeNotebooks(base, ours, { ...base, cells: others })
    expect(gone.notebook.cells[0]).toEqual(running)
    const edited = mergeNotebooks(base, ours, book(['a', 'edited'], ['b', 'two'], ['c', 'three']))
    expect(edited.notebook.cells[0]).toEqual({ ...running, source: 'edited', version: 1 })
  })

  test('remembers what ran, so that a text from outside is known to be newer', () => {
    const [a, ...others] = base.cells
    if (a === undefined) throw new Error('no cell')
    const ran = { source: 'one', order: 7, declares: ['x'], uses: [] }
    const ours = { ...base, cells: [{ ...a, ran }, ...others] }
    const edited = mergeNotebooks(base, ours, book(['a', 'edited'], ['b', 'two'], ['c', 'three']))
    expect(edited.notebook.cells[0]).toMatchObject({ source: 'edited', ran })
    expect(edited.notebook.cells[1]).not.toHaveProperty('ran')
  })

  test('outputs never conflict: ours win, theirs are taken where ours did not change', () => {
    const theirs = withOutput(base, 0, { ...PRINTED, text: 'theirs' })
    expect(mergeNotebooks(base, base, theirs).notebook.cells[0]?.outputs).toMatchObject([
      { text: 'theirs' },
    ])
    const both = mergeNotebooks(base, withOutput(base, 0, PRINTED), theirs)
    expect(both).toMatchObject({ conflicts: [] })
    expect(both.notebook.cells[0]?.outputs).toEqual([PRINTED])
  })

  test('merges metadata key by key', () => {
    const at = (metadata: Notebook['metadata']): Notebook => ({ cells: [], metadata })
    const merged = mergeNotebooks(
      at({ a: 1, b: 1, c: 1 }),
      at({ a: 2, b: 1, c: 1 }),
      at({ a: 3, b: 2, d: 4 }),
    )
    expect(merged.notebook.metadata).toEqual({ a: 2, b: 2, d: 4 })
  })

  test('is the other side when one side changed nothing', () => {
    fc.assert(
      fc.property(notebook, notebook, (one, other) => {
        expectSame(mergeNotebooks(one, one, other).notebook, other)
        expectSame(mergeNotebooks(one, other, one).notebook, other)
        expect(mergeNotebooks(one, one, other).conflicts).toEqual([])
      }),
    )
  })

  test('loses no text that either side wrote, and gives each cell a name of its own', () => {
    fc.assert(
      fc.property(small, small, small, (one, ours, theirs) => {
        const merged = mergeNotebooks(one, ours, theirs).notebook
        const written = new Set(merged.cells.map(({ source }) => source))
        const before = new Map(one.cells.map((cell) => [cell.id, cell.source]))
        const lost = [...ours.cells, ...theirs.cells]
          .filter((cell) => before.get(cell.id) !== cell.source)
          .filter((cell) => !written.has(cell.source))
        expect(lost).toEqual([])
        expect(new Set(merged.cells.map(({ id }) => id)).size).toBe(merged.cells.length)
      }),
      { numRuns: 500 },
    )
  })
})

/** Notebooks that often share cells: a few names, a few texts. */
const small: fc.Arbitrary<Notebook> = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'a-theirs', 'd'), fc.nat(4)), {
    selector: ([id]) => id,
    maxLength: 5,
  })
  .map((cells) => book(...cells.map(([id, text]): [string, string] => [id, `text ${text}`])))

function book(...cells: [id: string, source: string][]): Notebook {
  return { cells: cells.map(([id, source]) => emptyCell(id, 'typescript', source)), metadata: {} }
}

function texts({ cells }: Notebook): string[] {
  return cells.map(({ id, source }) => `${id}: ${source}`)
}

function withOutput(from: Notebook, at: number, output: Output): Notebook {
  const cells = from.cells.map((cell, n) => (n === at ? { ...cell, outputs: [output] } : cell))
  return { ...from, cells }
}

function expectSame(one: Notebook, other: Notebook): void {
  expect(one.cells.map(({ id }) => id)).toEqual(other.cells.map(({ id }) => id))
  for (const [n, cell] of one.cells.entries()) {
    const match = other.cells[n]
    expect(match !== undefined && hasSameContent(cell, match)).toBe(true)
    expect(isSameJson(cell.outputs, match?.outputs)).toBe(true)
  }
  expect(isSameJson(one.metadata, other.metadata)).toBe(true)
}
