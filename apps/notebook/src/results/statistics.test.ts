import type { DataType } from '@spcs/sql'
import { describe, expect, test } from 'vitest'
import { printNumber } from './column-values.ts'
import type { ColumnStatistics } from './result.ts'
import { sharedResults } from './testing/result-of.ts'

const shared = sharedResults()
const WAITS = new AbortController().signal
const DIGITS_38 = '99999999999999999999999999999999999999'

async function statisticsOf(
  kind: DataType['kind'],
  texts: readonly (string | null)[],
): Promise<ColumnStatistics> {
  const { store, of } = shared()
  const result = of(
    [kind],
    texts.map((text) => [text]),
  )
  return await store.statistics(result, { column: 0, filters: [] }, WAITS)
}

describe('statistics()', () => {
  test('counts, measures and orders numbers exactly, in round bars', async () => {
    expect(await statisticsOf('NUMBER', ['1.50', '40', null, '1.5', '-0.25', null])).toEqual({
      count: 6,
      nulls: 2,
      distinct: 3,
      minimum: '-0.25',
      maximum: '40',
      mean: 10.6875,
      standardDeviation: expect.closeTo(19.5591, 4),
      histogram: [
        { from: '-1.00', to: '2.00', count: 3 },
        ...Array.from({ length: 12 }, (_, at) => ({
          from: printNumber(BigInt(200 + at * 300), 2),
          to: printNumber(BigInt(500 + at * 300), 2),
          count: 0,
        })),
        { from: '38.00', to: '41.00', count: 1 },
      ],
      mostFrequent: [
        { value: '1.50', count: 2 },
        { value: null, count: 2 },
        { value: '40', count: 1 },
        { value: '-0.25', count: 1 },
      ],
    })
  })

  test('keeps all 38 digits', async () => {
    const { minimum, maximum, distinct, histogram } = await statisticsOf('NUMBER', [
      `-${DIGITS_38}`,
      DIGITS_38,
      '99999999999999999999999999999999999998',
    ])
    expect([minimum, maximum, distinct]).toEqual([`-${DIGITS_38}`, DIGITS_38, 3])
    expect(histogram?.at(0)?.from).toBe(`-1${'0'.repeat(38)}`)
    expect(histogram?.map(({ count }) => count).filter((count) => count > 0)).toEqual([1, 2])
    expect(histogram?.length).toBeLessThanOrEqual(20)
  })

  test('leaves infinities and NaN out of what is measured', async () => {
    const statistics = await statisticsOf('FLOAT', [
      'NaN',
      'inf',
      '1.0',
      '3.5',
      '-1e+308',
      '1e+308',
    ])
    expect(statistics).toMatchObject({ count: 6, distinct: 6, minimum: '-1e+308', maximum: 'NaN' })
    expect(statistics.standardDeviation).toBeCloseTo(8.1649658e307 / 1, -301)
    const { histogram } = statistics
    expect([histogram?.length, histogram?.at(0)?.from, histogram?.at(-1)?.to]).toEqual([
      20,
      '-1e+308',
      '1e+308',
    ])
    expect(histogram?.reduce((sum, { count }) => sum + count, 0)).toBe(4)
    expect(await statisticsOf('FLOAT', ['NaN', null])).toMatchObject({
      mean: null,
      standardDeviation: null,
      histogram: null,
    })
  })

  test('one value alone is one bar', async () => {
    expect((await statisticsOf('NUMBER', ['7', '7'])).histogram).toEqual([
      { from: '7', to: '8', count: 2 },
    ])
    expect((await statisticsOf('FLOAT', ['7.0'])).histogram).toEqual([
      { from: '7.0', to: '7.0', count: 1 },
    ])
  })

  test('has whole days for dates, and nanoseconds of all years', async () => {
    const dates = await statisticsOf('DATE', ['0001-01-01', '9999-12-31', '2024-02-29'])
    expect([dates.minimum, dates.maximum, dates.mean]).toEqual(['0001-01-01', '9999-12-31', null])
    expect(dates.histogram?.at(0)?.from).toBe('0001-01-01')
    expect(dates.histogram?.filter(({ count }) => count > 0).length).toBe(3)
    const times = await statisticsOf('TIMESTAMP_NTZ', [
      '9999-12-31 23:59:59.999999999',
      '9999-12-31 23:59:59.999999997',
      '9999-12-31 23:59:59.999999998',
    ])
    expect(times).toMatchObject({
      distinct: 3,
      minimum: '9999-12-31 23:59:59.999999997',
      maximum: '9999-12-31 23:59:59.999999999',
    })
    expect(times.histogram).toEqual([
      { from: '9999-12-31 23:59:59.999999997', to: '9999-12-31 23:59:59.999999998', count: 1 },
      { from: '9999-12-31 23:59:59.999999998', to: '9999-12-31 23:59:59.999999999', count: 1 },
      { from: '9999-12-31 23:59:59.999999999', to: '10000-01-01 00:00:00', count: 1 },
    ])
    const clock = await statisticsOf('TIME', ['08:00:00', '17:30:00.5'])
    expect(clock.histogram?.at(0)).toEqual({ from: '08:00:00', to: '08:29:00', count: 1 })
  })

  test('tells instants apart, not how they are written', async () => {
    expect(
      await statisticsOf('TIMESTAMP_TZ', ['2024-01-01 10:00:00 +0200', '2024-01-01 08:00:00 Z']),
    ).toMatchObject({
      distinct: 1,
      mostFrequent: [{ value: '2024-01-01 10:00:00 +0200', count: 2 }],
    })
  })

  test('has texts in order, objects in none, and ten frequent values at most', async () => {
    const words = Array.from({ length: 30 }, (_, at) => `w${at % 15}`)
    const texts = await statisticsOf('VARCHAR', [...words, 'w14', '', ''])
    expect(texts).toMatchObject({ distinct: 16, minimum: '', maximum: 'w9', histogram: null })
    expect(texts.mostFrequent.slice(0, 3)).toEqual([
      { value: 'w14', count: 3 },
      { value: 'w0', count: 2 },
      { value: 'w1', count: 2 },
    ])
    expect(texts.mostFrequent.length).toBe(10)
    expect(await statisticsOf('OBJECT', ['{"a":1}', '{"a":1}', null])).toMatchObject({
      distinct: 1,
      minimum: null,
      maximum: null,
      mostFrequent: [
        { value: '{"a":1}', count: 2 },
        { value: null, count: 1 },
      ],
    })
  })

  test('of a column without rows or values is empty', async () => {
    const empty = {
      nulls: 0,
      count: 0,
      distinct: 0,
      minimum: null,
      maximum: null,
      mean: null,
      standardDeviation: null,
      histogram: null,
      mostFrequent: [],
    }
    expect(await statisticsOf('NUMBER', [])).toEqual(empty)
    expect(await statisticsOf('BOOLEAN', [])).toEqual(empty)
  })

  test('counts what is no value of its type as what it is', async () => {
    expect(await statisticsOf('NUMBER', ['1', 'one', 'one', '2'])).toMatchObject({
      count: 4,
      nulls: 0,
      distinct: 3,
      minimum: '1',
      maximum: '2',
      mean: 1.5,
      mostFrequent: [{ value: 'one', count: 2 }, {}, {}],
    })
  })

  test('is of the rows that pass the filters', async () => {
    const { store, of } = shared()
    const result = of(
      ['NUMBER', 'VARCHAR'],
      [
        ['1', 'a'],
        ['2', 'b'],
        ['3', 'A'],
      ],
    )
    const filters = [{ column: 1, operator: 'equals', value: 'a' }] as const
    const statistics = await store.statistics(result, { column: 0, filters }, WAITS)
    expect(statistics).toMatchObject({ count: 2, mean: 2, maximum: '3' })
  })
})
