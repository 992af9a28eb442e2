import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ResultRow, ResultWindow } from '../../src/results/result.ts'
import { RowWindows, WINDOW_ROWS } from './row-windows.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

interface Question {
  readonly offset: number
  readonly limit: number
  readonly signal: AbortSignal
  readonly answer: (total?: number, most?: number) => Promise<void>
  readonly fail: (error: Error) => Promise<void>
}

function openWindows(total: number, firstRows = rowsFrom(0, Math.min(50, total))) {
  const questions: Question[] = []
  const onChange = vi.fn<() => void>()
  const windows = new RowWindows({
    firstRows,
    total,
    onChange,
    ask: (offset, limit, signal) =>
      new Promise<ResultWindow>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        questions.push({
          offset,
          limit,
          signal,
          answer: async (of = total, most = limit) => {
            resolve({ offset, rows: rowsFrom(offset, Math.min(most, of - offset)), total: of })
            await vi.advanceTimersByTimeAsync(0)
          },
          fail: async (error) => {
            reject(error)
            await vi.advanceTimersByTimeAsync(0)
          },
        })
      }),
  })
  const look = async (first: number, last: number): Promise<void> => {
    windows.look(first, last)
    await vi.advanceTimersByTimeAsync(30)
  }
  const pending = (): number[] =>
    questions.filter(({ signal }) => !signal.aborted).map(({ offset }) => offset)
  return { windows, questions, onChange, look, pending }
}

function rowsFrom(offset: number, count: number): ResultRow[] {
  return Array.from({ length: count }, (_, at) => [String(offset + at)])
}

describe('RowWindows', () => {
  test('shows the first rows without asking for anything', async () => {
    const { windows, questions, look } = openWindows(1_000_000)
    await look(0, 12)
    expect(windows.row(12)).toEqual(['12'])
    expect(questions).toEqual([])
  })

  test('asks for the window that is looked at, with what is near it', async () => {
    const { windows, questions, onChange, look, pending } = openWindows(1_000_000)
    await look(799, 812)
    expect(pending()).toEqual([600, 800])
    expect(windows.row(800)).toBeUndefined()
    await questions[1]?.answer()
    expect(windows.row(999)).toEqual(['999'])
    expect(onChange).toHaveBeenCalledTimes(1)
    await look(900, 912)
    expect(questions).toHaveLength(2)
  })

  test('asks once for the place where a scroll ends, and drops what was scrolled past', async () => {
    const { windows, questions, look, pending } = openWindows(1_000_000)
    for (let row = 10_000; row <= 900_000; row += 10_000) windows.look(row, row + 12)
    await vi.advanceTimersByTimeAsync(30)
    expect(pending()).toEqual([900_000, 899_800])
    await look(100, 112)
    expect(questions.map(({ signal }) => signal.aborted)).toEqual([true, true, false])
    expect(pending()).toEqual([0])
    expect(windows.problem).toBeNull()
  })

  test('has three questions under way at most', async () => {
    const { questions, look, pending } = openWindows(1_000_000)
    await look(1_000, 2_000)
    expect(pending()).toEqual([1_000, 1_200, 1_400])
    await questions[0]?.answer()
    expect(pending()).toEqual([1_000, 1_200, 1_400, 1_600])
  })

  test('holds 10,000 rows and forgets those not looked at for longest', async () => {
    const { windows, questions, look } = openWindows(1_000_000)
    for (let window = 1; window <= 51; window++) {
      await look(window * WINDOW_ROWS + 50, window * WINDOW_ROWS + 60)
      await questions.at(-1)?.answer()
      await look(250, 260)
    }
    const held = Array.from({ length: 53 }, (_, at) => windows.row(at * WINDOW_ROWS + 100)).filter(
      (row) => row !== undefined,
    )
    expect(held).toHaveLength(50)
    expect(windows.row(250)).toEqual(['250'])
    expect(windows.row(450)).toBeUndefined()
  })

  test('a failure is told, asked again by hand alone, and loses nothing', async () => {
    const { windows, questions, look, pending } = openWindows(1_000)
    await look(300, 312)
    const gone = new Error('gone')
    await questions[0]?.fail(gone)
    expect(windows.problem).toBe(gone)
    expect(windows.row(5)).toEqual(['5'])
    await look(600, 612)
    expect(questions).toHaveLength(1)
    windows.retry()
    expect(windows.problem).toBeNull()
    expect(pending()).toEqual([200, 600, 400])
  })

  test('learns from an answer how many rows pass the filters', async () => {
    const { windows, questions, look } = openWindows(1_000, [])
    await look(0, 12)
    await questions[0]?.answer(7)
    expect(windows.total).toBe(7)
    expect(windows.row(6)).toEqual(['6'])
    expect(windows.row(7)).toBeUndefined()
  })

  test('collects a range for a copy, asking for what is not here', async () => {
    const { windows, questions } = openWindows(10_000)
    const collected = windows.collect(40, 2_000, new AbortController().signal)
    for (const at of [0, 1]) await questions[at]?.answer()
    const rows = await collected
    expect(questions.map(({ offset, limit }) => [offset, limit])).toEqual([
      [50, 1_000],
      [1_050, 951],
    ])
    expect(rows).toHaveLength(1_961)
    expect([rows[0], rows.at(-1)]).toEqual([['40'], ['2000']])
  })

  test('asks on where the server gives fewer rows than asked for', async () => {
    const { windows, questions, look } = openWindows(1_000)
    await look(450, 460)
    await questions[0]?.answer(1_000, 60)
    expect(questions.map(({ offset, limit }) => [offset, limit])).toEqual([
      [400, 200],
      [460, 140],
    ])
    await questions[1]?.answer()
    expect([windows.row(400), windows.row(599)]).toEqual([['400'], ['599']])
  })

  test('a closed one asks for nothing and drops what it asked', async () => {
    const { windows, questions, look } = openWindows(1_000)
    await look(300, 312)
    windows.look(900, 912)
    windows.close()
    await vi.advanceTimersByTimeAsync(100)
    expect(questions.map(({ signal }) => signal.aborted)).toEqual([true])
  })
})
