import { mountedEditors } from '../editing/mounted-editors.ts'
import { elementOf } from '../notebook/mounted-cells.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { matchesByCell, type Match } from './find-matches.ts'

const ALL = 'search-match'
const CURRENT = 'search-current'

/** Marks the matches in the cells that are in the page, without touching what stands there. */
export function paintMatches(
  notebook: OpenNotebook,
  matches: readonly Match[],
  current: Match | undefined,
): void {
  if (!('highlights' in CSS)) return
  const ranges: Range[] = []
  const currentRanges: Range[] = []
  for (const [cellId, found] of matchesByCell(matches)) {
    const section = elementOf(notebook, cellId)
    if (section === undefined) continue
    for (const match of found) {
      const range = rangeOf(notebook, section, match)
      if (range !== undefined) (match === current ? currentRanges : ranges).push(range)
    }
  }
  CSS.highlights.set(ALL, new Highlight(...ranges))
  const highlight = new Highlight(...currentRanges)
  highlight.priority = 1
  CSS.highlights.set(CURRENT, highlight)
}

export function clearMatches(): void {
  if (!('highlights' in CSS)) return
  CSS.highlights.delete(ALL)
  CSS.highlights.delete(CURRENT)
}

function rangeOf(notebook: OpenNotebook, section: Element, match: Match): Range | undefined {
  const { from, to, text } = match
  if (match.place === 'output') return rangeOfText(section.querySelector('.cell-outputs'), text)
  const view = mountedEditors(notebook).get(match.cellId)
  if (view !== undefined && section.contains(view.dom)) {
    // An editor has only the lines that can be seen.
    if (from < view.viewport.from || to > view.viewport.to) return undefined
    const [start, end] = [view.domAtPos(from), view.domAtPos(to)]
    return rangeBetween(start.node, start.offset, end.node, end.offset)
  }
  const preview = section.querySelector('.source-preview')
  if (preview !== null) return rangeAt(preview, from, to)
  // What is rendered has other places than its source: the first that says the same.
  return rangeOfText(section.querySelector('.prose'), text)
}

function rangeOfText(element: Element | null, text: string): Range | undefined {
  const from = element?.textContent.indexOf(text) ?? -1
  return element === null || from < 0 ? undefined : rangeAt(element, from, from + text.length)
}

/** The range between two offsets of an element's text. */
function rangeAt(element: Element, from: number, to: number): Range | undefined {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  let start: { readonly node: Node; readonly offset: number } | undefined
  let passed = 0
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const { length } = node.textContent ?? ''
    if (start === undefined && from < passed + length) start = { node, offset: from - passed }
    if (start !== undefined && to <= passed + length) {
      return rangeBetween(start.node, start.offset, node, to - passed)
    }
    passed += length
  }
  return undefined
}

function rangeBetween(start: Node, startOffset: number, end: Node, endOffset: number): Range {
  const range = document.createRange()
  range.setStart(start, startOffset)
  range.setEnd(end, endOffset)
  return range
}
