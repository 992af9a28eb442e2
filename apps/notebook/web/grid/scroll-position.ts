/** Height of every row. */
export const ROW_HEIGHT = 28

/**
 * The highest element that is laid out: browsers end between 17.8 and 33.5 million px. Beyond it the scroll bar is
 * coarser than the rows.
 */
const MOST_HEIGHT = 16_000_000

/** A step of a wheel or a finger moves the rows by as much; a longer one is a jump of the scroll bar. */
const LONGEST_STEP = 1_500

/** Where a grid is scrolled to: `element` is the browser's scrollTop, `rows` the same in px of all rows. */
export interface ScrollPosition {
  readonly element: number
  readonly rows: number
}

/** The height that the browser is given for so many px of rows. */
export function layoutHeight(height: number): number {
  return Math.min(MOST_HEIGHT, height)
}

/** The position after the browser has scrolled to `element`. `height` of all rows, `view` of what is seen. */
export function scrolledTo(
  before: ScrollPosition,
  element: number,
  height: number,
  view: number,
): ScrollPosition {
  const most = Math.max(0, height - view)
  const mostElement = Math.max(0, layoutHeight(height) - view)
  if (height <= MOST_HEIGHT) return { element, rows: Math.min(most, element) }
  if (element <= 0) return { element, rows: 0 }
  if (element >= mostElement - 1) return { element, rows: most }
  const step = element - before.element
  const rows = Math.abs(step) <= LONGEST_STEP ? before.rows + step : (element / mostElement) * most
  return { element, rows: Math.max(0, Math.min(most, rows)) }
}

/** The position that shows these px of the rows at the top. */
export function positionOf(rows: number, height: number, view: number): ScrollPosition {
  const most = Math.max(0, height - view)
  const inside = Math.max(0, Math.min(most, rows))
  if (height <= MOST_HEIGHT) return { element: inside, rows: inside }
  return { element: Math.round((inside / most) * (MOST_HEIGHT - view)), rows: inside }
}

/** Where to scroll so that `start` to `end` is in view; undefined when it is. */
export function scrollInto(
  scrolled: number,
  view: number,
  start: number,
  end: number,
): number | undefined {
  if (start < scrolled) return start
  return end > scrolled + view ? Math.min(start, end - view) : undefined
}
