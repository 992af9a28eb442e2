/** A cell of the grid; row -1 is the header. */
export interface GridCell {
  readonly row: number
  readonly column: number
}

/** The rectangle from `anchor` to `active`; keys move `active`. */
export interface GridSelection {
  readonly anchor: GridCell
  readonly active: GridCell
}

export interface GridBounds {
  readonly rows: number
  readonly columns: number
  /** Rows that are seen at one time. */
  readonly page: number
}

export interface CellRange {
  readonly firstRow: number
  readonly lastRow: number
  readonly firstColumn: number
  readonly lastColumn: number
}

export interface GridKey {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

export const HEADER = -1

export function selectCell(cell: GridCell): GridSelection {
  return { anchor: cell, active: cell }
}

/** The selection after a key, or undefined when it moves nothing. */
export function moveSelection(
  selection: GridSelection,
  pressed: GridKey,
  bounds: GridBounds,
): GridSelection | undefined {
  if (pressed.altKey) return undefined
  const isFar = pressed.ctrlKey || pressed.metaKey
  const target = moveCell(selection.active, pressed.key, isFar, bounds)
  if (target === undefined) return undefined
  const active = {
    row: clamp(target.row, HEADER, bounds.rows - 1),
    column: clamp(target.column, 0, bounds.columns - 1),
  }
  if (!pressed.shiftKey) return selectCell(active)
  // Names are no part of a range of rows.
  const least = bounds.rows === 0 ? HEADER : 0
  const inRows = (cell: GridCell): GridCell => ({ ...cell, row: Math.max(least, cell.row) })
  return { anchor: inRows(selection.anchor), active: inRows(active) }
}

export function selectAll({ rows, columns }: GridBounds): GridSelection {
  return {
    anchor: { row: 0, column: 0 },
    active: { row: rows - 1, column: columns - 1 },
  }
}

function moveCell(
  { row, column }: GridCell,
  key: string,
  isFar: boolean,
  bounds: GridBounds,
): GridCell | undefined {
  const lastRow = bounds.rows - 1
  const lastColumn = bounds.columns - 1
  switch (key) {
    case 'ArrowLeft':
      return { row, column: isFar ? 0 : column - 1 }
    case 'ArrowRight':
      return { row, column: isFar ? lastColumn : column + 1 }
    case 'ArrowUp':
      return { row: isFar ? Math.min(row, 0) : row - 1, column }
    case 'ArrowDown':
      return { row: isFar ? lastRow : row + 1, column }
    case 'PageUp':
      return { row: row === HEADER ? row : Math.max(0, row - bounds.page), column }
    case 'PageDown':
      return { row: row + bounds.page, column }
    case 'Home':
      return isFar ? { row: Math.min(0, lastRow), column: 0 } : { row, column: 0 }
    case 'End':
      return isFar ? { row: lastRow, column: lastColumn } : { row, column: lastColumn }
    default:
      return undefined
  }
}

/** The rows and columns of a selection, or undefined when it is a name in the header. */
export function rangeOf({ anchor, active }: GridSelection): CellRange | undefined {
  const firstRow = Math.min(anchor.row, active.row)
  if (firstRow === HEADER) return undefined
  return {
    firstRow,
    lastRow: Math.max(anchor.row, active.row),
    firstColumn: Math.min(anchor.column, active.column),
    lastColumn: Math.max(anchor.column, active.column),
  }
}

export function cellCount(range: CellRange): number {
  return (range.lastRow - range.firstRow + 1) * (range.lastColumn - range.firstColumn + 1)
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value))
}
