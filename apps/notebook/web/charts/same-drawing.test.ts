import { expect, test } from 'vitest'
import { parse, type Spec, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { safeExpressions } from './safe-expressions.ts'
import { containSpec } from './safe-spec.ts'

const ROWS = Array.from({ length: 24 }, (_, at) => ({
  at,
  city: ['Berlin', 'Lisboa', 'Tōkyō'][at % 3],
  on: `2024-${String((at % 12) + 1).padStart(2, '0')}-15T12:00:00`,
  temp: Math.round(Math.sin(at / 4) * 200) / 10,
  'a.b': at % 5 === 0 ? null : at % 7,
}))

const x = { field: 'city', type: 'nominal' }
const temp = { field: 'temp', type: 'quantitative' }
const on = { field: 'on', type: 'temporal' }

const CHARTS: Readonly<Record<string, object>> = {
  'stacked bars of counts': {
    mark: 'bar',
    encoding: {
      x: { field: 'on', timeUnit: 'month', type: 'ordinal' },
      y: { aggregate: 'count' },
      color: x,
      tooltip: [x, { field: 'on', type: 'temporal', format: '%B %Y' }],
    },
  },
  'a line with a rule and words': {
    layer: [
      { mark: { type: 'line', point: true }, encoding: { x: on, y: temp, color: x } },
      { mark: 'rule', encoding: { y: { datum: 3 } } },
      {
        mark: { type: 'text', dy: -8 },
        encoding: { x: on, y: temp, text: { field: 'temp', format: '.1f' } },
      },
    ],
  },
  'bins with a colour that depends': {
    mark: 'rect',
    encoding: {
      x: { field: 'temp', bin: { maxbins: 6 } },
      y: { field: String.raw`a\.b`, bin: true },
      color: { condition: { test: "datum['__count'] > 1", value: 'red' }, aggregate: 'count' },
    },
  },
  'box plots': { mark: { type: 'boxplot', extent: 1.5 }, encoding: { x, y: temp } },
  'an area with its error': {
    layer: [
      { mark: { type: 'errorband', extent: 'ci' }, encoding: { x: on, y: temp } },
      { mark: 'line', encoding: { x: on, y: { ...temp, aggregate: 'mean' } } },
    ],
  },
  'facets of computed fields': {
    transform: [
      { calculate: 'datum.temp * 1.8 + 32', as: 'fahrenheit' },
      { filter: { field: 'fahrenheit', range: [10, 60] } },
      { window: [{ op: 'rank', as: 'rank' }], sort: [{ field: 'fahrenheit' }] },
      { joinaggregate: [{ op: 'max', field: 'rank', as: 'most' }], groupby: ['city'] },
    ],
    mark: 'bar',
    encoding: {
      x: { field: 'rank', type: 'ordinal' },
      y: { field: 'fahrenheit', type: 'quantitative' },
      color: { field: 'most', type: 'quantitative', scale: { scheme: 'viridis' } },
      column: x,
    },
  },
  'a brush and its view': {
    params: [{ name: 'size', value: 40, bind: { input: 'range', min: 1, max: 99 } }],
    hconcat: [
      {
        params: [{ name: 'brush', select: 'interval', value: { x: [2, 9] } }],
        mark: 'point',
        encoding: {
          x: { field: 'at', type: 'quantitative' },
          y: temp,
          size: { value: { expr: 'size' } },
          opacity: { condition: { param: 'brush', value: 1 }, value: 0.2 },
        },
      },
      {
        transform: [{ filter: { param: 'brush' } }],
        mark: { type: 'arc', innerRadius: { expr: 'size / 2' } },
        encoding: { theta: { aggregate: 'sum', field: 'at' }, color: x },
      },
    ],
  },
  'a map': {
    data: {
      values: [
        {
          type: 'Feature',
          properties: { name: 'square' },
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [0, 40],
                [0, 50],
                [10, 50],
                [10, 40],
                [0, 40],
              ],
            ],
          },
        },
      ],
    },
    projection: { type: 'mercator' },
    mark: 'geoshape',
    encoding: { tooltip: { field: 'properties.name' } },
  },
}

test.each(Object.entries(CHARTS))('%s: drawn as Vega itself does', async (_, chart) => {
  const { spec } = compile({ data: { values: ROWS }, ...chart } as TopLevelSpec)
  const [ours, vegas] = await Promise.all([
    draw(containSpec(spec as never), safeExpressions),
    draw(spec, undefined),
  ])
  expect(ours).toContain('<path')
  expect(ours).toBe(vegas)
})

/** The drawing with an evaluator, or with Vega's, which makes code of expressions. */
async function draw(spec: Spec, expr: unknown): Promise<string> {
  const view = new View(parse(spec, {}, { ast: expr !== undefined }), {
    renderer: 'none',
    ...(expr === undefined ? {} : { expr: expr as never }),
  })
  const svg = await view.toSVG()
  view.finalize()
  // Numbered through all charts of a page.
  return svg.replaceAll(/(gradient_|clip)\d+/g, '$1')
}
