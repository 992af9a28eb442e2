import { describe, expect, test } from 'vitest'
import { DISPLAY } from '../display.ts'
import type { DrawnElement } from './document.ts'
import { plotModule } from './plot-module.ts'

type Plotted = DrawnElement & Record<symbol, () => Record<string, string>>
// oxlint-disable-next-line typescript/no-explicit-any -- the module is used as a cell uses it
const Plot = plotModule as any

const WEATHER = [
  { city: 'Oslo', month: 1, temperature: -4 },
  { city: 'Oslo', month: 7, temperature: 17 },
  { city: 'Rome', month: 1, temperature: 8 },
  { city: 'Rome', month: 7, temperature: 26 },
]

function markup(drawn: Plotted): string {
  const bundle = drawn[DISPLAY]?.() ?? {}
  return bundle['image/svg+xml'] ?? bundle['text/html'] ?? ''
}

function count(drawn: DrawnElement, selector: string): number {
  return drawn.querySelectorAll(selector).length
}

describe('Plot.plot()', () => {
  test.each([
    ['dot', () => Plot.dot(WEATHER, { x: 'month', y: 'temperature' }), 'circle', 4],
    ['line', () => Plot.lineY(WEATHER, { x: 'month', y: 'temperature', z: 'city' }), 'path', 2],
    ['bar', () => Plot.barY(WEATHER, Plot.groupX({ y: 'count' }, { x: 'city' })), 'rect', 2],
    ['area', () => Plot.areaY(WEATHER, { x: 'month', y: 'temperature', z: 'city' }), 'path', 2],
    ['text', () => Plot.text(WEATHER, { x: 'month', y: 'temperature', text: 'city' }), 'text', 4],
    ['rule', () => Plot.ruleY([0, 10]), 'line', 2],
    ['cell', () => Plot.cell(WEATHER, { x: 'city', y: 'month', fill: 'temperature' }), 'rect', 4],
    ['tick', () => Plot.tickX(WEATHER, { x: 'temperature' }), 'line', 4],
    ['vector', () => Plot.vector(WEATHER, { x: 'month', y: 'temperature' }), 'path', 4],
  ])('draws %s', (_, mark, selector, elements) => {
    const drawn: Plotted = Plot.plot({ axis: null, marks: [mark()] })
    expect(count(drawn, selector)).toBe(elements)
    expect(markup(drawn)).toMatch(
      /^<svg class="plot-[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/,
    )
  })

  test('draws axes with labels in the colour of the text around', () => {
    const drawn: Plotted = Plot.dot(WEATHER, { x: 'month', y: 'temperature' }).plot({ width: 400 })
    expect(drawn.getAttribute('fill')).toBe('currentColor')
    expect(drawn.style.getPropertyValue('--plot-background')).toMatch(/^light-dark/)
    const labels = drawn.querySelectorAll('text').map(({ textContent }) => textContent)
    expect(labels).toEqual(expect.arrayContaining(['↑ temperature', 'month →', '0', '20']))
    expect(markup(drawn)).not.toMatch(/undefined|NaN|\[object/)
  })

  test('draws facets, each with its own marks', () => {
    const drawn: Plotted = Plot.plot({
      fx: { label: null },
      marks: [Plot.frame(), Plot.dot(WEATHER, { x: 'month', y: 'temperature', fx: 'city' })],
    })
    const dots = drawn.querySelectorAll('g').filter((g) => g.getAttribute('aria-label') === 'dot')
    expect(dots.some((g) => g.children.length === 2)).toBe(true)
    expect(count(drawn, 'circle')).toBe(4)
  })

  test('is a figure with a legend, a title and a caption where they are asked for', () => {
    const drawn: Plotted = Plot.plot({
      title: 'Weather & <cities>',
      caption: 'Made up',
      color: { legend: true },
      marks: [Plot.dot(WEATHER, { x: 'month', y: 'temperature', fill: 'city' })],
    })
    const html = drawn[DISPLAY]?.()['text/html']
    expect(html).toMatch(/^<figure class="plot-[^"]*-figure" style="max-width: initial;"><h2>/)
    expect(html).toContain('Weather &#38; &#60;cities&#62;')
    expect(html).toContain('<figcaption>Made up</figcaption>')
    expect(Reflect.get(drawn, 'outerHTML')).toBe(html)
    expect(html).toContain(`>${String(Reflect.get(drawn, 'innerHTML'))}</figure>`)
    expect(drawn.querySelectorAll('span').map(({ textContent }) => textContent)).toEqual([
      'Oslo',
      'Rome',
    ])
  })

  test('paints the ramp of a continuous legend as a PNG', () => {
    const ramp: Plotted = Plot.legend({ color: { type: 'linear', domain: [0, 30] }, label: '°C' })
    const address = ramp.querySelector('image')?.getAttribute('xlink:href') ?? ''
    const png = Buffer.from(address.replace('data:image/png;base64,', ''), 'base64')
    expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
      'PNG',
      256,
      1,
    ])
  })

  test('draws what would follow a pointer without it', () => {
    const drawn: Plotted = Plot.dot(WEATHER, { x: 'month', y: 'temperature', tip: true }).plot()
    expect(count(drawn, 'circle')).toBe(4)
  })

  test('refuses a selector that it does not know by name', () => {
    const drawn: Plotted = Plot.ruleY([0]).plot()
    expect(() => drawn.querySelector('g:nth-child(2)')).toThrow('Cannot select "g:nth-child(2)"')
  })
})
