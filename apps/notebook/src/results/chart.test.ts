import { describe, expect, test } from 'vitest'
import type { ChartQuestion } from './chart.ts'
import type { ChartData } from './result.ts'
import { sharedResults } from './testing/result-of.ts'

const shared = sharedResults()
const WAITS = new AbortController().signal
const LARGE = Number('12345678901234567890')
const ROWS = [
  ['b', '1.5', '2024-01-02', 'x'],
  ['a', '2', '2024-01-01', 'x'],
  ['b', '2.5', '2024-01-01', 'y'],
  ['a', null, null, 'y'],
  [null, '12345678901234567890', '2024-01-02', 'x'],
]

async function chartOf(question: Omit<ChartQuestion, 'filters'>): Promise<ChartData> {
  const { store, of } = shared()
  const result = of(['VARCHAR', 'NUMBER', 'DATE', 'VARCHAR'], ROWS)
  return await store.chart(result, { ...question, filters: [] }, WAITS)
}

describe('chart()', () => {
  test('without an aggregate gives the rows as they are, in the order of the result', async () => {
    expect(await chartOf({ x: 2, y: 1, color: 3, aggregate: 'none' })).toEqual({
      rows: [
        { x: '2024-01-02', y: 1.5, color: 'x' },
        { x: '2024-01-01', y: 2, color: 'x' },
        { x: '2024-01-01', y: 2.5, color: 'y' },
        { x: null, y: null, color: 'y' },
        { x: '2024-01-02', y: LARGE, color: 'x' },
      ],
      isCut: false,
    })
  })

  test.each([
    ['sum', [4, 2, LARGE]],
    ['mean', [2, 2, LARGE]],
    ['count', [2, 2, 1]],
    ['minimum', [1.5, 2, LARGE]],
    ['maximum', [2.5, 2, LARGE]],
  ] as const)('%s of each text, as they first come', async (aggregate, expected) => {
    const { rows } = await chartOf({ x: 0, y: 1, aggregate })
    expect(rows.map(({ x }) => x)).toEqual(['b', 'a', null])
    expect(rows.map(({ y }) => y)).toEqual(expected)
  })

  test('counts the rows of NULL too, which are asked for by their own column', async () => {
    const { rows } = await chartOf({ x: 0, y: 0, aggregate: 'count' })
    expect(rows).toEqual([
      { x: 'b', y: 2 },
      { x: 'a', y: 2 },
      { x: null, y: 1 },
    ])
  })

  test('has times in order, NULL last, and one row for each colour', async () => {
    expect((await chartOf({ x: 2, y: 0, color: 3, aggregate: 'maximum' })).rows).toEqual([
      { x: '2024-01-01', y: 'a', color: 'x' },
      { x: '2024-01-01', y: 'b', color: 'y' },
      { x: '2024-01-02', y: 'b', color: 'x' },
      { x: null, y: 'a', color: 'y' },
    ])
  })

  test('refuses the sum of what is no number', async () => {
    await expect(chartOf({ x: 0, y: 2, aggregate: 'sum' })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('"aggregate"'),
    })
  })

  test('has instants as ISO 8601 in UTC, others without a zone, and no infinities', async () => {
    const { store, of } = shared()
    const result = of(
      ['TIMESTAMP_TZ', 'TIMESTAMP_NTZ', 'FLOAT', 'BOOLEAN'],
      [['2024-01-01 10:00:00.5 +0200', '0001-01-01 00:00:00.000000001', 'inf', 'true']],
    )
    const chart = (x: number, y: number): Promise<ChartData> =>
      store.chart(result, { x, y, aggregate: 'none', filters: [] }, WAITS)
    expect((await chart(0, 1)).rows).toEqual([
      { x: '2024-01-01T08:00:00.5Z', y: '0001-01-01T00:00:00.000000001' },
    ])
    expect((await chart(3, 2)).rows).toEqual([{ x: 'true', y: null }])
  })

  test('is cut after 5,000 rows, and says so', async () => {
    const { store, of } = shared()
    const result = of(
      ['NUMBER'],
      Array.from({ length: 5_001 }, (_, at) => [String(5_001 - at)]),
    )
    const { rows, isCut } = await store.chart(
      result,
      { x: 0, y: 0, aggregate: 'count', filters: [] },
      WAITS,
    )
    expect([rows.length, rows[0], isCut]).toEqual([5_000, { x: 1, y: 1 }, true])
  })
})
