import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactElement,
  type RefObject,
} from 'react'
import { useShallow } from 'zustand/shallow'
import type { Cell } from '../../src/notebook/notebook.ts'
import { MarkdownView } from '../outputs/markdown-view.tsx'
import { runCommand } from './cell-commands.ts'
import { isHiddenIn } from './cell-window.ts'
import { mountEditor, type CodeEditor } from './code-editor.ts'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'
import { pasteImages } from './paste-images.ts'
import { colourOf, showRemoteCursors } from './remote-cursors.ts'
import { SourcePreview } from './source-preview.tsx'

/** What a cell says: rendered, folded away, or in an editor. */
export function CellSource(props: {
  readonly cell: Cell
  readonly isEditing: boolean
}): ReactElement {
  const { cell, isEditing } = props
  const notebook = useOpenNotebook()
  const path = useNotebook(({ state }) => state?.path)
  if (isEditing) return <EditableSource cell={cell} isEditing />
  if (isHiddenIn(cell, 'source_hidden')) return <FoldedSource cell={cell} />
  if (cell.kind !== 'markdown') return <EditableSource cell={cell} isEditing={false} />
  const source = notebook.sourceOf(cell.id)
  return (
    // Enter does the same from the keyboard.
    <div
      className="cell-source rendered"
      onDoubleClick={(event) => {
        if ((event.target as Element).closest('a') === null) notebook.select(cell.id, 'edit')
      }}
    >
      {source.trim() === '' ? (
        <p className="placeholder">Empty text. Press Enter to write.</p>
      ) : (
        <MarkdownView source={source} attachments={cell.attachments} notebook={path} />
      )}
    </div>
  )
}

function FoldedSource(props: { readonly cell: Cell }): ReactElement {
  const { cell } = props
  const notebook = useOpenNotebook()
  const firstLine = cell.source.split('\n').find((line) => line.trim() !== '') ?? 'Empty'
  return (
    <button
      type="button"
      className="cell-source folded-source"
      aria-label={`Show the source: ${firstLine}`}
      onClick={() => runCommand(notebook, cell.id, 'toggle-source')}
    >
      {firstLine} …
    </button>
  )
}

/** An editor, once the cell is near what is looked at; until then its source as plain elements. */
function EditableSource(props: { readonly cell: Cell; readonly isEditing: boolean }): ReactElement {
  const { cell, isEditing } = props
  const notebook = useOpenNotebook()
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<CodeEditor>(null)
  const isComing = useNearness(host, COLOUR_MARGIN)
  const isMounted = useNearness(host, EDITOR_MARGIN) || isEditing
  const isPrinted = useNotebook((view) => view.isPrinted)
  const { id, kind } = cell

  useLayoutEffect(() => {
    if (!isMounted || host.current === null) return
    const mounted = mountEditor({
      parent: host.current,
      notebook,
      cellId: id,
      kind,
      isReadOnly: false,
      onCommand: (command) => runCommand(notebook, id, command),
      onFocus: () => notebook.select(id, 'edit'),
    })
    editor.current = mounted
    return () => {
      editor.current = null
      mounted.destroy()
    }
    // Another kind is set below, without a new editor
  }, [isMounted, notebook, id])

  useEffect(() => editor.current?.setKind(kind), [kind])

  useLayoutEffect(() => {
    const view = editor.current?.view
    if (view === undefined) return
    if (isEditing && !view.hasFocus) {
      view.focus()
      host.current?.scrollIntoView({ block: 'nearest' })
    }
    if (!isEditing && view.hasFocus) view.contentDOM.blur()
  }, [isEditing, isMounted])

  return (
    <div
      ref={host}
      className="cell-source"
      onPasteCapture={(event) => {
        if (pasteImages(notebook, cell, event.clipboardData)) event.preventDefault()
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault()
      }}
      onDropCapture={(event) => {
        if (pasteImages(notebook, cell, event.dataTransfer)) event.preventDefault()
      }}
    >
      {isMounted ? (
        <RemoteCursors cellId={id} editor={editor} />
      ) : (
        <SourcePreview kind={isComing || isPrinted ? kind : 'raw'} source={notebook.sourceOf(id)} />
      )}
    </div>
  )
}

/** How far from what is seen a source gets its colours, and how far its editor. */
const COLOUR_MARGIN = '1200px'
const EDITOR_MARGIN = '250px'

/** True from the first time that an element comes this near to what is seen. */
function useNearness(element: RefObject<HTMLElement | null>, margin: string): boolean {
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    if (isNear || element.current === null) return
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
      // Without a root the margin does not reach into the part of the page that scrolls.
      { root: element.current.closest('.notebook-main'), rootMargin: `${margin} 0px` },
    )
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element, margin, isNear])
  return isNear
}

/** Draws where the others are in this cell; renders nothing itself. */
function RemoteCursors(props: {
  readonly cellId: string
  readonly editor: { readonly current: CodeEditor | null }
}): null {
  const { cellId, editor } = props
  const { clientId } = useOpenNotebook()
  const here = useNotebook(
    useShallow(
      ({ state }) =>
        state?.clients.filter((other) => other.cellId === cellId && other.clientId !== clientId) ??
        [],
    ),
  )
  useEffect(() => {
    const view = editor.current?.view
    if (view === undefined) return
    const cursors = here.flatMap(({ user, clientId: who, selection }) =>
      selection === null ? [] : [{ name: user, colour: colourOf(who), ...selection }],
    )
    showRemoteCursors(view, cursors)
  }, [here, editor])
  return null
}
