import type { ChartSpec } from './safe-spec.ts'

/** https://vega.github.io/vega-lite/docs/mark.html */
const MARKS = new Set(
  (
    'arc area bar boxplot circle errorband errorbar geoshape image line point rect rule square text tick ' +
    'trail'
  ).split(' '),
)

/**
 * What is wrong with a Vega-Lite chart that Vega would not tell: a mark that there is none of, which fails with words of
 * Vega's insides, and a field that its rows have not, which is drawn as nothing. Undefined when neither is found; of fields
 * that transforms make nothing can be said.
 */
export function findFault(spec: ChartSpec): string | undefined {
  return unknownMark(spec) ?? missingIn(spec, undefined)
}

function unknownMark(view: unknown): string | undefined {
  if (!isObject(view)) return undefined
  const mark = isObject(view['mark']) ? view['mark']['type'] : view['mark']
  if (mark !== undefined && !(typeof mark === 'string' && MARKS.has(mark))) {
    return `The chart's mark is ${JSON.stringify(mark)}. Marks are ${[...MARKS].join(', ')}.`
  }
  const parts = ['layer', 'hconcat', 'vconcat', 'concat'].flatMap((name) => {
    const part = view[name]
    return Array.isArray(part) ? (part as unknown[]) : []
  })
  return [...parts, view['spec']].reduce<string | undefined>(
    (found, part) => found ?? unknownMark(part),
    undefined,
  )
}

function missingIn(view: unknown, inherited: readonly object[] | undefined): string | undefined {
  if (!isObject(view)) return undefined
  if (Array.isArray(view['transform'])) return undefined
  const rows = view['data'] === undefined ? inherited : rowsOf(view['data'])
  if (rows !== undefined && rows.length > 0) {
    const known = new Set(rows.flatMap((row) => Object.keys(row)))
    for (const [channel, field] of fieldsOf(view['encoding'])) {
      if (!known.has(field)) {
        return `The chart's ${channel} is the field "${field}", which its rows have not. They have ${[...known].map((name) => `"${name}"`).join(', ')}.`
      }
    }
  }
  const layers = Array.isArray(view['layer']) ? view['layer'] : []
  return layers.reduce<string | undefined>(
    (found, layer) => found ?? missingIn(layer, rows),
    undefined,
  )
}

/** Rows enough to know what fields there are. */
const MOST_ROWS = 200

function rowsOf(data: unknown): readonly object[] | undefined {
  const values = isObject(data) ? data['values'] : undefined
  if (!Array.isArray(values) || !values.every(isObject)) return undefined
  return values.length > MOST_ROWS ? values.slice(0, MOST_ROWS) : values
}

function fieldsOf(encoding: unknown): (readonly [channel: string, field: string])[] {
  if (!isObject(encoding)) return []
  return Object.entries(encoding).flatMap(([channel, definition]) => {
    const field = isObject(definition) ? definition['field'] : undefined
    // The first step of a path: a dot or a bracket with a backslash is part of the name.
    const first = typeof field === 'string' ? /^(?:\\.|[^.[\\])+/.exec(field)?.[0] : undefined
    return first === undefined ? [] : [[channel, first.replaceAll(/\\(.)/g, '$1')] as const]
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
