import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
} from 'react'
import type { ResultBundleColumn } from '../../src/results/result.ts'
import type { Anchor } from '../shell/popover.tsx'
import { columnEdges } from './column-widths.ts'
import { gridCommand } from './grid-keys.ts'
import { GridHeader, HEADER_HEIGHT } from './grid-header.tsx'
import { cellId, GridRow, type GridColumns } from './grid-row.tsx'
import type { RowQuery } from './row-query.ts'
import type { RowWindows } from './row-windows.ts'
import { ROW_HEIGHT } from './scroll-position.ts'
import {
  type GridCell,
  type GridSelection,
  HEADER,
  moveSelection,
  rangeOf,
  selectAll,
  selectCell,
} from './selection.ts'
import { useGridView } from './use-grid-view.ts'
import { columnAt, indexesWith, slotOf } from './visible-range.ts'

/** Px that a key widens or narrows a column by. */
const WIDTH_STEP = 16

/**
 * Rows and columns as far as they are seen. The element that scrolls has the focus and points to the active cell,
 * which stays on the page wherever the reader scrolls; so the focus cannot be lost with a row.
 */
export function GridTable(props: {
  readonly label: string
  readonly columns: readonly ResultBundleColumn[]
  readonly windows: RowWindows
  readonly rowCount: number
  readonly query: RowQuery
  readonly widths: readonly number[]
  readonly height: number | undefined
  readonly selection: GridSelection | null
  readonly onSelect: (selection: GridSelection) => void
  readonly onSort: (column: number, isAdded: boolean) => void
  readonly onMenu: (column: number, anchor: Anchor) => void
  readonly onWidth: (column: number, width: number | 'fitting') => void
  readonly onOpen: (cell: GridCell) => void
  readonly onCopy: () => void
}): ReactElement {
  const { columns, windows, rowCount, query, widths, selection, onSelect } = props
  const gridId = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const edges = useMemo(() => columnEdges(widths), [widths])
  const gutter = 20 + rowCount.toLocaleString('en').length * 7
  const view = useGridView(scroller, rowCount, edges, gutter)
  const { drawn } = view
  const active = selection?.active ?? null
  const activeColumn = active?.column ?? -1

  const layout = useMemo<GridColumns>(
    () => ({ columns, edges, gutter, drawn: indexesWith(drawn.columns, activeColumn) }),
    [columns, edges, gutter, drawn.columns, activeColumn],
  )
  const filtered = useMemo(() => new Set(query.filters.map(({ column }) => column)), [query])

  useEffect(
    () => windows.look(Math.max(0, drawn.rows.first), drawn.rows.last),
    [windows, drawn.rows],
  )

  // Another order or other conditions begin at the top.
  const shownQuery = useRef(query)
  useLayoutEffect(() => {
    if (shownQuery.current === query) return
    shownQuery.current = query
    view.showTop()
  })

  const select = (next: GridSelection): void => {
    onSelect(next)
    view.showCell(next.active)
  }
  const cellAt = (event: PointerEvent): GridCell => ({
    row: view.rowAt(event.clientY),
    column: columnAt(edges, view.distanceAt(event.clientX)),
  })

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) return
    const isDone = pressKey(event)
    if (isDone) event.preventDefault()
  }

  const pressKey = (event: KeyboardEvent<HTMLElement>): boolean => {
    const isOnName = selection?.active.row === HEADER
    const command = gridCommand(event, isOnName ? 'name' : 'value')
    if (command === 'leave') {
      event.currentTarget.closest<HTMLElement>('.cell')?.focus()
      return true
    }
    if (selection === null) return false
    const { column } = selection.active
    const width = widths[column] ?? 0
    const bounds = { rows: rowCount, columns: columns.length, page: view.page() }
    switch (command) {
      case 'narrow-column':
        props.onWidth(column, width - WIDTH_STEP)
        return true
      case 'widen-column':
        props.onWidth(column, width + WIDTH_STEP)
        return true
      case 'column-menu':
        openMenu(column)
        return true
      case 'sort':
      case 'sort-too':
        props.onSort(column, command === 'sort-too')
        return true
      case 'show-value':
        props.onOpen(selection.active)
        return true
      case 'copy':
        props.onCopy()
        return true
      case 'select-all':
        // Where the reader is.
        onSelect(selectAll(bounds))
        return true
      default: {
        const moved = moveSelection(selection, event, bounds)
        if (moved !== undefined) select(moved)
        return moved !== undefined
      }
    }
  }

  const openMenu = (column: number): void => {
    const element = scroller.current
    if (element === null) return
    view.showCell({ row: HEADER, column })
    props.onMenu(column, () => {
      const box = element.getBoundingClientRect()
      const left = box.left + gutter + (edges[column] ?? 0) - element.scrollLeft
      return { left, right: left, top: box.top, bottom: box.top + HEADER_HEIGHT }
    })
  }

  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0 || rowCount === 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const cell = cellAt(event)
    if (event.shiftKey && selection !== null) select({ anchor: selection.anchor, active: cell })
    else select(selectCell(cell))
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (selection === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    const cell = cellAt(event)
    if (cell.row === selection.active.row && cell.column === selection.active.column) return
    select({ anchor: selection.anchor, active: cell })
  }

  const range = selection === null ? undefined : rangeOf(selection)
  return (
    <div
      ref={scroller}
      className="grid-table"
      role="grid"
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      aria-readonly="true"
      aria-activedescendant={
        active === null ? undefined : cellId(gridId, active.row, active.column)
      }
      tabIndex={0}
      style={{ height: props.height, maxHeight: props.height }}
      onScroll={view.onScroll}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (selection === null && event.target === event.currentTarget)
          onSelect(selectCell({ row: rowCount === 0 ? HEADER : 0, column: 0 }))
      }}
    >
      <GridHeader
        gridId={gridId}
        layout={layout}
        sort={query.sort}
        filtered={filtered}
        active={active?.row === HEADER ? activeColumn : -1}
        onSort={props.onSort}
        onMenu={props.onMenu}
        onWidth={props.onWidth}
      />
      <div
        className="grid-rows"
        role="rowgroup"
        style={{ height: view.height, width: gutter + (edges.at(-1) ?? 0) }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onDoubleClick={() => selection !== null && props.onOpen(selection.active)}
      >
        {indexesWith(drawn.rows, active?.row ?? HEADER).map((index) => {
          const isIn = range !== undefined && index >= range.firstRow && index <= range.lastRow
          return (
            <GridRow
              key={slotOf(index, drawn.rows)}
              gridId={gridId}
              index={index}
              top={index * ROW_HEIGHT + drawn.shift}
              row={windows.row(index)}
              layout={layout}
              firstSelected={isIn ? range.firstColumn : -1}
              lastSelected={isIn ? range.lastColumn : -1}
              active={active?.row === index ? activeColumn : -1}
            />
          )
        })}
      </div>
    </div>
  )
}
