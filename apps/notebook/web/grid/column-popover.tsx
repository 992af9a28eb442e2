import { useEffect, useState, type ReactElement } from 'react'
import type {
  ColumnStatistics,
  ResultBundleColumn,
  ResultFilter,
} from '../../src/results/result.ts'
import { type ResultPlace, serverApi } from '../connection/server-api.ts'
import { Icon } from '../icons.tsx'
import { type Anchor, Popover } from '../shell/popover.tsx'
import { ColumnFacts } from './column-facts.tsx'
import { readProblem } from './problem.ts'
import {
  directionOf,
  filterFor,
  needsValue,
  type FilterOperator,
  operatorsOf,
  operatorWord,
  type RowQuery,
  withFilter,
} from './row-query.ts'

/** What can be done with a column, and what is in it. */
export function ColumnPopover(props: {
  readonly place: ResultPlace
  readonly index: number
  readonly column: ResultBundleColumn
  readonly query: RowQuery
  readonly anchor: Anchor
  readonly onQuery: (query: RowQuery) => void
  readonly onClose: () => void
}): ReactElement {
  const { index, column, query, onQuery, onClose } = props
  const direction = directionOf(query.sort, index)
  const sortBy = (descending: boolean): void => {
    const isOff = direction === (descending ? 'descending' : 'ascending')
    onQuery({ ...query, sort: isOff ? [] : [{ column: index, descending }] })
    onClose()
  }
  const filter = (condition: ResultFilter): void => {
    onQuery(withFilter(query, condition))
    onClose()
  }
  return (
    <Popover
      role="dialog"
      label={`Column ${column.name}`}
      anchor={props.anchor}
      className="column-popover"
      onClose={onClose}
    >
      <h2>
        {column.name} <span className="grid-type">{column.type}</span>
      </h2>
      <div className="choice" role="group" aria-label="Order">
        <button
          type="button"
          aria-pressed={direction === 'ascending'}
          onClick={() => sortBy(false)}
        >
          <Icon name="up" size={13} />
          Ascending
        </button>
        <button
          type="button"
          aria-pressed={direction === 'descending'}
          onClick={() => sortBy(true)}
        >
          <Icon name="down" size={13} />
          Descending
        </button>
      </div>
      <FilterForm column={column} index={index} onFilter={filter} />
      <Statistics
        place={props.place}
        index={index}
        column={column}
        filters={query.filters}
        onValue={(value) => filter(filterFor(index, value))}
      />
    </Popover>
  )
}

function FilterForm(props: {
  readonly column: ResultBundleColumn
  readonly index: number
  readonly onFilter: (filter: ResultFilter) => void
}): ReactElement {
  const operators = operatorsOf(props.column)
  const [operator, setOperator] = useState<FilterOperator>(operators[0] ?? 'equals')
  const [value, setValue] = useState('')
  return (
    <form
      className="filter-form"
      onSubmit={(event) => {
        event.preventDefault()
        props.onFilter({
          column: props.index,
          operator,
          ...(needsValue(operator) ? { value } : {}),
        })
      }}
    >
      <select
        aria-label="Condition"
        value={operator}
        onChange={(event) => setOperator(event.target.value as FilterOperator)}
      >
        {operators.map((each) => (
          <option key={each} value={each}>
            {operatorWord(each)}
          </option>
        ))}
      </select>
      {needsValue(operator) && (
        <input
          data-first
          aria-label="Value"
          placeholder="Value"
          value={value}
          spellCheck={false}
          onChange={(event) => setValue(event.target.value)}
        />
      )}
      <button type="submit" className="button">
        Filter
      </button>
    </form>
  )
}

type Answer =
  | { readonly type: 'waiting' }
  | { readonly type: 'here'; readonly statistics: ColumnStatistics }
  | { readonly type: 'failed'; readonly problem: string }

function Statistics(props: {
  readonly place: ResultPlace
  readonly index: number
  readonly column: ResultBundleColumn
  readonly filters: readonly ResultFilter[]
  readonly onValue: (value: string | null) => void
}): ReactElement {
  const { place, index, filters } = props
  const [answer, setAnswer] = useState<Answer>({ type: 'waiting' })
  useEffect(() => {
    const question = new AbortController()
    serverApi.resultStatistics(place, { column: index, filters }, question.signal).then(
      (statistics) => setAnswer({ type: 'here', statistics }),
      (error: unknown) => {
        if (!question.signal.aborted) setAnswer({ type: 'failed', problem: readProblem(error) })
      },
    )
    return () => question.abort()
  }, [place, index, filters])
  switch (answer.type) {
    case 'waiting':
      return (
        <p className="output-note" role="status">
          Counting…
        </p>
      )
    case 'failed':
      return <p className="grid-problem">{answer.problem}</p>
    case 'here':
      return (
        <ColumnFacts column={props.column} statistics={answer.statistics} onValue={props.onValue} />
      )
  }
}
