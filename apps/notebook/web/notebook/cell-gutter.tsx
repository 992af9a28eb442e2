import type { ReactElement } from 'react'
import type { Cell } from '../../src/notebook/notebook.ts'
import { Icon } from '../icons.tsx'
import { DragHandle } from './drag-handle.tsx'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'

/** Beside a cell: what runs it, the number of its run, and the handle to drag it by. */
export function CellGutter(props: { readonly cell: Cell; readonly isCode: boolean }): ReactElement {
  const { cell, isCode } = props
  return (
    <div className="gutter">
      {isCode && <RunButton cell={cell} />}
      {isCode && (
        <span className="count" title="Number of this run">
          {cell.run.status === 'queued' ? '…' : (cell.executionCount ?? '')}
        </span>
      )}
      <DragHandle cellId={cell.id} />
    </div>
  )
}

function RunButton(props: { readonly cell: Cell }): ReactElement {
  const { cell } = props
  const notebook = useOpenNotebook()
  const canRun = useNotebook((view) => view.canRun)
  const { status } = cell.run
  if (status === 'running') {
    return (
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
    )
  }
  return (
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
  )
}
