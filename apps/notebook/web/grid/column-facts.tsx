import type { ReactElement } from 'react'
import type { ColumnStatistics, ResultBundleColumn } from '../../src/results/result.ts'

const BAR_WIDTH = 12
const CHART_HEIGHT = 54

/** What is in a column: counts, ends, how its values are spread, and which come most often. */
export function ColumnFacts(props: {
  readonly column: ResultBundleColumn
  readonly statistics: ColumnStatistics
  readonly onValue: (value: string | null) => void
}): ReactElement {
  const { column, statistics, onValue } = props
  const { count, nulls, histogram, mostFrequent } = statistics
  const facts: readonly (readonly [string, string | null])[] = [
    ['Rows', printCount(count)],
    ['NULL', nulls === 0 ? 'none' : `${printCount(nulls)} (${printShare(nulls, count)})`],
    ['Distinct', printCount(statistics.distinct)],
    ['Least', statistics.minimum],
    ['Most', statistics.maximum],
    ['Mean', statistics.mean === null ? null : printMeasure(statistics.mean)],
    [
      'Deviation',
      statistics.standardDeviation === null ? null : printMeasure(statistics.standardDeviation),
    ],
  ]
  return (
    <>
      <dl className="column-facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd title={value}>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {histogram !== null && histogram.length > 0 && (
        <Histogram name={column.name} histogram={histogram} />
      )}
      {mostFrequent.length > 0 && (
        <>
          <h3>Most frequent</h3>
          <ul className="most-frequent">
            {mostFrequent.map(({ value, count: times }) => (
              <li key={value ?? ' null'}>
                <button
                  type="button"
                  title={value === null ? 'Show rows that are NULL' : `Show rows with ${value}`}
                  onClick={() => onValue(value)}
                >
                  <span
                    className="share"
                    style={{ width: count === 0 ? 0 : `${(times / count) * 100}%` }}
                  />
                  <span className={value === null ? 'value grid-null' : 'value'}>
                    {value === null ? 'NULL' : value === '' ? '(empty)' : value}
                  </span>
                  <span className="times">{printCount(times)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function Histogram(props: {
  readonly name: string
  readonly histogram: NonNullable<ColumnStatistics['histogram']>
}): ReactElement {
  const { histogram } = props
  const most = Math.max(1, ...histogram.map(({ count }) => count))
  const from = histogram[0]?.from ?? ''
  const to = histogram.at(-1)?.to ?? ''
  return (
    <figure className="histogram">
      <svg
        role="img"
        aria-label={`Values of ${props.name} from ${from} to ${to}`}
        viewBox={`0 0 ${histogram.length * BAR_WIDTH} ${CHART_HEIGHT}`}
        preserveAspectRatio="none"
      >
        {histogram.map((bar, at) => {
          // What is there is seen, however little.
          const height = bar.count === 0 ? 0 : Math.max(1.5, (bar.count / most) * CHART_HEIGHT)
          return (
            <rect
              key={bar.from}
              x={at * BAR_WIDTH + 0.5}
              y={CHART_HEIGHT - height}
              width={BAR_WIDTH - 1}
              height={height}
            >
              <title>{`${bar.from} to ${bar.to}: ${printCount(bar.count)}`}</title>
            </rect>
          )
        })}
      </svg>
      <figcaption>
        <span>{from}</span>
        <span>{to}</span>
      </figcaption>
    </figure>
  )
}

function printCount(count: number): string {
  return count.toLocaleString('en')
}

function printShare(part: number, whole: number): string {
  const percent = (part / whole) * 100
  return percent < 0.1
    ? '< 0.1 %'
    : `${percent.toLocaleString('en', { maximumFractionDigits: 1 })} %`
}

/** Enough digits to compare; a mean has no exact text. */
function printMeasure(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 6 })
}
