import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import { serveNotebook } from '../testing/served-notebook.ts'
import { findMatches, type Match } from './find-matches.ts'
import { replaceMatches, undoReplacement } from './replace-matches.ts'
import { searchedTexts } from './searched-texts.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const cells = [
  emptyCell('a', 'typescript', 'one two one'),
  emptyCell('b', 'markdown', 'three'),
  {
    ...emptyCell('c', 'sql', 'one'),
    outputs: [{ type: 'stream', name: 'stdout', text: '\u001B[1mone\u001B[0m', omitted: 0 }],
  } as const,
]

function find(sourceOf: (cellId: string) => string, pattern: RegExp): readonly Match[] {
  return findMatches(searchedTexts(cells, sourceOf, true), pattern)
}

describe('replaceMatches()', () => {
  test('changes sources as the reader would, outputs not, and can be undone', async () => {
    const { notebook, server, settle } = await serveNotebook(cells)
    const sources = (): string[] => server.state.notebook.cells.map(({ source }) => source)
    const send = async (): Promise<void> => {
      vi.advanceTimersByTime(1_000)
      await settle()
    }
    const found = find((cellId) => notebook.sourceOf(cellId), /(o)ne/g)
    expect(found.map(({ cellId, place }) => `${cellId} ${place}`)).toEqual([
      'a source',
      'a source',
      'c source',
      'c output',
    ])
    const replaced = replaceMatches(notebook, found, '$1ther', true)
    await send()
    expect(sources()).toEqual(['other two other', 'three', 'other'])
    expect(undoReplacement(notebook, replaced)).toBe(2)
    await send()
    expect(sources()).toEqual(['one two one', 'three', 'one'])
  })

  test('leaves a text alone that has changed since it was searched, or since it was replaced', async () => {
    const { notebook } = await serveNotebook(cells)
    const found = find((cellId) => notebook.sourceOf(cellId), /one/g)
    const [first] = replaceMatches(notebook, found.slice(0, 1), '1', false)
    expect(first?.after).toBe('1 two one')
    expect(replaceMatches(notebook, found.slice(0, 2), '1', false)).toEqual([])
    replaceMatches(
      notebook,
      find((id) => notebook.sourceOf(id), /two/g),
      '2',
      false,
    )
    expect(undoReplacement(notebook, first === undefined ? [] : [first])).toBe(0)
    expect(notebook.sourceOf('a')).toBe('1 2 one')
  })
})
