import { ChangeSet } from '@codemirror/state'
import { diffSources } from '../../src/notebook/source-changes.ts'
import { changeSource } from '../editing/mounted-editors.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { expandReplacement, matchesByCell, type Match } from './find-matches.ts'

/** What a replacement did to one cell. */
export interface ReplacedSource {
  readonly cellId: string
  readonly before: string
  readonly after: string
}

/** Replaces matches in sources, as changes of the reader; a text that is another by now is left as it is. */
export function replaceMatches(
  notebook: OpenNotebook,
  matches: readonly Match[],
  replacement: string,
  isRegExp: boolean,
): readonly ReplacedSource[] {
  const bySource = matchesByCell(matches.filter(({ place }) => place === 'source'))
  return [...bySource].flatMap(([cellId, found]) => {
    const before = notebook.sourceOf(cellId)
    const edits = found
      .filter(({ from, to, text }) => before.slice(from, to) === text)
      .map((match) => ({
        from: match.from,
        to: match.to,
        insert: expandReplacement(replacement, match, isRegExp),
      }))
    if (edits.length === 0) return []
    changeSource(notebook, cellId, ChangeSet.of(edits, before.length), 'input.replace')
    return [{ cellId, before, after: notebook.sourceOf(cellId) }]
  })
}

/** Puts the texts back that nobody has changed since; gives how many. */
export function undoReplacement(
  notebook: OpenNotebook,
  replaced: readonly ReplacedSource[],
): number {
  const unchanged = replaced.filter(({ cellId, after }) => notebook.sourceOf(cellId) === after)
  for (const { cellId, before, after } of unchanged) {
    changeSource(notebook, cellId, diffSources(after, before), 'input.replace')
  }
  return unchanged.length
}
