import { expect, test } from 'vitest'
import { cutRows } from './cut-rows.ts'

test('cutRows() cuts after 10 000 rows, and loses none', () => {
  const rows = Array.from({ length: 25_001 }, (_, n) => [String(n), null])
  const cuts = [...cutRows(rows)]
  expect(cuts.map(({ rowCount }) => rowCount)).toEqual([10_000, 10_000, 5001])
  const all: unknown = JSON.parse(`[${cuts.map(({ text }) => text).join(',')}]`)
  expect(all).toEqual(rows)
})

test('cutRows() cuts earlier when rows are large', () => {
  const rows = Array.from({ length: 5 }, () => ['x'.repeat(5_000_000)])
  expect([...cutRows(rows)].map(({ rowCount }) => rowCount)).toEqual([2, 2, 1])
})

test('cutRows() gives nothing for no rows', () => {
  expect([...cutRows([])]).toEqual([])
})
