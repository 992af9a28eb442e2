import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
} from 'react'
import type { ResultBundle } from '../../src/results/result.ts'
import { type ChartChoice, readChoice } from '../charts/chart-choice.ts'
import { Icon, type IconName } from '../icons.tsx'
import { FilterChips } from './filter-chips.tsx'
import { plural } from './grid-footer.tsx'
import { isGone as isGoneError } from './problem.ts'
import { ResultGrid } from './result-grid.tsx'
import { ALL_ROWS } from './row-query.ts'
import { useRowWindows } from './use-row-windows.ts'

const ChartBuilder = lazy(() =>
  import('../charts/chart-builder.tsx').then((module) => ({ default: module.ChartBuilder })),
)

/** A result of rows: its table, or a chart of it. */
export function ResultView(props: {
  readonly bundle: ResultBundle
  /** Path of the notebook that it was made in. */
  readonly path: string
  /** What the cell remembers of its chart, as it came from the file. */
  readonly chart: unknown
  /** The reader chose a chart, or the table again. */
  readonly onChart: (choice: ChartChoice | null) => void
  readonly onInsertCell: (source: string) => void
}): ReactElement {
  const { bundle, path } = props
  const [query, setQuery] = useState(ALL_ROWS)
  const [isGone, setGone] = useState(false)
  const place = useMemo(() => ({ path, result: bundle.resultId }), [path, bundle.resultId])
  const windows = useRowWindows(bundle, place, query, isGone)
  const [choice, choose] = useChoice(props)
  const isChart = choice !== undefined && !isGone

  // Told while it is drawn, so that no frame shows rows that will never come.
  if (!isGone && isGoneError(windows.problem)) {
    setGone(true)
    setQuery(ALL_ROWS)
  }

  // Each view draws these buttons anew, and the first chart comes late: the focus goes with the one that was pressed.
  const wasPressed = useRef(false)
  const takeFocus = useCallback((group: HTMLElement | null) => {
    if (group === null || !wasPressed.current) return
    wasPressed.current = false
    const isFree = document.activeElement === null || document.activeElement === document.body
    if (isFree) group.querySelector<HTMLElement>('[aria-pressed=true]')?.focus()
  }, [])
  const show = (next: ChartChoice | undefined): void => {
    wasPressed.current = true
    choose(next)
  }

  const tools = (
    <div className="choice" role="group" aria-label="Show as" ref={takeFocus}>
      <ViewButton icon="table" label="Table" isOn={!isChart} onClick={() => show(undefined)} />
      <ViewButton
        icon="chart"
        label="Chart"
        isOn={isChart}
        isDisabled={isGone || bundle.columns.length === 0 || bundle.rowCount === 0}
        onClick={() => show(readChoice({}, bundle.columns))}
      />
    </div>
  )
  return (
    <div className="result" role="group" aria-label="Rows">
      {isGone && <GoneNote bundle={bundle} />}
      <FilterChips columns={bundle.columns} query={query} onQuery={setQuery} />
      {isChart ? (
        <Suspense fallback={<p className="output-note">Loading the chart…</p>}>
          <ChartBuilder
            bundle={bundle}
            place={place}
            filters={query.filters}
            choice={choice}
            onChoice={choose}
            onInsertCell={props.onInsertCell}
            onGone={() => setGone(true)}
            tools={tools}
          />
        </Suspense>
      ) : (
        <ResultGrid
          bundle={bundle}
          place={place}
          windows={windows}
          query={query}
          onQuery={setQuery}
          isGone={isGone}
          tools={bundle.columns.length === 0 ? null : tools}
        />
      )}
    </div>
  )
}

/** The chart that is shown: what the cell remembers until the reader chooses, who need not have the right to write. */
function useChoice(props: {
  readonly bundle: ResultBundle
  readonly chart: unknown
  readonly onChart: (choice: ChartChoice | null) => void
}): readonly [ChartChoice | undefined, (choice: ChartChoice | undefined) => void] {
  const { bundle, chart, onChart } = props
  const { columns } = bundle
  const [shown, setShown] = useState(() => readChoice(chart, columns))
  // What was chosen here comes back from the server, maybe after the next choice: it is no news then.
  const own = useRef<string[]>([])
  useEffect(() => {
    const next = readChoice(chart, columns)
    const at = own.current.indexOf(nameOf(next))
    if (at !== -1) own.current.splice(0, at + 1)
    else setShown((before) => (nameOf(before) === nameOf(next) ? before : next))
  }, [chart, columns])
  return [
    shown,
    (choice) => {
      own.current.push(nameOf(choice))
      setShown(choice)
      onChart(choice ?? null)
    },
  ]
}

function nameOf(choice: ChartChoice | undefined): string {
  return JSON.stringify(choice ?? null)
}

function GoneNote(props: { readonly bundle: ResultBundle }): ReactElement {
  const { rowCount, firstRows } = props.bundle
  return (
    <p className="result-note" role="status">
      {firstRows.length < rowCount
        ? `The first ${firstRows.length.toLocaleString('en')} of ${plural(rowCount, 'row')}. Run the cell again to see all.`
        : 'Run the cell again to sort, filter or draw these rows.'}
    </p>
  )
}

function ViewButton(props: {
  readonly icon: IconName
  readonly label: string
  readonly isOn: boolean
  readonly isDisabled?: boolean
  readonly onClick: () => void
}): ReactElement {
  return (
    <button
      type="button"
      aria-pressed={props.isOn}
      disabled={props.isDisabled}
      onClick={() => {
        if (!props.isOn) props.onClick()
      }}
    >
      <Icon name={props.icon} size={14} />
      {props.label}
    </button>
  )
}
