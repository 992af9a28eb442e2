import {
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactElement,
} from 'react'
import { Menu, type MenuItem } from '../shell/menu.tsx'
import { drawChart, type DrawnChart } from './draw-chart.ts'
import { findFault } from './find-fault.ts'
import { type ChartMode, type ChartSpec, titleOf } from './safe-spec.ts'

/** A Vega or Vega-Lite chart, in the page's colours and as wide as its place. */
export function VegaChart(props: {
  readonly spec: ChartSpec
  readonly mode: ChartMode
  /** What can be done with it besides saving it as a picture. */
  readonly items?: readonly MenuItem[]
}): ReactElement {
  const { spec, mode } = props
  const host = useRef<HTMLDivElement>(null)
  const isDark = useDarkScheme()
  const [drawn, setDrawn] = useState<DrawnChart | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const name = titleOf(spec)
  const fault = useMemo(() => (mode === 'vega-lite' ? findFault(spec) : undefined), [spec, mode])

  useEffect(() => {
    const element = host.current
    if (element === null) return
    let chart: DrawnChart | undefined
    let isClosed = false
    const draw = async (): Promise<void> => {
      try {
        chart = await drawChart(element, spec, mode, isDark)
        if (isClosed) return chart.close()
        setProblem(null)
        setDrawn(chart)
      } catch (error) {
        if (isClosed) return
        setDrawn(null)
        setProblem(error instanceof Error ? error.message : String(error))
      }
    }
    void draw()
    return () => {
      isClosed = true
      chart?.close()
    }
  }, [spec, mode, isDark])

  const save = (type: 'png' | 'svg'): void => {
    drawn?.toPicture(type).then(
      (picture) => download(picture, `chart.${type}`),
      (error: unknown) => setProblem(String(error)),
    )
  }
  return (
    <figure className="chart" aria-label={name}>
      <div ref={host} className="chart-host" hidden={problem !== null} />
      {problem !== null && (
        <div className="chart-problem" role="alert">
          <strong>This chart cannot be drawn</strong>
          <p>{fault ?? problem}</p>
        </div>
      )}
      {problem === null &&
        [...(fault === undefined ? [] : [fault]), ...(drawn?.notes ?? [])].map((note) => (
          <p key={note} className="chart-note">
            {note}
          </p>
        ))}
      {drawn !== null && (
        <div className="chart-tools">
          <Menu
            label="Save"
            icon="download"
            look="tool-button"
            items={[
              { label: 'Save as PNG', onSelect: () => save('png') },
              { label: 'Save as SVG', onSelect: () => save('svg') },
              ...(props.items ?? []),
            ]}
          />
        </div>
      )}
    </figure>
  )
}

function download(picture: Blob, name: string): void {
  const address = URL.createObjectURL(picture)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

const DARK = '(prefers-color-scheme: dark)'

function useDarkScheme(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const scheme = matchMedia(DARK)
      scheme.addEventListener('change', onChange)
      return () => scheme.removeEventListener('change', onChange)
    },
    () => matchMedia(DARK).matches,
  )
}
