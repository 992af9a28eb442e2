import type { ResultBundle, ResultBundleColumn, ResultRow } from '../../src/results/result.ts'

/**
 * A result as it stands in an output, or undefined where it is none: a notebook's file may hold anything under any
 * type.
 */
export function readBundle(value: unknown): ResultBundle | undefined {
  if (!isObject(value)) return undefined
  const { resultId, columns, rowCount, firstRows } = value
  if (typeof resultId !== 'string' || !/^[A-Za-z\d-]{1,64}$/.test(resultId)) return undefined
  if (!isCount(rowCount) || !Array.isArray(columns) || !columns.every(isColumn)) return undefined
  if (!Array.isArray(firstRows) || firstRows.length > rowCount) return undefined
  if (!firstRows.every((row) => isRow(row, columns.length))) return undefined
  return {
    resultId,
    columns,
    rowCount,
    firstRows,
    queryId: textOrNull(value['queryId']),
    variable: textOrNull(value['variable']),
    durationMs: countOrNull(value['durationMs']),
    rowsAffected: countOrNull(value['rowsAffected']),
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isColumn(value: unknown): value is ResultBundleColumn {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['type'] === 'string'
}

function isRow(value: unknown, width: number): value is ResultRow {
  return (
    Array.isArray(value) &&
    value.length === width &&
    value.every((each) => each === null || typeof each === 'string')
  )
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function countOrNull(value: unknown): number | null {
  return isCount(value) ? value : null
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
