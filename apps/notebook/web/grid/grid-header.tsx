import { memo, useRef, type ReactElement } from 'react'
import type { ResultSort } from '../../src/results/result.ts'
import { Icon } from '../icons.tsx'
import type { Anchor } from '../shell/popover.tsx'
import { isNumeric } from './column-widths.ts'
import { cellId, type GridColumns } from './grid-row.tsx'
import { directionOf } from './row-query.ts'
import { HEADER } from './selection.ts'

/** Height of the names and types. */
export const HEADER_HEIGHT = 46

/** Names and types of the columns. The keys for all that can be done here are the grid's. */
export const GridHeader = memo(function GridHeader(props: {
  readonly gridId: string
  readonly layout: GridColumns
  readonly sort: readonly ResultSort[]
  readonly filtered: ReadonlySet<number>
  readonly active: number
  readonly onSort: (column: number, isAdded: boolean) => void
  readonly onMenu: (column: number, anchor: Anchor) => void
  readonly onWidth: (column: number, width: number | 'fitting') => void
}): ReactElement {
  const { gridId, layout, sort, filtered, active, onSort, onMenu } = props
  const { columns, edges, drawn, gutter } = layout
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="grid-header"
      style={{ height: HEADER_HEIGHT, width: gutter + (edges.at(-1) ?? 0) }}
    >
      <span className="grid-number" aria-hidden="true" style={{ width: gutter }} />
      {drawn.map((at) => {
        const column = columns[at]
        const left = edges[at] ?? 0
        const width = (edges[at + 1] ?? left) - left
        if (column === undefined) return null
        const direction = directionOf(sort, at)
        const place = sort.findIndex((each) => each.column === at)
        return (
          <div
            key={at}
            id={cellId(gridId, HEADER, at)}
            role="columnheader"
            aria-colindex={at + 1}
            aria-sort={direction}
            className={[
              'grid-name',
              isNumeric(column) ? 'number' : '',
              at === active ? 'active' : '',
            ].join(' ')}
            style={{ left: gutter + left, width }}
            onClick={(event) => onSort(at, event.shiftKey)}
          >
            <span className="grid-name-line">
              <span className="grid-name-text" title={column.name}>
                {column.name}
              </span>
              {direction !== 'none' && (
                <span className="grid-order" aria-hidden="true">
                  <Icon name={direction === 'ascending' ? 'up' : 'down'} size={12} />
                  {sort.length > 1 && <small>{place + 1}</small>}
                </span>
              )}
            </span>
            <span className="grid-type">{column.type}</span>
            <button
              type="button"
              className={filtered.has(at) ? 'grid-menu filtered' : 'grid-menu'}
              tabIndex={-1}
              aria-label={`Filter and statistics of ${column.name}`}
              title="Filter and statistics (Alt+↓)"
              // The focus stays on the grid.
              onMouseDown={(event) => event.preventDefault()}
              onClick={(event) => {
                event.stopPropagation()
                const button = event.currentTarget
                onMenu(at, () => button.getBoundingClientRect())
              }}
            >
              <Icon name="filter" size={13} />
            </button>
            <WidthHandle width={width} onWidth={(next) => props.onWidth(at, next)} />
          </div>
        )
      })}
    </div>
  )
})

/** The right edge of a name, to be dragged; Alt and the arrows do the same from the keyboard. */
function WidthHandle(props: {
  readonly width: number
  readonly onWidth: (width: number | 'fitting') => void
}): ReactElement {
  const start = useRef<{ readonly x: number; readonly width: number } | null>(null)
  return (
    <span
      className="grid-edge"
      aria-hidden="true"
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={() => props.onWidth('fitting')}
      onPointerDown={(event) => {
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { x: event.clientX, width: props.width }
      }}
      onPointerMove={(event) => {
        if (start.current === null) return
        props.onWidth(start.current.width + event.clientX - start.current.x)
      }}
      onLostPointerCapture={() => (start.current = null)}
    />
  )
}
