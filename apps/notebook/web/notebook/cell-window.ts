import type { Cell } from '../../src/notebook/notebook.ts'

/** Cells that stay in the page once they were seen: coming back to one finds its editor and its frames as they were. */
export const MOST_MOUNTED = 80

/**
 * Which cells are in the page whole, in the order they were last near. All others are a box of about their height.
 *
 * @param near Cells that are now near what is seen.
 * @param kept Cells that may not go: the selected one, which has the keyboard.
 */
export function nextMounted(
  mounted: readonly string[],
  near: ReadonlySet<string>,
  kept: ReadonlySet<string>,
): readonly string[] {
  const isNeeded = (id: string): boolean => near.has(id) || kept.has(id)
  const needed = [...new Set([...near, ...kept])]
  const others = mounted.filter((id) => !isNeeded(id))
  const room = Math.max(0, MOST_MOUNTED - needed.length)
  const next = [...others.slice(Math.max(0, others.length - room)), ...needed]
  const before = new Set(mounted)
  const isSame = next.length === mounted.length && next.every((id) => before.has(id))
  return isSame ? mounted : next
}

const LINE = 21
const PADDING = 20
const BORDERS = 10
const PROSE_LINE = 25
/** A frame or a picture, before it is there. */
const DISPLAY = 160
const MOST_PRINTED = 22 * 40

/** About how high a cell will be, in CSS pixels: the scroll bar should not jump when it comes. */
export function estimateHeight(cell: Cell): number {
  const lines = countLines(cell.source)
  if (cell.kind === 'markdown') return BORDERS + 8 + lines * PROSE_LINE
  const isHidden = isHiddenIn(cell, 'source_hidden')
  const source = isHidden ? LINE + PADDING : lines * LINE + PADDING
  if (cell.kind === 'raw') return BORDERS + source
  const foot = cell.run.status === 'idle' ? 0 : 21
  if (cell.outputs.length === 0) return BORDERS + source + foot
  if (isHiddenIn(cell, 'outputs_hidden')) return BORDERS + source + foot + 30
  let outputs = 14
  for (const output of cell.outputs) {
    if (output.type === 'stream') outputs += Math.min(MOST_PRINTED, countLines(output.text) * 20)
    else if (output.type === 'error') outputs += 40 + output.traceback.length * 20
    else outputs += DISPLAY
  }
  return BORDERS + source + foot + outputs
}

/** nbformat's marks of what a reader has folded away. */
export function isHiddenIn(cell: Cell, key: 'source_hidden' | 'outputs_hidden'): boolean {
  const { jupyter, collapsed } = cell.metadata
  if (key === 'outputs_hidden' && collapsed === true) return true
  return typeof jupyter === 'object' && jupyter !== null && !Array.isArray(jupyter)
    ? (jupyter as Cell['metadata'])[key] === true
    : false
}

/** The metadata with the mark set or taken away, everything else as it is. */
export function withHidden(
  cell: Cell,
  key: 'source_hidden' | 'outputs_hidden',
  isHidden: boolean,
): Cell['metadata'] {
  const { jupyter, collapsed, ...rest } = cell.metadata
  const isObject = typeof jupyter === 'object' && jupyter !== null && !Array.isArray(jupyter)
  const { [key]: _, ...marks } = (isObject ? jupyter : {}) as Cell['metadata']
  const next = isHidden ? { ...marks, [key]: true } : marks
  // Older pages know this one for the outputs; both say the same.
  const isCollapsed = key === 'outputs_hidden' ? isHidden : collapsed === true
  return {
    ...rest,
    ...(isCollapsed ? { collapsed: true } : {}),
    ...(Object.keys(next).length === 0 ? {} : { jupyter: next }),
  }
}

function countLines(text: string): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
