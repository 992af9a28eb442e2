import { useEffect, useMemo, type KeyboardEvent, type ReactElement } from 'react'
import { useShallow } from 'zustand/shallow'
import type { CellKind } from '../../src/notebook/notebook.ts'
import { Icon } from '../icons.tsx'
import { runCommand } from './cell-commands.ts'
import { createKeyReader } from './cell-keys.ts'
import { CellView } from './cell-view.tsx'
import { KIND_NAMES } from './languages.ts'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'

/** The cells, and the keys that work on them. */
export function NotebookCells(props: {
  readonly onRestart: () => void
  readonly onHelp: () => void
}): ReactElement {
  const notebook = useOpenNotebook()
  const ids = useNotebook(
    useShallow(({ state }) => state?.notebook.cells.map((cell) => cell.id) ?? NO_CELLS),
  )
  const isLoading = useNotebook(({ state }) => state === null)
  const keys = useMemo(createKeyReader, [])

  // ⌘S and Ctrl-S save wherever the focus is, instead of the browser's own dialog.
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (event.defaultPrevented || event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      notebook.save()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [notebook])

  const onKeyDown = (event: KeyboardEvent): void => {
    const cell = (event.target as Element).closest<HTMLElement>('.cell')
    if (event.target !== cell || event.defaultPrevented) return
    const command = keys.read(event, event.timeStamp)
    const { selectedId } = notebook.store.getState()
    if (command === undefined || selectedId === null) return
    event.preventDefault()
    if (command === 'restart') return props.onRestart()
    if (command === 'help') return props.onHelp()
    runCommand(notebook, selectedId, command)
  }

  if (isLoading) {
    return (
      <p className="loading" role="status">
        Opening the notebook…
      </p>
    )
  }
  return (
    <div className="cells" onKeyDown={onKeyDown}>
      {ids.length === 0 && (
        <div className="empty">
          <h2>An empty notebook</h2>
          <p>Add a first cell: code in TypeScript, a query in SQL, or text.</p>
        </div>
      )}
      {ids.map((id, index) => (
        <div key={id} className="cell-place">
          <InsertCell index={index} isBetween />
          <CellView cellId={id} index={index} />
        </div>
      ))}
      <InsertCell index={ids.length} />
    </div>
  )
}

const NO_CELLS: readonly string[] = []
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
