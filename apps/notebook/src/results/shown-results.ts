import type { DataType } from '@spcs/sql'
import type { Cell } from '../notebook/notebook.ts'
import type { NotebookState } from '../notebook/operations.ts'
import type { ShownResults } from './result-folders.ts'
import { RESULT_MIME, type ResultBundle, type ResultBundleColumn } from './result.ts'

/** What the server takes from a bundle; the rest is for the page. */
export type ShownResult = Pick<ResultBundle, 'resultId' | 'columns' | 'rowCount'>

/**
 * A result that the notebook shows, as its output describes it. The output is the one description of a result: it is
 * there as long as the rows may be asked for, and a page cannot change it.
 */
export function maybeShownResult(state: NotebookState, resultId: string): ShownResult | undefined {
  for (const cell of allCells(state)) {
    const found = resultsOf(cell).find((result) => result.resultId === resultId)
    if (found !== undefined) return found
  }
  return undefined
}

/** Which results must be kept. */
export function shownResults(state: NotebookState): ShownResults {
  const cells = allCells(state)
  const running = cells.find(({ run }) => run.status === 'running')?.run
  return {
    path: state.path,
    resultIds: new Set(cells.flatMap((cell) => resultsOf(cell).map(({ resultId }) => resultId))),
    runningSince: running?.status === 'running' ? Date.parse(running.startedAt) : undefined,
  }
}

/** Cells that can be restored, too. */
function allCells(state: NotebookState): readonly Cell[] {
  return [...state.notebook.cells, ...state.deleted]
}

function resultsOf({ outputs }: Cell): readonly ShownResult[] {
  return outputs.flatMap((output) => {
    const data = output.type === 'display' || output.type === 'result' ? output.data : {}
    const result = maybeResult(data[RESULT_MIME])
    return result === undefined ? [] : [result]
  })
}

/** A file from elsewhere may hold anything under this MIME type. */
function maybeResult(data: unknown): ShownResult | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { resultId, columns, rowCount } = data as Readonly<Record<string, unknown>>
  const isResult =
    typeof resultId === 'string' &&
    typeof rowCount === 'number' &&
    Array.isArray(columns) &&
    columns.length > 0 &&
    columns.every(isColumn)
  return isResult ? { resultId, rowCount, columns } : undefined
}

function isColumn(column: unknown): column is ResultBundleColumn {
  if (typeof column !== 'object' || column === null) return false
  const { name, type } = column as Readonly<Record<string, unknown>>
  return typeof name === 'string' && typeof type === 'string' && Object.hasOwn(KINDS, type)
}

const KINDS: Readonly<Record<DataType['kind'], true>> = {
  NUMBER: true,
  FLOAT: true,
  VARCHAR: true,
  BINARY: true,
  BOOLEAN: true,
  DATE: true,
  TIME: true,
  TIMESTAMP_NTZ: true,
  TIMESTAMP_LTZ: true,
  TIMESTAMP_TZ: true,
  VARIANT: true,
  OBJECT: true,
  ARRAY: true,
}
