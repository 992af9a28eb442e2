import {
  memo,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  type KeyboardEvent,
  type ReactElement,
} from 'react'
import { useShallow } from 'zustand/shallow'
import type { CellKind } from '../../src/notebook/notebook.ts'
import { canUndo } from '../editing/mounted-editors.ts'
import { Icon } from '../icons.tsx'
import { followCopies, onCopyCells, onPasteCells } from './cell-clipboard.ts'
import { runCommand } from './cell-commands.ts'
import { createKeyReader, keyName } from './cell-keys.ts'
import { placesOf } from './cell-selection.ts'
import { CellView, labelOf } from './cell-view.tsx'
import { estimateHeight } from './cell-window.ts'
import { commandOf } from './commands.ts'
import { EmptyNotebook, LoadingNotebook } from './empty-notebook.tsx'
import { KIND_NAMES } from './languages.ts'
import { registerList } from './mounted-cells.ts'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'
import type { OpenNotebook } from './open-notebook.ts'
import { followPrinting } from './print-notebook.ts'
import { hiddenCells } from './sections.ts'
import { useCellWindow, type CellWindow } from './use-cell-window.ts'

/** The cells, and the keys that work on them. */
export function NotebookCells(props: { readonly onRestart: () => void }): ReactElement {
  const { onRestart } = props
  const notebook = useOpenNotebook()
  const isLoading = useNotebook(({ state }) => state === null)
  const keys = useMemo(createKeyReader, [])

  useEffect(() => watchPageKeys(notebook), [notebook])
  useEffect(() => watchClipboard(notebook), [notebook])

  const onKeyDown = (event: KeyboardEvent): void => {
    const cell = (event.target as Element).closest<HTMLElement>('.cell')
    if (event.target !== cell || event.defaultPrevented) return
    const command = keys.read(event, event.timeStamp)
    const { selectedId } = notebook.store.getState()
    if (command === undefined || selectedId === null) return
    event.preventDefault()
    if (command === 'restart') onRestart()
    else runCommand(notebook, selectedId, command)
  }
  if (isLoading) return <LoadingNotebook />
  return <CellList onKeyDown={onKeyDown} />
}

function CellList(props: { readonly onKeyDown: (event: KeyboardEvent) => void }): ReactElement {
  const notebook = useOpenNotebook()
  const ids = useNotebook(useShallow(({ state }) => shownIds(state?.notebook.cells ?? NO_CELLS)))
  const count = useNotebook(({ state }) => state?.notebook.cells.length ?? 0)
  const selectedId = useNotebook((view) => view.selectedId)
  const isPrinted = useNotebook((view) => view.isPrinted)
  useEffect(() => followPrinting(notebook), [notebook])
  const cellWindow = useCellWindow(
    ids,
    selectedId,
    useCallback((cellId: string) => canUndo(notebook, cellId), [notebook]),
  )
  const places = placesOf(notebook.cells)
  return (
    <div
      className="cells"
      ref={(element) => registerList(notebook, element)}
      onKeyDown={props.onKeyDown}
    >
      {count === 0 && <EmptyNotebook />}
      {ids.map((id) => (
        <CellPlace
          key={id}
          cellId={id}
          index={places.get(id) ?? 0}
          isMounted={isPrinted || cellWindow.isMounted(id)}
          watch={cellWindow.watch}
          heightOf={cellWindow.heightOf}
        />
      ))}
      {count > 0 && <InsertCell index={count} />}
    </div>
  )
}

const NO_CELLS: OpenNotebook['cells'] = []

function shownIds(cells: OpenNotebook['cells']): readonly string[] {
  const hidden = hiddenCells(cells)
  return cells.flatMap(({ id }) => (hidden.has(id) ? [] : [id]))
}

/** Where a cell stands: the cell itself while it is near what is seen, a box of its height otherwise. */
const CellPlace = memo(function CellPlace(props: {
  readonly cellId: string
  readonly index: number
  readonly isMounted: boolean
  readonly watch: CellWindow['watch']
  readonly heightOf: CellWindow['heightOf']
}): ReactElement {
  const { cellId, index, isMounted, watch } = props
  const place = useRef<HTMLDivElement>(null)
  useEffect(
    () => (place.current === null ? undefined : watch(place.current, cellId)),
    [watch, cellId],
  )
  return (
    <div className="cell-place" ref={place} data-place={cellId} data-whole={isMounted}>
      {isMounted ? (
        <>
          <InsertCell index={index} isBetween />
          <CellView cellId={cellId} index={index} />
        </>
      ) : (
        <FarCell cellId={cellId} index={index} heightOf={props.heightOf} />
      )}
    </div>
  )
})

const BETWEEN_HEIGHT = 10

/** Has its name for who goes through the page cell by cell, and nothing else. */
function FarCell(props: {
  readonly cellId: string
  readonly index: number
  readonly heightOf: CellWindow['heightOf']
}): ReactElement {
  const { cellId, index, heightOf } = props
  const notebook = useOpenNotebook()
  const cell = notebook.cells[index]
  const height =
    heightOf(cellId) ?? (cell === undefined ? 0 : estimateHeight(cell) + BETWEEN_HEIGHT)
  return (
    <section
      className="cell far"
      data-cell={cellId}
      aria-label={cell === undefined ? undefined : labelOf(cell, index, false)}
      tabIndex={-1}
      style={{ height }}
      onFocus={() => notebook.select(cellId, 'command')}
    />
  )
}

const NEW_KINDS: readonly CellKind[] = ['typescript', 'sql', 'markdown']

function InsertCell(props: { readonly index: number; readonly isBetween?: boolean }): ReactElement {
  const notebook = useOpenNotebook()
  return (
    <div className={props.isBetween === true ? 'insert between' : 'insert'}>
      {NEW_KINDS.map((kind) => (
        <button
          key={kind}
          type="button"
          // Between cells these are for the mouse; the keyboard has a and b.
          tabIndex={props.isBetween === true ? -1 : 0}
          aria-label={`Insert a ${KIND_NAMES[kind]} cell here`}
          onClick={() => notebook.select(notebook.insertCell(props.index, kind), 'edit')}
        >
          <Icon name="plus" size={12} />
          {KIND_NAMES[kind]}
        </button>
      ))}
    </div>
  )
}

/** Keys that mean the same wherever the focus is, and something of the browser's otherwise. */
const PAGE_KEYS = new Map(
  [commandOf('save'), commandOf('palette'), commandOf('find'), commandOf('print')].map(
    ({ name, keys }) => [keys[0], name] as const,
  ),
)

function watchPageKeys(notebook: OpenNotebook): () => void {
  const onKeyDown = (event: globalThis.KeyboardEvent): void => {
    const command = PAGE_KEYS.get(keyName(event) as Parameters<typeof PAGE_KEYS.get>[0])
    if (event.defaultPrevented || command === undefined) return
    event.preventDefault()
    runCommand(notebook, null, command)
  }
  addEventListener('keydown', onKeyDown)
  return () => removeEventListener('keydown', onKeyDown)
}

/** The browser's own copy, cut and paste, while a cell has the focus and no text is marked. */
function watchClipboard(notebook: OpenNotebook): () => void {
  const isForCells = (): boolean =>
    document.activeElement?.matches('.cell') === true && getSelection()?.isCollapsed !== false
  const onCopy = (event: ClipboardEvent): void => {
    if (isForCells()) onCopyCells(notebook, event)
  }
  const onCut = (event: ClipboardEvent): void => {
    if (!isForCells()) return
    onCopyCells(notebook, event)
    notebook.deleteCells(notebook.selection.map(({ id }) => id))
  }
  const onPaste = (event: ClipboardEvent): void => {
    // An empty notebook has no cell that could have the focus.
    const isEmpty =
      notebook.cells.length === 0 && document.activeElement?.closest('.cells') !== null
    if (isEmpty || document.activeElement?.matches('.cell') === true) onPasteCells(notebook, event)
  }
  const unfollow = followCopies()
  document.addEventListener('copy', onCopy)
  document.addEventListener('cut', onCut)
  document.addEventListener('paste', onPaste)
  return () => {
    unfollow()
    document.removeEventListener('copy', onCopy)
    document.removeEventListener('cut', onCut)
    document.removeEventListener('paste', onPaste)
  }
}
