import { describe, expect, test } from 'vitest'
import type { ResultBundle, ResultBundleColumn } from '../../src/results/result.ts'
import { type ChartChoice, readChoice, withSense } from './chart-choice.ts'
import { chartSource } from './chart-source.ts'
import { chartSpec, describeChart, localTime } from './chart-spec.ts'

function columns(...types: readonly (readonly [string, ResultBundleColumn['type']])[]) {
  return types.map(([name, type]) => ({ name, type, nullable: true }))
}

const SALES = columns(
  ['ORDER_ID', 'NUMBER'],
  ['CITY', 'VARCHAR'],
  ['SOLD_ON', 'DATE'],
  ['AMOUNT', 'NUMBER'],
  ['SHARE', 'FLOAT'],
)

describe('readChoice()', () => {
  test.each<[string, readonly ResultBundleColumn[], Partial<ChartChoice>]>([
    ['times make a line', SALES, { mark: 'line', x: 'SOLD_ON', y: 'AMOUNT', aggregate: 'sum' }],
    [
      'categories make bars',
      columns(['N', 'NUMBER'], ['CITY', 'VARCHAR']),
      { mark: 'bar', x: 'CITY', y: 'N', aggregate: 'sum' },
    ],
    [
      'two measures make points',
      columns(['A', 'FLOAT'], ['B', 'NUMBER']),
      { mark: 'point', x: 'A', y: 'B', aggregate: 'none' },
    ],
    [
      'without a measure rows are counted',
      columns(['CITY', 'VARCHAR'], ['FLAG', 'BOOLEAN']),
      { mark: 'bar', x: 'CITY', y: null, aggregate: 'count' },
    ],
    ['one measure is counted', columns(['A', 'NUMBER']), { mark: 'bar', x: 'A', y: null }],
  ])('%s', (_, given, expected) => {
    expect(readChoice({}, given)).toMatchObject(expected)
  })

  test('gives back what was remembered', () => {
    const choice: ChartChoice = {
      mark: 'area',
      x: 'CITY',
      y: 'SHARE',
      color: 'SOLD_ON',
      aggregate: 'mean',
    }
    expect(readChoice(JSON.parse(JSON.stringify(choice)), SALES)).toEqual(choice)
  })

  test.each([undefined, null, 'bar', 3])('remembers no chart in %j', (value) => {
    expect(readChoice(value, SALES)).toBeUndefined()
    expect(readChoice({}, [])).toBeUndefined()
  })

  test('a chart of columns that are gone is none', () => {
    expect(readChoice({ x: 'TOWN' }, SALES)).toBeUndefined()
    expect(readChoice({ x: 'CITY', color: 'TOWN' }, SALES)).toBeUndefined()
  })

  test('what a file made up is left out', () => {
    expect(readChoice({ mark: 'evil', aggregate: 'toString', y: 7 }, SALES)).toMatchObject({
      mark: 'line',
      aggregate: 'sum',
      y: 'AMOUNT',
    })
  })

  test('a count measures nothing, and nothing is counted', () => {
    const choice = readChoice({}, SALES) as ChartChoice
    expect(withSense({ ...choice, aggregate: 'count' }, SALES).y).toBeNull()
    expect(withSense({ ...choice, y: null }, SALES).aggregate).toBe('count')
    expect(withSense({ ...choice, y: 'CITY', aggregate: 'sum' }, SALES).aggregate).toBe('none')
    expect(withSense({ ...choice, y: 'CITY', aggregate: 'maximum' }, SALES).aggregate).toBe(
      'maximum',
    )
  })
})

describe('chartSpec()', () => {
  const choice: ChartChoice = {
    mark: 'bar',
    x: 'CITY',
    y: 'AMOUNT',
    color: null,
    aggregate: 'sum',
  }

  test('has the rows in it, and names what they mean', () => {
    const data = { rows: [{ x: 'Berlin', y: 3 }], isCut: false }
    expect(chartSpec(choice, SALES, data)).toMatchObject({
      description: 'bar chart: sum of AMOUNT by CITY',
      data: { values: [{ x: 'Berlin', y: 3 }] },
      mark: { type: 'bar' },
      encoding: {
        x: { field: 'x', type: 'nominal', title: 'CITY', sort: '-y', axis: { labelAngle: 0 } },
        y: { field: 'y', type: 'quantitative', title: 'sum of AMOUNT' },
      },
    })
  })

  test('types follow the columns', () => {
    const line: ChartChoice = { ...choice, mark: 'line', x: 'SOLD_ON', y: 'SHARE', color: 'CITY' }
    const rows = [{ x: '2024-02-29', y: 1, color: 'a' }]
    expect(chartSpec({ ...line, aggregate: 'none' }, SALES, { rows, isCut: false })).toMatchObject({
      data: { values: [{ x: '2024-02-29T00:00:00', y: 1, color: 'a' }] },
      encoding: {
        x: { type: 'temporal', axis: { format: { month: '%b' } } },
        y: { type: 'quantitative', title: 'SHARE' },
        color: { type: 'nominal', title: 'CITY' },
      },
    })
    expect(describeChart({ ...line, y: null, aggregate: 'count' })).toBe(
      'line chart: count of rows by SOLD_ON and CITY',
    )
  })

  test('long names are turned', () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({ x: `a long name ${at}`, y: at }))
    expect(chartSpec(choice, SALES, { rows, isCut: false })).toMatchObject({
      encoding: { x: { axis: { labelAngle: -40 } } },
    })
  })
})

test('localTime() keeps a date the day that it is', () => {
  expect(localTime('2024-01-31', 'DATE')).toBe('2024-01-31T00:00:00')
  expect(localTime('2024-01-31T00:00:00.000Z', 'DATE')).toBe('2024-01-31T00:00:00')
  expect(localTime('2024-01-31 12:30:00.000', 'TIMESTAMP_NTZ')).toBe('2024-01-31T12:30:00.000')
  expect(localTime('2024-01-31T12:30:00+02:00', 'TIMESTAMP_TZ')).toBe('2024-01-31T12:30:00+02:00')
  expect(localTime(null, 'DATE')).toBeNull()
})

describe('chartSource()', () => {
  const bundle: ResultBundle = {
    resultId: 'r',
    columns: [...SALES, { name: 'the "total"', type: 'NUMBER', nullable: true }],
    rowCount: 0,
    firstRows: [],
    queryId: null,
    durationMs: null,
    rowsAffected: null,
    variable: null,
  }

  test('is a cell that draws the same from the rows in the kernel', async () => {
    const choice: ChartChoice = {
      mark: 'bar',
      x: 'CITY',
      y: 'the "total"',
      color: null,
      aggregate: 'minimum',
    }
    const shown = await run(chartSource(bundle, choice), '_sql', [
      { CITY: 'Berlin', 'the "total"': 9007199254740993n },
    ])
    expect(shown).toMatchObject({
      mark: { type: 'bar', tooltip: true },
      encoding: { x: { field: 'x' }, y: { field: 'y', aggregate: 'min' } },
      data: { values: [{ x: 'Berlin', y: 9007199254740992 }] },
    })
  })

  test('counts, and takes the rows of a DataFrame', async () => {
    const choice: ChartChoice = {
      mark: 'line',
      x: 'SOLD_ON',
      y: null,
      color: 'CITY',
      aggregate: 'count',
    }
    const source = chartSource({ ...bundle, variable: 'sales' }, choice)
    const shown = await run(source, 'sales', {
      toObjects: async () => [{ SOLD_ON: '2024-01-01', CITY: 'Berlin' }],
    })
    expect(shown).toMatchObject({
      encoding: { y: { aggregate: 'count' } },
      data: { values: [{ x: '2024-01-01', color: 'Berlin' }] },
    })
    expect(JSON.stringify(shown)).not.toContain('"field":"y"')
  })
})

/** Runs the text of a cell, and gives what it shows. */
async function run(source: string, variable: string, value: unknown): Promise<unknown> {
  const shown: Readonly<Record<string, unknown>>[] = []
  const AsyncFunction = (async () => {}).constructor as new (
    ...texts: string[]
  ) => (...values: unknown[]) => Promise<void>
  await new AsyncFunction(variable, 'display', source)(value, (data: never) => shown.push(data))
  return shown[0]?.['application/vnd.vegalite.v6+json']
}
