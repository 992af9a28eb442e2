import { useEffect, useMemo, useState, type ReactElement } from 'react'
import type { ChartData, ResultBundle, ResultFilter } from '../../src/results/result.ts'
import { type ChartAggregate, type ResultPlace, serverApi } from '../connection/server-api.ts'
import { isGone, readProblem } from '../grid/problem.ts'
import {
  AGGREGATES,
  aggregatesOf,
  type ChartChoice,
  MARKS,
  roleOf,
  withSense,
} from './chart-choice.ts'
import { chartSource } from './chart-source.ts'
import { chartSpec } from './chart-spec.ts'
import { VegaChart } from './vega-chart.tsx'

const NO_COLUMN = ''

/** A chart of a result, and what it is made of. */
export function ChartBuilder(props: {
  readonly bundle: ResultBundle
  readonly place: ResultPlace
  readonly filters: readonly ResultFilter[]
  readonly choice: ChartChoice
  readonly onChoice: (choice: ChartChoice) => void
  readonly onInsertCell: (source: string) => void
  /** The rows are not on the server any more. */
  readonly onGone: () => void
  readonly tools: ReactElement
}): ReactElement {
  const { bundle, choice } = props
  const { columns } = bundle
  const [status, setStatus] = useState('')
  const answer = useChartData(props)
  const data = answer.type === 'here' ? answer.data : undefined
  const drawnChoice = answer.type === 'here' ? answer.choice : choice
  const isStale =
    answer.type === 'here' && (answer.choice !== choice || answer.filters !== props.filters)
  const spec = useMemo(
    () => (data === undefined ? undefined : chartSpec(drawnChoice, columns, data)),
    [drawnChoice, columns, data],
  )
  const choose = (change: Partial<ChartChoice>): void =>
    props.onChoice(withSense({ ...choice, ...change }, columns))
  const names = columns.map(({ name }) => name)
  const measure = columns.find(({ name }) => name === choice.y)
  const measures = columns.filter((column) => roleOf(column) === 'quantity').map(({ name }) => name)
  const [usualMeasure = names[0] ?? null] = measures

  const copySpec = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(JSON.stringify(spec, null, 2))
      setStatus('Copied as Vega-Lite')
    } catch {
      setStatus('The browser does not let this page write to the clipboard')
    }
  }

  return (
    <>
      <div className="grid-tools chart-choices">
        {props.tools}
        <Choice
          label="Mark"
          value={choice.mark}
          options={MARKS.map((mark) => [mark, mark])}
          onChange={(mark) => choose({ mark: mark as ChartChoice['mark'] })}
        />
        <Choice
          label="X"
          value={choice.x}
          options={names.map((name) => [name, name])}
          onChange={(x) => choose({ x })}
        />
        <Choice
          label="Y"
          value={choice.y ?? NO_COLUMN}
          options={[[NO_COLUMN, 'rows'], ...names.map((name) => [name, name] as const)]}
          onChange={(y) =>
            choose(
              y === NO_COLUMN
                ? { y: null, aggregate: 'count' }
                : { y, aggregate: choice.aggregate === 'count' ? 'sum' : choice.aggregate },
            )
          }
        />
        <Choice
          label="Aggregate"
          value={choice.aggregate}
          options={aggregatesOf(measure).map((each) => [each, AGGREGATES[each]])}
          onChange={(aggregate) =>
            choose({
              aggregate: aggregate as ChartAggregate,
              y: aggregate === 'count' ? null : (choice.y ?? usualMeasure),
            })
          }
        />
        <Choice
          label="Colour"
          value={choice.color ?? NO_COLUMN}
          options={[[NO_COLUMN, 'none'], ...names.map((name) => [name, name] as const)]}
          onChange={(color) => choose({ color: color === NO_COLUMN ? null : color })}
        />
      </div>
      {answer.type === 'failed' ? (
        <p className="grid-problem" role="alert">
          {answer.problem}
        </p>
      ) : spec === undefined ? (
        <p className="chart-wait">Asking for the chart’s rows…</p>
      ) : (
        <div className={isStale ? 'chart-stale' : undefined} aria-busy={isStale}>
          <VegaChart
            spec={spec}
            mode="vega-lite"
            items={[
              { label: 'Copy as Vega-Lite', onSelect: () => void copySpec() },
              {
                label: 'Insert as cell',
                onSelect: () => props.onInsertCell(chartSource(bundle, choice)),
              },
            ]}
          />
        </div>
      )}
      {data?.isCut === true && (
        <p className="chart-note">
          Only the first {data.rows.length.toLocaleString('en')} points are drawn. Aggregate or
          filter the rows to see all.
        </p>
      )}
      <p className="grid-status" role="status">
        {isStale ? 'Asking for the chart’s rows…' : status}
      </p>
    </>
  )
}

type Answer =
  | { readonly type: 'waiting' }
  | {
      readonly type: 'here'
      readonly data: ChartData
      readonly choice: ChartChoice
      readonly filters: readonly ResultFilter[]
    }
  | { readonly type: 'failed'; readonly problem: string }

/** The rows of a chart; those of the last one stay until the next are here. */
function useChartData(props: {
  readonly bundle: ResultBundle
  readonly place: ResultPlace
  readonly filters: readonly ResultFilter[]
  readonly choice: ChartChoice
  readonly onGone: () => void
}): Answer {
  const { bundle, place, filters, choice, onGone } = props
  const [answer, setAnswer] = useState<Answer>({ type: 'waiting' })
  const { columns } = bundle
  useEffect(() => {
    const question = new AbortController()
    const indexOf = (name: string): number => columns.findIndex((each) => each.name === name)
    const x = indexOf(choice.x)
    // Counting a column leaves its NULLs out: rows are counted by one that has none.
    const counted = columns.findIndex(({ nullable }) => !nullable)
    const asked = {
      x,
      y: choice.y === null ? (counted === -1 ? x : counted) : indexOf(choice.y),
      color: choice.color === null ? undefined : indexOf(choice.color),
      aggregate: choice.aggregate,
      filters,
    }
    serverApi.resultChart(place, asked, question.signal).then(
      (data) => setAnswer({ type: 'here', data, choice, filters }),
      (error: unknown) => {
        if (question.signal.aborted) return
        if (isGone(error)) return onGone()
        setAnswer({ type: 'failed', problem: readProblem(error) })
      },
    )
    return () => question.abort()
    // `onGone` is new with every drawing and does the same
  }, [place, columns, choice, filters])
  return answer
}

function Choice(props: {
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [value: string, label: string])[]
  readonly onChange: (value: string) => void
}): ReactElement {
  return (
    <label className="chart-choice">
      <span>{props.label}</span>
      <select
        aria-label={props.label}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {props.options.map(([value, label], at) => (
          // A result may have a name twice
          <option key={at} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}
