export type ChartMode = 'vega' | 'vega-lite'
export type ChartSpec = Readonly<Record<string, unknown>>

/** Events that a chart may listen to outside of itself: those that end or go on with what began inside. */
const WINDOW_EVENTS = [
  'pointermove',
  'pointerup',
  'mousemove',
  'mouseup',
  'touchmove',
  'touchend',
  'resize',
]

/** What a chart of anybody may listen to, and where it may put its inputs: within itself. */
export const OWN_EVENTS = {
  selector: false,
  window: WINDOW_EVENTS,
  bind: 'container',
  globalCursor: false,
} as const

/** A specification out of an output, or undefined where there is none. Nothing in it becomes a prototype. */
export function readSpec(value: unknown): ChartSpec | undefined {
  const spec = copyJson(value)
  return isObject(spec) ? spec : undefined
}

function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '__proto__')
      .map(([name, member]) => [name, copyJson(member)]),
  )
}

/** A Vega specification that keeps within its own element: its events are ours to choose, its inputs plain ones. */
export function containSpec(spec: ChartSpec): ChartSpec {
  const { config, signals } = spec
  return {
    ...spec,
    config: { ...(isObject(config) ? config : {}), events: OWN_EVENTS },
    ...(Array.isArray(signals) ? { signals: signals.map(containSignal) } : {}),
  }
}

const INPUTS = new Set(
  'checkbox radio select range text number color date month week time datetime-local'.split(' '),
)
const INPUT_MEMBERS = new Set(
  'name options labels min max step placeholder debounce size maxlength'.split(' '),
)

/** Whatever else `bind` has becomes an attribute: an address of an image, or a style that covers the page. */
function containSignal(signal: unknown): unknown {
  if (!isObject(signal) || !isObject(signal['bind'])) return signal
  const { input } = signal['bind']
  const members = Object.entries(signal['bind']).filter(([name]) => INPUT_MEMBERS.has(name))
  return {
    ...signal,
    bind: {
      ...Object.fromEntries(members),
      input: typeof input === 'string' && INPUTS.has(input) ? input : 'text',
    },
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A Vega-Lite chart of one view without a width takes that of its cell. */
export function withWidth(spec: ChartSpec): ChartSpec {
  const isOneView = 'mark' in spec || 'layer' in spec
  return isOneView && spec['width'] === undefined ? { ...spec, width: 'container' } : spec
}

export function titleOf(spec: ChartSpec): string {
  const { description, title } = spec
  if (typeof description === 'string' && description !== '') return description
  if (typeof title === 'string') return title
  const text =
    typeof title === 'object' && title !== null && 'text' in title ? title.text : undefined
  return typeof text === 'string' ? text : 'Chart'
}

/** Rows that are written in the specification, which is nearly how many marks there will be. */
export function countRows(spec: ChartSpec): number {
  const { data } = spec
  const lists: unknown[] = Array.isArray(data) ? data : [data]
  return lists.reduce<number>((most, each) => {
    const values =
      typeof each === 'object' && each !== null && 'values' in each ? each.values : undefined
    return Array.isArray(values) ? Math.max(most, values.length) : most
  }, 0)
}
