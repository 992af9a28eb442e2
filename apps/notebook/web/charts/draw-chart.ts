import { type LoggerInterface, parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { chartTheme } from './chart-theme.ts'
import { ChartTooltip } from './chart-tooltip.ts'
import { closedLoader } from './closed-loader.ts'
import { safeExpressions } from './safe-expressions.ts'
import { type ChartMode, type ChartSpec, countRows, containSpec, withWidth } from './safe-spec.ts'

/*
 * Charts of anybody, in the page itself: safe because a specification is data all the way. Its expressions are evaluated
 * without code and reach data alone (safe-expressions.ts), it loads nothing and links nowhere (closed-loader.ts), it
 * listens to nothing but itself and puts nothing elsewhere (safe-spec.ts), its tooltips are text (chart-tooltip.ts).
 * The page's policy would stop code, other sites and frames besides. We drive Vega ourselves and not through vega-embed,
 * which takes options from the specification, writes tooltips as markup and has a menu that opens another site.
 */

/** More marks than these are painted; fewer are elements, which are sharp at any size and have names. */
const MOST_ELEMENTS = 2_000
const PICTURE_SCALE = 2

export interface DrawnChart {
  /** Why it may not show what was meant; a sentence each. */
  readonly notes: readonly string[]
  readonly toPicture: (type: 'png' | 'svg') => Promise<Blob>
  readonly close: () => void
}

/** @throws Error that says what is wrong with the specification. */
export async function drawChart(
  host: HTMLElement,
  spec: ChartSpec,
  mode: ChartMode,
  isDark: boolean,
): Promise<DrawnChart> {
  const refused = new Set<string>()
  const complaints = new Set<string>()
  const logger = quietLogger((complaint) => complaints.add(complaint))
  const config = chartTheme(host, isDark)
  const given = mode === 'vega-lite' ? withWidth(spec) : spec
  const vegaSpec =
    mode === 'vega-lite'
      ? (compile(given as unknown as TopLevelSpec, { config, logger }).spec as unknown as ChartSpec)
      : spec
  const runtime = parse(containSpec(vegaSpec), mode === 'vega' ? config : {}, {
    ast: true,
  })
  const canvas = document.createElement('div')
  canvas.className = 'chart-canvas'
  host.replaceChildren(canvas)
  const tooltip = new ChartTooltip(host)
  const view = new View(runtime, {
    expr: safeExpressions,
    loader: closedLoader((address) => refused.add(address)),
    logger,
    renderer: countRows(spec) > MOST_ELEMENTS ? 'canvas' : 'svg',
    tooltip: tooltip.show,
    hover: mode === 'vega',
    container: canvas,
  })
  const observer = new ResizeObserver(() => {
    const { clientWidth } = canvas
    // Vega looks at the window alone, and a panel beside the cell makes it narrower, too.
    if (clientWidth === 0 || clientWidth === view.width()) return
    // Its axes have other labels then, which take another place.
    void view.width(clientWidth).resize().runAsync()
  })
  const close = (): void => {
    observer.disconnect()
    view.finalize()
    tooltip.remove()
    canvas.remove()
  }
  try {
    await view.runAsync()
  } catch (error) {
    close()
    throw error
  }
  if (given['width'] === 'container') observer.observe(canvas)
  return {
    notes: [
      ...[...refused].map(
        (address) =>
          `The chart asks for "${address.slice(0, 200)}", and charts load nothing. Put the rows into data.values.`,
      ),
      ...(refused.size > 0 ? [] : complaints),
    ],
    toPicture: async (type) => {
      if (type === 'svg') return new Blob([await view.toSVG()], { type: 'image/svg+xml' })
      const picture = await view.toCanvas(PICTURE_SCALE)
      return new Promise((resolve, reject) =>
        picture.toBlob((blob) =>
          blob === null
            ? reject(new Error('The browser made no picture of the chart'))
            : resolve(blob),
        ),
      )
    },
    close,
  }
}

/** Vega's errors are told to the reader; its warnings are about versions and styles. */
function quietLogger(onError: (complaint: string) => void): LoggerInterface {
  const logger: LoggerInterface = {
    level: () => logger,
    error: (...said: readonly unknown[]) => {
      onError(said.map((each) => (each instanceof Error ? each.message : String(each))).join(' '))
      return logger
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  }
  return logger
}
