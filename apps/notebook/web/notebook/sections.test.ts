import { describe, expect, test } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import type { Cell, CellKind } from '../../src/notebook/notebook.ts'
import {
  findHeadings,
  hiddenCells,
  outlineOf,
  sectionOf,
  withSectionCollapsed,
} from './sections.ts'

describe('findHeadings()', () => {
  test.each([
    [
      '# One\ntext\n### Three ###',
      [
        [1, 'One'],
        [3, 'Three'],
      ],
    ],
    [
      'Title\n=====\n\nSub\n---',
      [
        [1, 'Title'],
        [2, 'Sub'],
      ],
    ],
    ['```\n# no\n```\n# yes', [[1, 'yes']]],
    ['~~~~\n# no\n~~~\n# no\n~~~~', []],
    ['- item\n---\ntext\n\n---', []],
    ['#hashtag\n####### seven', []],
    ['# *Very* `loud` [link](x) \\# a', [[1, 'Very loud link # a']]],
    ['#', [[1, '']]],
    ['# <img src=x onerror=1>', [[1, '<img src=x onerror=1>']]],
  ] as [string, [number, string][]][])('%j', (source, headings) => {
    expect(findHeadings(source).map(({ level, text }) => [level, text])).toEqual(headings)
  })
})

function cells(...sources: [CellKind, string, Cell['metadata']?][]): Cell[] {
  return sources.map(([kind, source, metadata = {}], at) => ({
    ...emptyCell(String.fromCharCode(97 + at), kind, source),
    metadata,
  }))
}

describe('hiddenCells()', () => {
  test.each(['heading_collapsed', 'jp-MarkdownHeadingCollapsed'])('%s hides a section', (key) => {
    const list = cells(
      ['markdown', '# A', { [key]: true }],
      ['typescript', '1'],
      ['markdown', '## A.1', { [key]: true }],
      ['sql', '2'],
      ['markdown', '# B'],
      ['sql', '3'],
    )
    expect(Object.fromEntries(hiddenCells(list))).toEqual({ b: 'a', c: 'a', d: 'a' })
  })

  test('a section hides what its heading says, to the next of its level', () => {
    const list = cells(
      ['markdown', '# A'],
      ['markdown', '## A.1', { heading_collapsed: true }],
      ['sql', '1'],
      ['markdown', '## A.2'],
      ['markdown', 'no heading', { heading_collapsed: true }],
      ['sql', '2'],
    )
    expect([...hiddenCells(list).keys()]).toEqual(['c'])
    expect(sectionOf(list, 2)?.id).toBe('b')
    expect(sectionOf(list, 5)?.id).toBe('d')
  })

  test('the mark goes and comes with other metadata kept', () => {
    const [cell] = cells(['markdown', '# A', { tags: ['x'], heading_collapsed: true }])
    if (cell === undefined) throw new Error('no cell')
    const shown = withSectionCollapsed(cell, false)
    expect(shown).toEqual({ tags: ['x'] })
    expect(withSectionCollapsed({ ...cell, metadata: shown }, true)).toMatchObject({
      tags: ['x'],
      heading_collapsed: true,
    })
  })
})

describe('outlineOf()', () => {
  const list = cells(
    ['typescript', '\nimport a'],
    ['markdown', '# A\n## A.1'],
    ['sql', 'select 1'],
    ['markdown', 'text'],
    ['raw', 'raw'],
  )

  test('gives the headings, each with its place in its cell', () => {
    expect(outlineOf(list, false)).toEqual([
      { cellId: 'b', index: 0, level: 1, text: 'A' },
      { cellId: 'b', index: 1, level: 2, text: 'A.1' },
    ])
  })

  test('puts first lines of code under the heading before them', () => {
    expect(outlineOf(list, true).map(({ level, text }) => [level, text])).toEqual([
      [1, 'import a'],
      [1, 'A'],
      [2, 'A.1'],
      [3, 'select 1'],
    ])
  })
})
