import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'
import { HEADER_HEIGHT } from './grid-header.tsx'
import {
  layoutHeight,
  positionOf,
  ROW_HEIGHT,
  scrolledTo,
  scrollInto,
  type ScrollPosition,
} from './scroll-position.ts'
import { type GridCell, HEADER } from './selection.ts'
import { visibleColumns, visibleRows, type VisibleRange } from './visible-range.ts'

/** What of a grid is drawn. It changes every few rows of a scroll, and not with every frame. */
export interface DrawnPart {
  readonly rows: VisibleRange
  readonly columns: VisibleRange
  /** Px that the rows are moved by where the scroll bar is coarser than they are. */
  readonly shift: number
}

export interface GridView {
  readonly drawn: DrawnPart
  /** Height of all rows as it is laid out. */
  readonly height: number
  readonly onScroll: () => void
  readonly showCell: (cell: GridCell) => void
  readonly showTop: () => void
  readonly rowAt: (clientY: number) => number
  readonly distanceAt: (clientX: number) => number
  /** Whole rows that are seen at one time. */
  readonly page: () => number
}

const NOTHING: VisibleRange = { first: 0, last: -1 }

/** The part of a grid that is seen, and the ways to move it. */
export function useGridView(
  scroller: RefObject<HTMLElement | null>,
  rowCount: number,
  edges: readonly number[],
  gutter: number,
): GridView {
  const position = useRef<ScrollPosition>({ element: 0, rows: 0 })
  const [drawn, setDrawn] = useState<DrawnPart>({ rows: NOTHING, columns: NOTHING, shift: 0 })
  const height = rowCount * ROW_HEIGHT

  const look = useCallback((): void => {
    const element = scroller.current
    if (element === null) return
    const view = rowsView(element)
    const next = {
      rows: visibleRows(position.current.rows, view, ROW_HEIGHT, rowCount),
      columns: visibleColumns(element.scrollLeft, columnsView(element, gutter), edges),
      shift: position.current.element - position.current.rows,
    }
    setDrawn((before) => (isSame(before, next) ? before : next))
  }, [scroller, rowCount, edges, gutter])

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const onSize = (): void => {
      position.current = positionOf(position.current.rows, height, rowsView(element))
      element.scrollTop = position.current.element
      look()
    }
    onSize()
    const observer = new ResizeObserver(onSize)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, height, look])

  return {
    drawn,
    height: layoutHeight(height),
    onScroll: () => {
      const element = scroller.current
      if (element === null) return
      const { scrollTop } = element
      position.current = scrolledTo(position.current, scrollTop, height, rowsView(element))
      // In the frame of the scroll: a frame later the reader sees a gap.
      flushSync(look)
    },
    showCell: ({ row, column }) => {
      const element = scroller.current
      if (element === null) return
      const left = scrollInto(
        element.scrollLeft,
        columnsView(element, gutter),
        edges[column] ?? 0,
        edges[column + 1] ?? 0,
      )
      if (left !== undefined) element.scrollLeft = left
      const view = rowsView(element)
      const start = row * ROW_HEIGHT
      const rows = scrollInto(position.current.rows, view, start, start + ROW_HEIGHT)
      if (row !== HEADER && rows !== undefined) {
        position.current = positionOf(rows, height, view)
        element.scrollTop = position.current.element
      }
      look()
    },
    showTop: () => {
      if (scroller.current === null) return
      position.current = { element: 0, rows: 0 }
      scroller.current.scrollTop = 0
      look()
    },
    rowAt: (clientY) => {
      const element = scroller.current
      if (element === null) return 0
      const y = clientY - element.getBoundingClientRect().top - HEADER_HEIGHT
      return Math.max(
        0,
        Math.min(rowCount - 1, Math.floor((y + position.current.rows) / ROW_HEIGHT)),
      )
    },
    distanceAt: (clientX) => {
      const element = scroller.current
      if (element === null) return 0
      return clientX - element.getBoundingClientRect().left - gutter + element.scrollLeft
    },
    page: () =>
      scroller.current === null
        ? 1
        : Math.max(1, Math.floor(rowsView(scroller.current) / ROW_HEIGHT)),
  }
}

function rowsView(element: HTMLElement): number {
  return Math.max(0, element.clientHeight - HEADER_HEIGHT)
}

function columnsView(element: HTMLElement, gutter: number): number {
  return Math.max(0, element.clientWidth - gutter)
}

function isSame(one: DrawnPart, other: DrawnPart): boolean {
  return (
    one.shift === other.shift &&
    one.rows.first === other.rows.first &&
    one.rows.last === other.rows.last &&
    one.columns.first === other.columns.first &&
    one.columns.last === other.columns.last
  )
}
