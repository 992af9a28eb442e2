/** The first and the last of what is drawn; both included, `last < first` when there is nothing. */
export interface VisibleRange {
  readonly first: number
  readonly last: number
}

/** Rows that are drawn besides those in view, on each side: a step of the wheel shows no gap. */
const SPARE_ROWS = 6
/** The range moves in steps, so that most frames of a scroll change nothing. */
const STEP_ROWS = 4

export function visibleRows(
  scrolled: number,
  view: number,
  rowHeight: number,
  count: number,
): VisibleRange {
  const first = Math.floor(scrolled / rowHeight / STEP_ROWS) * STEP_ROWS - SPARE_ROWS
  const last = Math.ceil((scrolled + view) / rowHeight / STEP_ROWS) * STEP_ROWS + SPARE_ROWS
  return { first: Math.max(0, first), last: Math.min(count - 1, last) }
}

/** @param edges Left edges of the columns, and the right one of the last. */
export function visibleColumns(
  scrolled: number,
  view: number,
  edges: readonly number[],
): VisibleRange {
  const count = edges.length - 1
  return {
    first: Math.max(0, columnAt(edges, scrolled) - 1),
    last: Math.min(count - 1, columnAt(edges, scrolled + view) + 1),
  }
}

/** The column at a distance from the first one's left edge. */
export function columnAt(edges: readonly number[], x: number): number {
  let low = 0
  let high = Math.max(0, edges.length - 2)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((edges[middle] ?? 0) <= x) low = middle
    else high = middle - 1
  }
  return low
}

/** What is drawn, with one more that must stay on the page although it is out of view. */
export function indexesWith({ first, last }: VisibleRange, extra: number): number[] {
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  if (extra >= 0 && extra < first) return [extra, ...indexes]
  if (extra > last) indexes.push(extra)
  return indexes
}

/**
 * Which of the page's elements shows a row: one that comes into view takes the element of one that has left it, since
 * other texts in it cost less than a new element. Below 0 for the row that stays out of view.
 */
export function slotOf(index: number, drawn: VisibleRange): number {
  const isDrawn = index >= drawn.first && index <= drawn.last
  return isDrawn ? index % slotCount(drawn) : -1
}

/** At least as many as are drawn; a power of two, so that a few rows more or less move none to another element. */
function slotCount({ first, last }: VisibleRange): number {
  return 2 ** Math.ceil(Math.log2(last - first + 1))
}
