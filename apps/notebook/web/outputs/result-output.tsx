import { useCallback, useMemo, type ReactElement } from 'react'
import type { JsonObject } from '../../src/notebook/notebook.ts'
import { readBundle } from '../grid/read-bundle.ts'
import { ResultView } from '../grid/result-view.tsx'
import { useNotebook, useOpenNotebook } from '../notebook/notebook-context.ts'
import { PrintedLines } from './printed-lines.tsx'

/** A result of rows in its notebook: where they are asked for, what the cell remembers, where new cells go. */
export function ResultOutput(props: {
  readonly cellId: string
  readonly value: unknown
  readonly plain: string
}): ReactElement {
  const { cellId, value, plain } = props
  const notebook = useOpenNotebook()
  const path = useNotebook(({ state }) => state?.path ?? '')
  const chart = useNotebook(({ state }) => {
    const metadata = state?.notebook.cells.find((cell) => cell.id === cellId)?.metadata
    return asObject(metadata?.['spcs'])['chart']
  })
  const bundle = useMemo(() => readBundle(value), [value])

  const onChart = useCallback(
    (choice: object | null) => {
      const metadata = notebook.cell(cellId)?.metadata ?? {}
      const { chart: _, ...others } = asObject(metadata['spcs'])
      notebook.perform({
        type: 'set-cell-metadata',
        cellId,
        metadata: {
          ...metadata,
          spcs: choice === null ? others : { ...others, chart: choice as JsonObject },
        },
      })
    },
    [notebook, cellId],
  )
  const onInsertCell = useCallback(
    (source: string) => {
      const index = notebook.cells.findIndex((cell) => cell.id === cellId)
      notebook.select(notebook.insertCell(index + 1, 'typescript', source), 'edit')
    },
    [notebook, cellId],
  )

  if (bundle === undefined) {
    return (
      <>
        <p className="output-note">This result cannot be read.</p>
        <PrintedLines className="printed" text={plain} />
      </>
    )
  }
  return (
    <ResultView
      // Another run is another result: its order and filters are its own.
      key={bundle.resultId}
      bundle={bundle}
      path={path}
      chart={chart}
      onChart={onChart}
      onInsertCell={onInsertCell}
    />
  )
}

function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {}
}
