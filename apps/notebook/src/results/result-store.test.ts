import { appendFileSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DataType } from '@spcs/sql'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ResultColumns } from './result-columns.ts'
import type { StoredResult } from './result-store.ts'
import type { ResultFilter, ResultRow, ResultSort } from './result.ts'
import { results, type Results, sharedResults } from './testing/result-of.ts'

const shared = sharedResults()
const WAITS = new AbortController().signal
const DIGITS_38 = '99999999999999999999999999999999999999'

async function sorted(
  { store }: Results,
  result: StoredResult,
  sort: readonly ResultSort[],
  filters: readonly ResultFilter[] = [],
): Promise<readonly ResultRow[]> {
  const window = await store.window(result, { offset: 0, limit: 100, sort, filters }, WAITS)
  expect(window.total).toBe(window.rows.length)
  return window.rows
}

/** Texts of one column, in the order they should have; every value twice, to see that ties keep theirs. */
const ORDERS: readonly (readonly [DataType['kind'], readonly string[]])[] = [
  ['NUMBER', [`-${DIGITS_38}`, '-1', '-0', '7', '10', DIGITS_38]],
  [
    'NUMBER',
    ['-1000', '-0.51', '-0.5', '0.0000001', '2', '1234567890123456789012345678.9012345678'],
  ],
  ['NUMBER', ['-3', '1e-7', '0.25', '5']],
  ['FLOAT', ['-inf', '-1e+300', '-2.0', '-0.0', '5e-324', '9.0', '10.0', 'inf', 'NaN']],
  ['DATE', ['0001-01-01', '1582-10-15', '2024-02-29', '9999-12-31']],
  ['TIME', ['00:00:00', '00:00:00.000000001', '12:30:00.5', '23:59:59.999999999']],
  [
    'TIMESTAMP_NTZ',
    [
      '0001-01-01 00:00:00.000000001',
      '2024-01-01 10:00:00.123456788',
      '2024-01-01 10:00:00.123456789',
      '2024-01-01T10:00:00.2Z',
      '9999-12-31 23:59:59.999999999',
    ],
  ],
  [
    'TIMESTAMP_TZ',
    [
      '2024-01-01 12:00:00.000 +0530',
      '2024-01-01 07:00:00.000 +0000',
      '2024-01-01 00:00:00.000 -0800',
      '2024-01-01 09:00:00.000 Z',
    ],
  ],
  ['BOOLEAN', ['false', 'true']],
  ['VARCHAR', ['', '10', '9', 'B', 'a', 'ä', '漢']],
  ['BINARY', ['00', '00FF', 'FF']],
]

describe('sorting', () => {
  test('puts values in order, then what is none, then NULLs; ties stay as they were', async () => {
    const all = shared()
    for (const [kind, texts] of ORDERS) {
      const odd = kind === 'VARCHAR' || kind === 'BINARY' ? [] : ['no value']
      const shuffled = [1, 0].flatMap((rest) => texts.filter((_, at) => at % 2 === rest))
      const column = [null, ...odd, ...shuffled, ...shuffled]
      const rows = column.map((text, at) => [text, String(at)])
      const result = all.of([kind, 'NUMBER'], rows)
      for (const descending of [false, true]) {
        const expected = [...(descending ? texts.toReversed() : texts), ...odd, null].flatMap(
          (text) => rows.filter((row) => row[0] === text),
        )
        expect(await sorted(all, result, [{ column: 0, descending }])).toEqual(expected)
      }
    }
  })

  test('takes a second column where the first is the same, by instant with time zones', async () => {
    const all = shared()
    const rows = [
      ['2024-01-01 10:00:00 +0200', '2'],
      ['2024-01-01 08:00:00 +0000', '1'],
      ['2024-01-01 07:00:00 +0000', '3'],
    ]
    const result = all.of(['TIMESTAMP_LTZ', 'NUMBER'], rows)
    const order = await sorted(all, result, [
      { column: 0, descending: true },
      { column: 1, descending: false },
    ])
    expect(order.map((row) => row[1])).toEqual(['1', '2', '3'])
  })

  test('gives any window of a sorted result, and its exact text', async () => {
    const { store, of } = shared()
    const rows = Array.from({ length: 5_000 }, (_, at) => [String((at * 7919) % 5_000), `r${at}`])
    const result = of(['NUMBER', 'VARCHAR'], rows)
    const sort = [{ column: 0, descending: true }]
    const { rows: found, total } = await store.window(
      result,
      { offset: 4_990, limit: 20, sort, filters: [] },
      WAITS,
    )
    expect([found.map((row) => row[0]), total]).toEqual([
      ['9', '8', '7', '6', '5', '4', '3', '2', '1', '0'],
      5_000,
    ])
  })
})

describe('filters', () => {
  const rows = [
    ['1', '1.5', 'Straße', '2024-01-01 10:00:00.5', 'true'],
    ['2', 'NaN', 'STRASSE %_', '2024-01-02 00:00:00', 'false'],
    ['30', '-2.0', "o'brien \\", '9999-12-31 23:59:59.999999999', null],
    [null, null, null, null, null],
  ]
  const cases: readonly [number, ResultFilter['operator'], string | undefined, number[]][] = [
    [0, 'equals', '2', [1]],
    [0, 'equals', '2.000', [1]],
    [0, 'equals', '1.5', []],
    [0, 'not-equals', '1.5', [0, 1, 2]],
    [0, 'less', '1.5', [0]],
    [0, 'at-most', '1.5', [0]],
    [0, 'greater', '1.5', [1, 2]],
    [0, 'at-least', '1.5', [1, 2]],
    [0, 'at-least', '2', [1, 2]],
    [0, 'less', '-0.5', []],
    [0, 'less', `1${DIGITS_38}00`, [0, 1, 2]],
    [0, 'contains', '0', [2]],
    [1, 'greater', '1e0', [0, 1]],
    [1, 'equals', 'nan', [1]],
    [2, 'contains', 'stra', [0, 1]],
    [2, 'contains', '%_', [1]],
    [2, 'contains', "O'BRIEN \\", [2]],
    [2, 'equals', 'STRAßE', [0]],
    [2, 'not-equals', 'straße', [1, 2]],
    [3, 'less', '2024-01-02', [0]],
    [3, 'at-least', '2024-01-02', [1, 2]],
    [3, 'equals', '2024-01-01T10:00:00.500', [0]],
    [3, 'greater', '9999-12-31 23:59:59.999999998', [2]],
    [4, 'equals', 'TRUE', [0]],
    [4, 'is-null', undefined, [2, 3]],
    [4, 'is-not-null', undefined, [0, 1]],
  ]

  test('keep what a condition holds for: texts in any case, numbers and times by value', async () => {
    const all = shared()
    const result = all.of(['NUMBER', 'FLOAT', 'VARCHAR', 'TIMESTAMP_NTZ', 'BOOLEAN'], rows)
    for (const [column, operator, value, expected] of cases) {
      const found = await sorted(all, result, [], [{ column, operator, value }])
      const texts = rows.map((row) => JSON.stringify(row))
      const numbers = found.map((row) => texts.indexOf(JSON.stringify(row)))
      expect([column, operator, value, numbers]).toEqual([column, operator, value, expected])
    }
  })

  test('hold all together, beside a sort', async () => {
    const all = shared()
    const result = all.of(['NUMBER', 'FLOAT', 'VARCHAR', 'TIMESTAMP_NTZ', 'BOOLEAN'], rows)
    const filters: ResultFilter[] = [
      { column: 2, operator: 'contains', value: 's' },
      { column: 0, operator: 'is-not-null' },
    ]
    const found = await sorted(all, result, [{ column: 0, descending: true }], filters)
    expect(found).toEqual([rows[1], rows[0]])
  })

  test.each([
    [0, 'twelve'],
    [1, '1.5.'],
    [3, '2024-02-30'],
    [3, 'yesterday'],
    [4, 'yes'],
  ])('refuse, by name, what column %i cannot hold: %s', async (column, value) => {
    const { store, of } = shared()
    const result = of(['NUMBER', 'FLOAT', 'VARCHAR', 'TIMESTAMP_NTZ', 'BOOLEAN'], rows)
    const question = { offset: 0, limit: 1, sort: [] }
    const filters: ResultFilter[] = [
      { column: 2, operator: 'contains', value: '' },
      { column, operator: 'equals', value },
    ]
    await expect(store.window(result, { ...question, filters }, WAITS)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('filters[1].value'),
    })
  })
})

describe('a question that nobody waits for', () => {
  test('ends what runs for it; the next one is answered', async () => {
    const { store, of, workDirectory } = shared()
    const rows = Array.from({ length: 20_000 }, (_, at) => [String((at * 7) % 20_000)])
    const result = of(['VARCHAR'], rows)
    const question = { sort: [{ column: 0, descending: true }], filters: [] }
    const leaving = new AbortController()
    const first = store.export(result, 'json', question, leaving.signal)
    const outcome = first.catch((error: unknown) => error)
    await new Promise((resolve) => setImmediate(resolve))
    leaving.abort(new Error('gone away'))
    expect(await outcome).toMatchObject({ message: 'gone away' })
    expect((await store.window(result, { offset: 0, limit: 1, ...question }, WAITS)).total).toBe(
      20_000,
    )
    expect(readdirSync(join(workDirectory, 'exports'))).toEqual([])
  })

  test('ends with the store, which leaves nothing behind', async () => {
    const { store, of, workDirectory } = await results()
    const result = of(['NUMBER'], [['1'], ['2']])
    const question = { column: 0, filters: [] }
    expect((await store.statistics(result, question, WAITS)).count).toBe(2)
    expect(existsSync(workDirectory)).toBe(true)
    const late = store.statistics(result, question, WAITS).catch((error: unknown) => error)
    await store.close()
    expect(await late).toMatchObject({ code: 'REQUEST_ABORTED' })
    expect(existsSync(workDirectory)).toBe(false)
  })
})

describe('a file', () => {
  test('that is gone is told with every question, whatever is known of it', async () => {
    const { store, of } = shared()
    const result = of(['NUMBER'], [['1'], ['2']])
    const question = { offset: 0, limit: 9, sort: [{ column: 0, descending: true }], filters: [] }
    expect((await store.window(result, question, WAITS)).rows).toEqual([['2'], ['1']])
    rmSync(result.file)
    const gone = { code: 'RESULT_GONE' }
    await expect(store.window(result, question, WAITS)).rejects.toMatchObject(gone)
    await expect(store.statistics(result, { column: 0, filters: [] }, WAITS)).rejects.toMatchObject(
      gone,
    )
    await expect(store.export(result, 'csv', question, WAITS)).rejects.toMatchObject(gone)
  })

  test('with rows that are none is damaged', async () => {
    const { store, of } = shared()
    const result = of(['NUMBER'], [['1'], ['2']])
    appendFileSync(result.file, 'what?\n')
    await expect(store.statistics(result, { column: 0, filters: [] }, WAITS)).rejects.toMatchObject(
      { code: 'RESULT_GONE', message: expect.stringContaining('damaged') },
    )
  })

  test('may hold a row of many megabytes, and characters of all kinds', async () => {
    const { store, of } = shared()
    const rows = [['b'.repeat(34_000_000)], ['\u0000'], ['a\u2028"\\'], ['']]
    const result = of(['VARCHAR'], rows)
    const question = { offset: 0, limit: 3, sort: [{ column: 0, descending: false }], filters: [] }
    const { rows: found, total } = await store.window(result, question, WAITS)
    expect([found, total]).toEqual([[rows[3], rows[1], rows[2]], 4])
  })
})

describe('what is known of a result', () => {
  test('is forgotten when nobody asks any more, and found out again', async () => {
    const { store, of } = await results({ idleMs: 20 })
    const drop = vi.spyOn(ResultColumns.prototype, 'drop')
    onTestFinished(() => drop.mockRestore())
    const result = of(
      ['NUMBER', 'NUMBER'],
      [
        ['1', '4'],
        ['2', '3'],
      ],
    )
    const question = { x: 0, y: 1, aggregate: 'sum', filters: [] } as const
    const before = await store.chart(result, question, WAITS)
    await vi.waitUntil(() => drop.mock.calls.length === 1)
    await drop.mock.results[0]?.value
    expect(await store.chart(result, question, WAITS)).toEqual(before)
  })

  test('is forgotten for the sake of others, the oldest first', async () => {
    const { store, of } = await results()
    const drop = vi.spyOn(ResultColumns.prototype, 'drop')
    onTestFinished(() => drop.mockRestore())
    const first = of(['NUMBER'], [['1']])
    await store.statistics(first, { column: 0, filters: [] }, WAITS)
    const window = { offset: 0, limit: 1, sort: [], filters: [] }
    for (let others = 0; others < 64; others += 1) {
      expect(drop).not.toHaveBeenCalled()
      await store.window(of(['NUMBER'], [['1']]), window, WAITS)
    }
    await vi.waitUntil(() => drop.mock.calls.length > 0)
    await drop.mock.results[0]?.value
    expect(drop).toHaveBeenCalledTimes(1)
  })
})
