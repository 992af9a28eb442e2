import { memo, type ReactElement } from 'react'
import type { ResultBundleColumn, ResultRow } from '../../src/results/result.ts'
import { isNumeric } from './column-widths.ts'
import { ROW_HEIGHT } from './scroll-position.ts'

/** Characters of a value that stand in its cell; the cell's own view has all of them. */
const SHOWN_CHARACTERS = 240

export interface GridColumns {
  readonly columns: readonly ResultBundleColumn[]
  /** Left edges of the columns, and the right one of the last. */
  readonly edges: readonly number[]
  /** The columns that are drawn. */
  readonly drawn: readonly number[]
  /** Width of the rows' numbers. */
  readonly gutter: number
}

export function cellId(gridId: string, row: number, column: number): string {
  return `${gridId}-${row}-${column}`
}

/** One row. All that changes while the reader scrolls is which rows there are, so none is drawn twice. */
export const GridRow = memo(function GridRow(props: {
  readonly gridId: string
  readonly index: number
  readonly top: number
  /** Undefined while it is not here. */
  readonly row: ResultRow | undefined
  readonly layout: GridColumns
  /** The selected columns; -1 when there are none. */
  readonly firstSelected: number
  readonly lastSelected: number
  readonly active: number
}): ReactElement {
  const { gridId, index, row, layout, firstSelected, lastSelected, active } = props
  const { columns, edges, drawn, gutter } = layout
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-busy={row === undefined ? true : undefined}
      className={row === undefined ? 'grid-row waiting' : 'grid-row'}
      style={{ top: props.top, height: ROW_HEIGHT, width: gutter + (edges.at(-1) ?? 0) }}
    >
      <span className="grid-number" aria-hidden="true" style={{ width: gutter }}>
        {(index + 1).toLocaleString('en')}
      </span>
      {drawn.map((at) => {
        const left = edges[at] ?? 0
        const column = columns[at]
        if (column === undefined) return null
        const isSelected = at >= firstSelected && at <= lastSelected
        return (
          <div
            key={at}
            id={cellId(gridId, index, at)}
            role="gridcell"
            aria-colindex={at + 1}
            aria-selected={isSelected}
            className={cellClass(column, isSelected, at === active)}
            style={{ left: gutter + left, width: (edges[at + 1] ?? left) - left }}
          >
            {row === undefined ? <span className="grid-wait" /> : <Value value={row[at] ?? null} />}
          </div>
        )
      })}
    </div>
  )
})

function cellClass(column: ResultBundleColumn, isSelected: boolean, isActive: boolean): string {
  const names = ['grid-cell']
  if (isNumeric(column)) names.push('number')
  if (isSelected) names.push('selected')
  if (isActive) names.push('active')
  return names.join(' ')
}

function Value(props: { readonly value: string | null }): ReactElement | string {
  const { value } = props
  if (value === null) return <span className="grid-null">NULL</span>
  return value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value
}
