import { useEffect, useMemo, useReducer, useRef } from 'react'
import type { ResultBundle } from '../../src/results/result.ts'
import { type ResultPlace, serverApi } from '../connection/server-api.ts'
import { isAllRows, type RowQuery } from './row-query.ts'
import { RowWindows } from './row-windows.ts'

/** The rows that a query gives; the component renders again when some have come. */
export function useRowWindows(
  bundle: ResultBundle,
  place: ResultPlace,
  query: RowQuery,
  isGone: boolean,
): RowWindows {
  const [, onChange] = useReducer((count: number) => count + 1, 0)
  const lastTotal = useRef(bundle.rowCount)
  const windows = useMemo(() => {
    const isWhole = isAllRows(query)
    return new RowWindows({
      firstRows: isWhole ? bundle.firstRows : [],
      total: isGone
        ? bundle.firstRows.length
        : query.filters.length === 0
          ? bundle.rowCount
          : // As many as before, until the server has said; none would ask for nothing.
            Math.max(1, lastTotal.current),
      ask: (offset, limit, signal) =>
        serverApi.resultRows(place, { offset, limit, ...query }, signal),
      onChange,
    })
  }, [bundle, place, query, isGone])
  useEffect(() => () => windows.close(), [windows])
  lastTotal.current = windows.total
  return windows
}
