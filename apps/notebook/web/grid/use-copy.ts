import { useCallback, useEffect, useRef, useState } from 'react'
import type { ResultBundleColumn } from '../../src/results/result.ts'
import { type CopyFormat, printRange } from './print-range.ts'
import { readProblem } from './problem.ts'
import type { RowWindows } from './row-windows.ts'
import { cellCount, type CellRange } from './selection.ts'

/** A clipboard is no place for more. */
const MOST_ROWS = 100_000

const NAMES: Readonly<Record<CopyFormat, string>> = {
  tsv: 'TSV',
  csv: 'CSV',
  json: 'JSON',
  markdown: 'Markdown',
}

export interface Copying {
  /** How the last copy went, in words. */
  readonly status: string
  readonly copyText: (text: string, what: string) => void
  readonly copyRange: (range: CellRange, format: CopyFormat, withNames: boolean) => void
}

/** Copies parts of a result, and says how it went. */
export function useCopy(columns: readonly ResultBundleColumn[], windows: RowWindows): Copying {
  const [status, setStatus] = useState('')
  const question = useRef<AbortController>(null)
  useEffect(() => () => question.current?.abort(), [])

  const write = useCallback(async (text: string, what: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setStatus(`Copied ${what}`)
    } catch {
      setStatus('The browser does not let this page write to the clipboard')
    }
  }, [])

  const copyRange = async (
    range: CellRange,
    format: CopyFormat,
    withNames: boolean,
  ): Promise<void> => {
    if (range.lastRow - range.firstRow >= MOST_ROWS) {
      setStatus(
        `A copy takes ${MOST_ROWS.toLocaleString('en')} rows at most. Export the result instead.`,
      )
      return
    }
    question.current?.abort()
    const asked = new AbortController()
    question.current = asked
    try {
      const rows = await windows.collect(range.firstRow, range.lastRow, asked.signal)
      const { firstColumn, lastColumn } = range
      const text = printRange(
        format,
        columns.slice(firstColumn, lastColumn + 1),
        rows.map((row) => row.slice(firstColumn, lastColumn + 1)),
        withNames,
      )
      const cells = cellCount(range)
      const what = `${cells.toLocaleString('en')} ${cells === 1 ? 'value' : 'values'}`
      await write(text, format === 'tsv' && !withNames ? what : `${what} as ${NAMES[format]}`)
    } catch (error) {
      if (!asked.signal.aborted) setStatus(readProblem(error))
    }
  }

  return {
    status,
    copyText: (text, what) => void write(text, what),
    copyRange: (range, format, withNames) => void copyRange(range, format, withNames),
  }
}
