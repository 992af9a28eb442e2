import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactElement,
  type RefObject,
} from 'react'
import { useShallow } from 'zustand/shallow'
import { languageName } from '../../src/formats/language-name.ts'
import type { Cell, CellKind } from '../../src/notebook/notebook.ts'
import { outputAddress } from '../connection/server-api.ts'
import { Icon, IconButton } from '../icons.tsx'
import { useNow } from '../now.ts'
import { MarkdownView } from '../outputs/markdown-view.tsx'
import { OutputView } from '../outputs/output-view.tsx'
import { runCommand } from './cell-commands.ts'
import { mountEditor, type CodeEditor } from './code-editor.ts'
import { InputField } from './input-field.tsx'
import { KIND_NAMES } from './languages.ts'
import { useCell, useNotebook, useOpenNotebook } from './notebook-context.ts'
import { colourOf, showRemoteCursors } from './remote-cursors.ts'
import { printDuration } from './run-time.ts'
import { SourcePreview } from './source-preview.tsx'

/** One cell. It listens to its own piece of the notebook: what happens in another cell does not render it. */
export const CellView = memo(function CellView(props: {
  readonly cellId: string
  readonly index: number
}): ReactElement | null {
  const { cellId, index } = props
  const notebook = useOpenNotebook()
  const cell = useCell(cellId)
  const isSelected = useNotebook(({ selectedId }) => selectedId === cellId)
  const isEditing = useNotebook(({ selectedId, mode }) => selectedId === cellId && mode === 'edit')
  const element = useRef<HTMLElement>(null)

  // Keyboard moves bring the cell into view; its focus makes the keys go on from here.
  useLayoutEffect(() => {
    const section = element.current
    if (!isSelected || isEditing || section === null) return
    const active = document.activeElement
    const isFree = active === null || active === document.body || active.closest('.cells') !== null
    if (isFree && !section.contains(active?.closest('input, select, iframe') ?? null)) {
      section.focus({ preventScroll: true })
      section.scrollIntoView({ block: 'nearest' })
    }
  }, [isSelected, isEditing])

  if (cell === undefined) return null
  const isCode = cell.kind === 'typescript' || cell.kind === 'sql'
  return (
    <section
      ref={element}
      className="cell"
      data-kind={cell.kind}
      data-state={isEditing ? 'edit' : isSelected ? 'selected' : 'rest'}
      data-run={runLook(cell)}
      aria-label={`${languageName(cell)} cell ${index + 1}`}
      aria-current={isSelected ? 'true' : undefined}
      tabIndex={isSelected ? 0 : -1}
      onMouseDown={(event) => {
        const isInEditor =
          (event.target as Element).closest(
            '.cell-source, .cell-outputs, button, select, input',
          ) !== null
        if (!isInEditor) notebook.select(cellId, 'command')
        else if (!isSelected) notebook.select(cellId, 'command')
      }}
      onFocus={(event) => {
        if (event.target === event.currentTarget) notebook.select(cellId, 'command')
      }}
    >
      <Gutter cell={cell} isCode={isCode} />
      <div className="cell-body">
        {isSelected && <CellToolbar cell={cell} index={index} />}
        <CellSource cell={cell} isEditing={isEditing} />
        {isCode && <CellFoot cell={cell} />}
        {cell.language !== undefined && (
          <p className="cell-foot">{languageName(cell)}: kept as it is, not run here</p>
        )}
        {(isCode || cell.language !== undefined) && <Outputs cell={cell} />}
      </div>
    </section>
  )
})

function runLook(cell: Cell): string {
  return cell.run.status === 'ended' ? cell.run.how : cell.run.status
}

function Gutter(props: { readonly cell: Cell; readonly isCode: boolean }): ReactElement {
  const { cell, isCode } = props
  const notebook = useOpenNotebook()
  const canRun = useNotebook((view) => view.canRun)
  if (!isCode) return <div className="gutter" />
  const { status } = cell.run
  return (
    <div className="gutter">
      {status === 'running' ? (
        <button
          type="button"
          className="run-button running"
          aria-label="Interrupt this cell"
          title="Interrupt (i i)"
          disabled={!canRun}
          onClick={() => notebook.perform({ type: 'interrupt' })}
        >
          <span className="spinner" />
          <Icon name="stop" size={10} />
        </button>
      ) : (
        <button
          type="button"
          className="run-button"
          aria-label="Run this cell"
          title="Run (Ctrl+Enter)"
          disabled={!canRun || status === 'queued'}
          onClick={() => notebook.run([cell.id])}
        >
          <Icon name="play" size={14} />
        </button>
      )}
      <span className="count" title="Number of this run">
        {status === 'queued' ? '…' : (cell.executionCount ?? '')}
      </span>
    </div>
  )
}

/** How the last run went, in words: colour alone says nothing to some readers. */
function CellFoot(props: { readonly cell: Cell }): ReactElement | null {
  const { run } = props.cell
  const now = useNow(run.status === 'running')
  switch (run.status) {
    case 'idle':
      return null
    case 'queued':
      return <p className="cell-foot">Waiting for the cells before it</p>
    case 'running': {
      const elapsedMs = Math.max(0, now - Date.parse(run.startedAt))
      return (
        <p className="cell-foot running">
          Running{elapsedMs >= 1_000 ? ` for ${printDuration(elapsedMs)}` : '…'}
        </p>
      )
    }
    case 'ended': {
      const word = {
        ok: '',
        error: 'Failed after ',
        interrupted: 'Interrupted after ',
        abandoned: 'Given up after ',
        lost: 'Lost with its kernel after ',
      }[run.how]
      return (
        <p className={`cell-foot ${run.how}`}>
          {word}
          {printDuration(run.durationMs)}
        </p>
      )
    }
  }
}

function Outputs(props: { readonly cell: Cell }): ReactElement | null {
  const { cell } = props
  const path = useNotebook(({ state }) => state?.path ?? '')
  const canRun = useNotebook((view) => view.canRun)
  const inputs = useNotebook(
    useShallow(({ state }) => state?.inputs.filter((input) => input.cellId === cell.id) ?? []),
  )
  if (cell.outputs.length === 0 && inputs.length === 0) return null
  const address = outputAddress(path, cell.id)
  return (
    <div className="cell-outputs" role="group" aria-label="Output">
      {cell.outputs.map((output, index) => (
        // Outputs are only added at the end
        <OutputView key={index} cellId={cell.id} output={output} wholeAddress={address} />
      ))}
      {(cell.omittedOutputs ?? 0) > 0 && (
        <p className="output-note">{cell.omittedOutputs} more outputs are not shown.</p>
      )}
      {inputs.map((request) => (
        <InputField key={request.inputId} request={request} canRun={canRun} />
      ))}
    </div>
  )
}

function CellSource(props: { readonly cell: Cell; readonly isEditing: boolean }): ReactElement {
  const { cell, isEditing } = props
  const notebook = useOpenNotebook()
  if (cell.kind === 'markdown' && !isEditing) {
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
          <MarkdownView source={source} attachments={cell.attachments} />
        )}
      </div>
    )
  }
  return <EditableSource cell={cell} isEditing={isEditing} />
}

/** An editor, once the cell is near what is looked at; until then its source as plain elements. */
function EditableSource(props: { readonly cell: Cell; readonly isEditing: boolean }): ReactElement {
  const { cell, isEditing } = props
  const notebook = useOpenNotebook()
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<CodeEditor>(null)
  const isComing = useNearness(host, COLOUR_MARGIN)
  const isMounted = useNearness(host, EDITOR_MARGIN) || isEditing
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
    <div ref={host} className="cell-source">
      {isMounted ? (
        <RemoteCursors cellId={id} editor={editor} />
      ) : (
        <SourcePreview kind={isComing ? kind : 'raw'} source={notebook.sourceOf(id)} />
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

function CellToolbar(props: { readonly cell: Cell; readonly index: number }): ReactElement {
  const { cell, index } = props
  const notebook = useOpenNotebook()
  const count = useNotebook(({ state }) => state?.notebook.cells.length ?? 0)
  const setKind = useCallback(
    (kind: CellKind) => notebook.perform({ type: 'set-cell-kind', cellId: cell.id, kind }),
    [notebook, cell.id],
  )
  const move = (to: number): void =>
    notebook.perform({ type: 'move-cell', cellId: cell.id, index: to })
  return (
    <div className="cell-toolbar" role="toolbar" aria-label="Cell">
      <select
        aria-label="Language of this cell"
        value={cell.kind}
        onChange={(event) => setKind(event.target.value as CellKind)}
      >
        {Object.entries(KIND_NAMES).map(([kind, name]) => (
          <option key={kind} value={kind}>
            {name}
          </option>
        ))}
      </select>
      <IconButton
        icon="up"
        label="Move up"
        keys="Alt+↑"
        disabled={index === 0}
        onClick={() => move(index - 1)}
      />
      <IconButton
        icon="down"
        label="Move down"
        keys="Alt+↓"
        disabled={index === count - 1}
        onClick={() => move(index + 1)}
      />
      {cell.outputs.length > 0 && (
        <IconButton
          icon="clear"
          label="Clear output"
          onClick={() => notebook.perform({ type: 'clear-outputs', cellIds: [cell.id] })}
        />
      )}
      <IconButton
        icon="trash"
        label="Delete cell"
        keys="d d"
        onClick={() => notebook.deleteCell(cell.id)}
      />
    </div>
  )
}
