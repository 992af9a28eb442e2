import { CELLS_TYPE, copyOf, parseCells, printCells, type CopiedCell } from './copied-cells.ts'
import type { OpenNotebook } from './open-notebook.ts'

/** What was copied last in a window of this server: `v` pastes it without asking the browser for the clipboard. */
let copied: readonly CopiedCell[] | null = null

/** The other windows of this server; there while a notebook is open. */
let windows: BroadcastChannel | null = null

/** Hears what is copied in other windows, until the function given back is called. */
export function followCopies(): () => void {
  const channel = new BroadcastChannel('spcs-cells')
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    copied = typeof data === 'string' ? parseCells(data) : null
  })
  windows = channel
  return () => {
    channel.close()
    if (windows === channel) windows = null
  }
}

/** Puts the selected cells on the clipboard of the system, as cells and as text. */
export function copySelection(notebook: OpenNotebook): void {
  const fill = (event: ClipboardEvent): void => {
    event.stopImmediatePropagation()
    onCopyCells(notebook, event)
  }
  addEventListener('copy', fill, { capture: true })
  // The one way that neither needs a secure address nor asks the reader.
  document.execCommand('copy')
  removeEventListener('copy', fill, { capture: true })
}

/** Answers the browser's own copy event. */
export function onCopyCells(notebook: OpenNotebook, event: ClipboardEvent): void {
  const cells = copyOf(notebook.selection, (cellId) => notebook.sourceOf(cellId))
  if (cells.length === 0) return
  const { json, text } = printCells(cells)
  copied = cells
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
  windows?.postMessage(json)
  event.clipboardData?.setData(CELLS_TYPE, json)
  event.clipboardData?.setData('text/plain', text)
  event.preventDefault()
}

/** Answers the browser's own paste event: cells of any notebook, or text as one cell. */
export function onPasteCells(notebook: OpenNotebook, event: ClipboardEvent): void {
  const data = event.clipboardData
  const cells = parseCells(data?.getData(CELLS_TYPE) ?? '') ?? cellOfText(data)
  if (cells === null) return
  event.preventDefault()
  pasteCells(notebook, cells, 'below')
}

/** Pastes what was copied last here. */
export function pasteCopied(notebook: OpenNotebook, where: 'above' | 'below'): void {
  if (copied !== null) return pasteCells(notebook, copied, where)
  notebook.store.setState({ notice: 'Nothing was copied here. Ctrl V pastes from other programs' })
}

function cellOfText(data: DataTransfer | null): readonly CopiedCell[] | null {
  const source = data?.getData('text/plain') ?? ''
  return source === '' ? null : [{ kind: 'typescript', source, metadata: {}, outputs: [] }]
}

function pasteCells(
  notebook: OpenNotebook,
  cells: readonly CopiedCell[],
  where: 'above' | 'below',
): void {
  const { selection } = notebook
  const place = where === 'above' ? selection[0] : selection.at(-1)
  const at = notebook.cells.findIndex(({ id }) => id === place?.id)
  const index = at < 0 ? notebook.cells.length : where === 'above' ? at : at + 1
  const ids = notebook.insertCells(index, cells)
  const [first] = ids
  const last = ids.at(-1)
  if (first === undefined || last === undefined) return
  notebook.select(first, 'command')
  if (last !== first) notebook.selectTo(last)
}
