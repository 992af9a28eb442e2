import { useCallback, useState, type ReactElement } from 'react'
import type { ResultBundle } from '../../src/results/result.ts'
import { type ResultPlace, resultAddress } from '../connection/server-api.ts'
import { Menu } from '../shell/menu.tsx'
import type { Anchor } from '../shell/popover.tsx'
import { CellDialog } from './cell-dialog.tsx'
import { ColumnPopover } from './column-popover.tsx'
import { fittingWidths, withWidth } from './column-widths.ts'
import { GridFooter, plural } from './grid-footer.tsx'
import { HEADER_HEIGHT } from './grid-header.tsx'
import { GridTable } from './grid-table.tsx'
import { HeightHandle } from './height-handle.tsx'
import type { CopyFormat } from './print-range.ts'
import { readProblem } from './problem.ts'
import { type RowQuery, toggleSort } from './row-query.ts'
import type { RowWindows } from './row-windows.ts'
import { ROW_HEIGHT } from './scroll-position.ts'
import { type GridCell, type GridSelection, rangeOf, selectAll } from './selection.ts'
import { useCopy } from './use-copy.ts'

/** Rows that are seen before the reader makes the table taller. */
const FIRST_SEEN_ROWS = 12
/** Room for the scroll bar below. */
const SCROLL_BAR = 16

const COPY_FORMATS: readonly (readonly [string, CopyFormat])[] = [
  ['Copy as TSV, with names', 'tsv'],
  ['Copy as CSV', 'csv'],
  ['Copy as JSON', 'json'],
  ['Copy as Markdown', 'markdown'],
]
const EXPORT_FORMATS = [
  ['CSV', 'csv'],
  ['JSON', 'json'],
  ['Parquet', 'parquet'],
] as const

/** A result as a table, and all that the reader does with it. */
export function ResultGrid(props: {
  readonly bundle: ResultBundle
  readonly place: ResultPlace
  readonly windows: RowWindows
  readonly query: RowQuery
  readonly onQuery: (query: RowQuery) => void
  /** Only the first rows are here: nothing can be asked about the others. */
  readonly isGone: boolean
  readonly tools: ReactElement | null
}): ReactElement {
  const { bundle, place, windows, query, onQuery, isGone } = props
  const { columns } = bundle
  const [widths, setWidths] = useState(() => fittingWidths(bundle))
  const [height, setHeight] = useState<number>()
  const [selection, setSelection] = useState<GridSelection | null>(null)
  const [menu, setMenu] = useState<{ readonly column: number; readonly anchor: Anchor } | null>(
    null,
  )
  const [opened, setOpened] = useState<GridCell | null>(null)
  const copying = useCopy(columns, windows)
  const rowCount = windows.total
  const { problem } = windows

  const onSort = useCallback(
    (column: number, isAdded: boolean) => {
      if (!isGone) onQuery({ ...query, sort: toggleSort(query.sort, column, isAdded) })
    },
    [isGone, onQuery, query],
  )
  const onMenu = useCallback(
    (column: number, anchor: Anchor) => {
      if (!isGone) setMenu({ column, anchor })
    },
    [isGone],
  )
  const onWidth = useCallback(
    (column: number, width: number | 'fitting') =>
      setWidths((before) =>
        withWidth(
          before,
          column,
          width === 'fitting' ? (fittingWidths(bundle)[column] ?? 0) : width,
        ),
      ),
    [bundle],
  )

  const copy = (format: CopyFormat, withNames: boolean): void => {
    const range =
      (selection === null ? undefined : rangeOf(selection)) ??
      rangeOf(selectAll({ rows: rowCount, columns: columns.length, page: 1 }))
    if (range !== undefined) copying.copyRange(range, format, withNames)
  }

  const shown = inRows(selection, rowCount)
  const menuColumn = menu === null ? undefined : columns[menu.column]
  const openedColumn = opened === null ? undefined : columns[opened.column]
  const isTall = rowCount > FIRST_SEEN_ROWS
  return (
    <>
      <div className="grid-tools">
        {props.tools}
        <span className="bar-space" />
        <Menu
          label="Copy"
          icon="copy"
          look="tool-button"
          items={COPY_FORMATS.map(([label, format]) => ({
            label,
            onSelect: () => copy(format, true),
          }))}
        />
        {!isGone && (
          <Menu
            label="Export"
            icon="download"
            look="tool-button"
            items={EXPORT_FORMATS.map(([label, format]) => ({
              label,
              address: resultAddress(place, { format, ...query }),
            }))}
          />
        )}
      </div>
      <GridTable
        label={`Result, ${plural(rowCount, 'row')}, ${plural(columns.length, 'column')}`}
        columns={columns}
        windows={windows}
        rowCount={rowCount}
        query={query}
        widths={widths}
        height={isTall ? (height ?? heightOf(FIRST_SEEN_ROWS)) : undefined}
        selection={shown}
        onSelect={setSelection}
        onSort={onSort}
        onMenu={onMenu}
        onWidth={onWidth}
        onOpen={setOpened}
        onCopy={() => copy('tsv', false)}
      />
      {rowCount === 0 && (
        <p className="grid-empty">
          {query.filters.length === 0 ? 'No rows.' : 'No row passes the filters.'}
        </p>
      )}
      {isTall && (
        <HeightHandle
          height={height ?? heightOf(FIRST_SEEN_ROWS)}
          mostHeight={Math.min(heightOf(rowCount), 2_000)}
          onHeight={setHeight}
        />
      )}
      {problem !== null && !isGone && (
        <p className="grid-problem" role="alert">
          {readProblem(problem)}{' '}
          <button type="button" className="text-button" onClick={() => windows.retry()}>
            Try again
          </button>
        </p>
      )}
      <GridFooter
        bundle={bundle}
        filteredCount={query.filters.length === 0 ? null : rowCount}
        status={copying.status}
        onCopyQueryId={(queryId) => copying.copyText(queryId, 'the query id')}
      />
      {menu !== null && menuColumn !== undefined && (
        <ColumnPopover
          place={place}
          index={menu.column}
          column={menuColumn}
          query={query}
          anchor={menu.anchor}
          onQuery={onQuery}
          onClose={() => setMenu(null)}
        />
      )}
      {opened !== null && openedColumn !== undefined && (
        <CellDialog
          windows={windows}
          cell={opened}
          column={openedColumn}
          onCopy={(text) => copying.copyText(text, 'the value')}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  )
}

function heightOf(rows: number): number {
  return HEADER_HEIGHT + rows * ROW_HEIGHT + SCROLL_BAR
}

/** A filter may have taken the selected rows away. */
function inRows(selection: GridSelection | null, rows: number): GridSelection | null {
  if (selection === null) return null
  const inside = (cell: GridCell): GridCell => (cell.row < rows ? cell : { ...cell, row: rows - 1 })
  const { anchor, active } = selection
  return anchor.row < rows && active.row < rows
    ? selection
    : { anchor: inside(anchor), active: inside(active) }
}
