import type { ReactElement } from 'react'
import type { ResultBundle } from '../../src/results/result.ts'
import { IconButton } from '../icons.tsx'
import { printDuration } from '../notebook/run-time.ts'

/** How much there is, how long it took, and the query to find it by. */
export function GridFooter(props: {
  readonly bundle: ResultBundle
  /** Rows that pass the filters; null while that is not known. */
  readonly filteredCount: number | null
  readonly status: string
  readonly onCopyQueryId: (queryId: string) => void
}): ReactElement {
  const { bundle, filteredCount, status } = props
  const { rowCount, columns, durationMs, queryId, rowsAffected } = bundle
  const facts = [
    filteredCount === null
      ? plural(rowCount, 'row')
      : `${filteredCount.toLocaleString('en')} of ${plural(rowCount, 'row')}`,
    plural(columns.length, 'column'),
    ...(rowsAffected === null ? [] : [`${plural(rowsAffected, 'row')} affected`]),
    ...(durationMs === null ? [] : [printDuration(durationMs)]),
  ]
  return (
    <div className="grid-footer">
      <span>{facts.join(' · ')}</span>
      {queryId !== null && (
        <span className="query-id">
          <span title="Query id">{queryId}</span>
          <IconButton
            icon="copy"
            label="Copy the query id"
            onClick={() => props.onCopyQueryId(queryId)}
          />
        </span>
      )}
      <span className="grid-status" role="status">
        {status}
      </span>
    </div>
  )
}

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
