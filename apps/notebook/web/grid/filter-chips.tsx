import type { ReactElement } from 'react'
import type { ResultBundleColumn } from '../../src/results/result.ts'
import { Icon } from '../icons.tsx'
import { describeFilter, type RowQuery } from './row-query.ts'

/** The conditions that hold; each can be taken away. */
export function FilterChips(props: {
  readonly columns: readonly ResultBundleColumn[]
  readonly query: RowQuery
  readonly onQuery: (query: RowQuery) => void
}): ReactElement | null {
  const { columns, query, onQuery } = props
  if (query.filters.length === 0) return null
  return (
    <ul className="filter-chips" aria-label="Filters">
      {query.filters.map((filter) => {
        const words = describeFilter(filter, columns)
        return (
          <li key={words}>
            <span title={words}>{words}</span>
            <button
              type="button"
              aria-label={`Remove the filter ${words}`}
              onClick={() =>
                onQuery({ ...query, filters: query.filters.filter((each) => each !== filter) })
              }
            >
              <Icon name="close" size={10} />
            </button>
          </li>
        )
      })}
      {query.filters.length > 1 && (
        <li className="all">
          <button
            type="button"
            className="text-button"
            onClick={() => onQuery({ ...query, filters: [] })}
          >
            Remove all
          </button>
        </li>
      )}
    </ul>
  )
}
