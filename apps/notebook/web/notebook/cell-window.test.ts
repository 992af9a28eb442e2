import { describe, expect, test } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import { estimateHeight, isHiddenIn, MOST_MOUNTED, nextMounted, withHidden } from './cell-window.ts'

describe('nextMounted()', () => {
  const ids = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, at) => `cell-${from + at}`)

  test('keeps what was seen last, up to the most, and what is selected always', () => {
    let mounted: readonly string[] = []
    for (let at = 0; at < 500; at += 10) {
      mounted = nextMounted(mounted, new Set(ids(at, at + 20)), new Set(['cell-0']))
    }
    expect(mounted).toHaveLength(MOST_MOUNTED)
    expect(mounted).toEqual(expect.arrayContaining([...ids(490, 510), ...ids(440, 450), 'cell-0']))
    expect(mounted).not.toContain('cell-5')
  })

  test('gives the same list when nothing came or went', () => {
    const mounted = nextMounted([], new Set(ids(0, 20)), new Set())
    expect(nextMounted(mounted, new Set(ids(5, 15)), new Set(['cell-2']))).toBe(mounted)
  })

  test('takes in more than the most when so many are seen', () => {
    expect(nextMounted(ids(0, 50), new Set(ids(100, 200)), new Set())).toHaveLength(100)
  })
})

describe('estimateHeight()', () => {
  test('grows with the text and with what was printed, less when it is hidden', () => {
    const cell = emptyCell('a', 'typescript', 'one\ntwo')
    const longer = { ...cell, source: 'one\ntwo\nthree' }
    const text = 'line\n'.repeat(10)
    const printed = {
      ...cell,
      outputs: [{ type: 'stream', name: 'stdout', text, omitted: 0 }] as const,
    }
    const folded = { ...printed, metadata: { jupyter: { outputs_hidden: true } } }
    const heights = [cell, longer, folded, printed].map(estimateHeight)
    expect(heights.toSorted((a, b) => a - b)).toEqual(heights)
    expect(new Set(heights).size).toBe(4)
  })
})

describe('withHidden()', () => {
  test('keeps other marks, and says to older pages what they know', () => {
    const cell = { ...emptyCell('a', 'sql', ''), metadata: { jupyter: { other: 1 }, tags: ['x'] } }
    const hidden = { ...cell, metadata: withHidden(cell, 'outputs_hidden', true) }
    expect(hidden.metadata).toEqual({
      tags: ['x'],
      collapsed: true,
      jupyter: { other: 1, outputs_hidden: true },
    })
    expect([isHiddenIn(hidden, 'outputs_hidden'), isHiddenIn(hidden, 'source_hidden')]).toEqual([
      true,
      false,
    ])
    expect(withHidden(hidden, 'outputs_hidden', false)).toEqual(cell.metadata)
    expect(withHidden(hidden, 'source_hidden', true)).toMatchObject({
      collapsed: true,
      jupyter: { source_hidden: true, outputs_hidden: true },
    })
  })

  test.each([[null], [['source_hidden']], ['text']])('metadata.jupyter may be %j', (jupyter) => {
    const cell = { ...emptyCell('a', 'sql', ''), metadata: { jupyter } }
    expect(isHiddenIn(cell, 'source_hidden')).toBe(false)
    expect(withHidden(cell, 'source_hidden', true)).toEqual({ jupyter: { source_hidden: true } })
  })
})
