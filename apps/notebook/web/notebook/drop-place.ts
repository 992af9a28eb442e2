/** Where a cell stands on the page, top to bottom. */
export interface CellPlace {
  readonly id: string
  readonly top: number
  readonly bottom: number
}

export interface DropPlace {
  /** Where the line is drawn. */
  readonly top: number
  /** The cell that the dropped ones come before; null for the end. */
  readonly before: string | null
}

/** Between which cells something is dropped that is let go at this height. */
export function findDropPlace(places: readonly CellPlace[], y: number): DropPlace {
  const next = places.findIndex(({ top, bottom }) => y < (top + bottom) / 2)
  const at = next < 0 ? places.length : next
  const above = places[at - 1]
  const below = places[at]
  const top = ((above?.bottom ?? below?.top ?? 0) + (below?.top ?? above?.bottom ?? 0)) / 2
  return { top, before: below?.id ?? null }
}

/** The index that move-cells is told: the first one's place among the cells that stay. */
export function indexOfDrop(
  ids: readonly string[],
  moved: readonly string[],
  before: string | null,
): number {
  const wanted = new Set(moved)
  const end = before === null ? ids.length : ids.indexOf(before)
  return ids.slice(0, end).filter((id) => !wanted.has(id)).length
}

/** How fast the page goes on when something is held near its edge, in pixels a frame. */
export function scrollSpeed(y: number, top: number, bottom: number): number {
  const reach = 60
  if (y < top + reach) return -Math.min(24, Math.ceil((top + reach - y) / 3))
  if (y > bottom - reach) return Math.min(24, Math.ceil((y - bottom + reach) / 3))
  return 0
}
