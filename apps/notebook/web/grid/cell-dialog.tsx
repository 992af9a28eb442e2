import { useEffect, useState, type ReactElement } from 'react'
import type { ResultBundleColumn } from '../../src/results/result.ts'
import { Dialog } from '../shell/dialog.tsx'
import { indentJson } from './indent-json.ts'
import { readProblem } from './problem.ts'
import type { RowWindows } from './row-windows.ts'
import type { GridCell } from './selection.ts'

/** The whole value of one cell. */
export function CellDialog(props: {
  readonly windows: RowWindows
  readonly cell: GridCell
  readonly column: ResultBundleColumn
  readonly onCopy: (text: string) => void
  readonly onClose: () => void
}): ReactElement {
  const { windows, cell, column, onClose } = props
  const here = windows.row(cell.row)
  const [value, setValue] = useState(here?.[cell.column])
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    if (here !== undefined) return
    const question = new AbortController()
    windows.collect(cell.row, cell.row, question.signal).then(
      ([row]) => setValue(row?.[cell.column] ?? null),
      (error: unknown) => {
        if (!question.signal.aborted) setProblem(readProblem(error))
      },
    )
    return () => question.abort()
  }, [here, windows, cell])
  return (
    <Dialog
      title={`${column.name}, row ${(cell.row + 1).toLocaleString('en')}`}
      onClose={onClose}
      isWide
    >
      {problem !== null ? (
        <p className="grid-problem">{problem}</p>
      ) : value === undefined ? (
        <p role="status">Loading the value…</p>
      ) : value === null ? (
        <p>
          <span className="grid-null">NULL</span>
        </p>
      ) : (
        <pre className="whole-value" tabIndex={0}>
          {print(column, value)}
        </pre>
      )}
      <div className="dialog-actions">
        {typeof value === 'string' && (
          <button type="button" className="button" onClick={() => props.onCopy(value)}>
            Copy
          </button>
        )}
        <button type="button" className="button primary" data-first onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  )
}

function print({ type }: ResultBundleColumn, value: string): string {
  const isJson = type === 'VARIANT' || type === 'OBJECT' || type === 'ARRAY'
  return (isJson ? indentJson(value) : undefined) ?? value
}
