import type { Cell } from '../../src/notebook/notebook.ts'

/** Which cells are meant: one, or all from where the selection began to where it stands. */
export interface CellSelection {
  readonly selectedId: string | null
  /** Where a selection of several began; null when one cell is selected. */
  readonly anchorId: string | null
}

/** The selected cells in the order of the notebook. */
export function selectedCells(cells: readonly Cell[], selection: CellSelection): readonly Cell[] {
  const [from, to] = rangeOf(cells, selection)
  return cells.slice(from, to + 1)
}

export function isSelected(
  cells: readonly Cell[],
  selection: CellSelection,
  cellId: string,
): boolean {
  if (selection.selectedId === cellId) return true
  if (selection.anchorId === null) return false
  const [from, to] = rangeOf(cells, selection)
  const at = placesOf(cells).get(cellId) ?? -1
  return from <= at && at <= to
}

function rangeOf(
  cells: readonly Cell[],
  { selectedId, anchorId }: CellSelection,
): readonly [from: number, to: number] {
  const places = placesOf(cells)
  const head = selectedId === null ? undefined : places.get(selectedId)
  if (head === undefined) return [0, -1]
  // The cell where it began may have been deleted by someone else.
  const anchor = (anchorId === null ? undefined : places.get(anchorId)) ?? head
  return [Math.min(anchor, head), Math.max(anchor, head)]
}

const known = new WeakMap<readonly Cell[], ReadonlyMap<string, number>>()

/** Where each cell stands; made once for each list, so that a thousand cells do not each search it. */
export function placesOf(cells: readonly Cell[]): ReadonlyMap<string, number> {
  let places = known.get(cells)
  if (places === undefined) {
    places = new Map(cells.map(({ id }, at) => [id, at]))
    known.set(cells, places)
  }
  return places
}
