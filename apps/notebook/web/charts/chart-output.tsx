import { lazy, Suspense, useMemo, type ReactElement } from 'react'
import { type ChartMode, readSpec } from './safe-spec.ts'

const VegaChart = lazy(() =>
  import('./vega-chart.tsx').then((module) => ({ default: module.VegaChart })),
)

/** The chart of an output; the library that draws it comes with the first one. */
export function ChartOutput(props: {
  readonly value: unknown
  readonly mode: ChartMode
}): ReactElement {
  const spec = useMemo(() => readSpec(props.value), [props.value])
  if (spec === undefined) {
    return <p className="output-note">This chart cannot be read: it is no JSON object.</p>
  }
  return (
    <Suspense fallback={<p className="output-note">Loading the chart…</p>}>
      <VegaChart spec={spec} mode={props.mode} />
    </Suspense>
  )
}
