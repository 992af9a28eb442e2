import { describe, expect, test } from 'vitest'
import { closedLoader } from './closed-loader.ts'
import { findFault } from './find-fault.ts'
import { containSpec, countRows, OWN_EVENTS, readSpec, titleOf, withWidth } from './safe-spec.ts'

describe('readSpec()', () => {
  test('takes objects alone', () => {
    expect(readSpec('{"mark": "bar"}')).toBeUndefined()
    expect(readSpec([{ mark: 'bar' }])).toBeUndefined()
    expect(readSpec({ mark: 'bar' })).toEqual({ mark: 'bar' })
  })

  test('takes no prototype out of a file', () => {
    const spec = readSpec(JSON.parse('{"a": {"__proto__": {"polluted": 1}, "b": [1]}}'))
    expect(spec).toEqual({ a: { b: [1] } })
    expect((spec?.['a'] as { polluted?: unknown } | undefined)?.polluted).toBeUndefined()
  })
})

test('a chart listens to itself, whatever it says', () => {
  const config = { events: { selector: true, bind: 'any', window: true }, axis: { grid: false } }
  expect(containSpec({ config })).toEqual({
    config: { events: OWN_EVENTS, axis: { grid: false } },
  })
  expect(containSpec({ config: 7 })).toEqual({ config: { events: OWN_EVENTS } })
})

test('inputs have what inputs need, and no other attribute', () => {
  const bind = {
    input: 'image',
    src: '/api/me',
    style: 'position: fixed; inset: 0',
    element: '.top-bar',
    formaction: 'javascript:1',
    name: 'Size',
  }
  const range = { name: 'b', bind: { input: 'range', min: 1, max: 9, step: 2 } }
  const signals = [{ name: 'a', value: 1, bind }, range, { name: 'c', update: '1' }]
  expect(containSpec({ signals })['signals']).toEqual([
    { name: 'a', value: 1, bind: { input: 'text', name: 'Size' } },
    range,
    { name: 'c', update: '1' },
  ])
})

test('one view is as wide as its cell; several keep their sizes', () => {
  expect(withWidth({ mark: 'bar' })).toEqual({ mark: 'bar', width: 'container' })
  expect(withWidth({ layer: [], width: 300 })).toEqual({ layer: [], width: 300 })
  expect(withWidth({ hconcat: [] })).toEqual({ hconcat: [] })
})

test('titleOf() is what a chart is called', () => {
  expect(titleOf({ description: 'Rain', title: 'x' })).toBe('Rain')
  expect(titleOf({ title: { text: 'Sun' } })).toBe('Sun')
  expect(titleOf({ title: { text: ['a', 'b'] } })).toBe('Chart')
})

test('countRows() knows both grammars', () => {
  expect(countRows({ data: { values: [1, 2, 3] } })).toBe(3)
  expect(countRows({ data: [{ values: [1] }, { values: [1, 2] }, { url: 'x' }] })).toBe(2)
  expect(countRows({})).toBe(0)
})

describe('findFault()', () => {
  const rows = { values: [{ 'a.b': 1, c: null }, { d: 2 }] }

  test.each([
    [{ x: { field: 'c' }, y: { field: 'd' } }],
    [{ x: { field: String.raw`a\.b` } }],
    [{ x: { field: 'd.deeper[0]' } }],
    [{ y: { aggregate: 'count' } }],
    [{ x: { field: { repeat: 'column' } } }],
  ])('finds none in %j', (encoding) => {
    expect(findFault({ data: rows, mark: 'bar', encoding })).toBeUndefined()
  })

  test('names a field that the rows have not', () => {
    const layer = [{ mark: 'bar', encoding: { y: { field: 'amount' } } }]
    expect(findFault({ data: rows, layer })).toBe(
      `The chart's y is the field "amount", which its rows have not. They have "a.b", "c", "d".`,
    )
  })

  test('says nothing of fields that transforms make', () => {
    const transform = [{ calculate: '1', as: 'e' }]
    const spec = { data: rows, transform, mark: 'bar', encoding: { x: { field: 'e' } } }
    expect(findFault(spec)).toBeUndefined()
  })

  test('names a mark that there is none of', () => {
    expect(findFault({ hconcat: [{ mark: { type: 'barr' } }] })).toContain('"barr"')
    expect(findFault({ mark: 'trail' })).toBeUndefined()
  })
})

test('the loader loads nothing; an image may be in the specification', async () => {
  const refused: string[] = []
  const loader = closedLoader((address) => refused.push(address))
  const image = 'data:image/png;base64,AAAA'
  await expect(loader.sanitize(image, { context: 'image' })).resolves.toEqual({ href: image })
  const addresses = [
    'https://evil.example',
    '/api/me',
    'javascript:alert(1)',
    'data:image/svg+xml;base64,AAAA',
    'data:text/csv,a',
  ]
  for (const address of addresses) {
    await expect(loader.load(address)).rejects.toThrow('Charts load nothing')
    await expect(loader.sanitize(address, { context: 'image' })).rejects.toThrow(
      'Charts load nothing',
    )
    await expect(loader.sanitize(address, { context: 'href' })).rejects.toThrow(
      'Charts load nothing',
    )
  }
  await expect(loader.sanitize(image, { context: 'href' })).rejects.toThrow('Charts load nothing')
  expect(new Set(refused)).toEqual(new Set([...addresses, image]))
})
