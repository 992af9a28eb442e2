import { expect, test } from 'vitest'
import { columnEdges, fittingWidths, withWidth } from './column-widths.ts'
import type { MeasureText } from './measure-text.ts'
import { columnAt, indexesWith, slotOf, visibleColumns, visibleRows } from './visible-range.ts'

test('visibleRows() covers the view and moves in steps', () => {
  expect(visibleRows(0, 336, 28, 1_000_000)).toEqual({ first: 0, last: 18 })
  expect(visibleRows(28 * 100, 336, 28, 1_000_000)).toEqual({ first: 94, last: 118 })
  expect(visibleRows(28 * 103, 336, 28, 1_000_000).first).toBe(94)
  expect(visibleRows(27_999_664, 336, 28, 1_000_000).last).toBe(999_999)
  expect(visibleRows(0, 336, 28, 0)).toEqual({ first: 0, last: -1 })
})

test('visibleColumns() has one more on each side', () => {
  const edges = columnEdges(Array.from({ length: 50 }, () => 100))
  expect(visibleColumns(0, 800, edges)).toEqual({ first: 0, last: 9 })
  expect(visibleColumns(1_050, 800, edges)).toEqual({ first: 9, last: 19 })
  expect(visibleColumns(4_200, 800, edges)).toEqual({ first: 41, last: 49 })
})

test('columnAt() finds the column under a place', () => {
  const edges = columnEdges([50, 100, 30])
  expect([0, 49, 50, 149, 150, 999, -5].map((x) => columnAt(edges, x))).toEqual([
    0, 0, 1, 1, 2, 2, 0,
  ])
})

test('indexesWith() keeps the active one on the page', () => {
  expect(indexesWith({ first: 4, last: 6 }, 2)).toEqual([2, 4, 5, 6])
  expect(indexesWith({ first: 4, last: 6 }, 5)).toEqual([4, 5, 6])
  expect(indexesWith({ first: 4, last: 6 }, 9)).toEqual([4, 5, 6, 9])
  expect(indexesWith({ first: 4, last: 6 }, -1)).toEqual([4, 5, 6])
})

test('widths fit the names and the first rows, within limits', () => {
  const bundle = {
    resultId: 'r',
    columns: [
      { name: 'ID', type: 'NUMBER', nullable: false },
      { name: 'TEXT', type: 'VARCHAR', nullable: true },
      { name: 'A_LONG_NAME_OF_A_COLUMN', type: 'NUMBER', nullable: true },
      { name: 'WIDE', type: 'VARCHAR', nullable: true },
    ],
    rowCount: 2,
    firstRows: [
      ['1', 'x'.repeat(500), null, 'iiiiiiiiii'],
      ['2', '', null, 'WWWWWWWW'],
    ],
    queryId: null,
    durationMs: null,
    rowsAffected: null,
    variable: null,
  } as const
  const measure: MeasureText = (text, look) =>
    Array.from(text).reduce((sum, each) => sum + (each === 'W' ? 16 : look === 'name' ? 9 : 7), 0)
  const widths = fittingWidths(bundle, measure)
  expect(widths).toEqual([78, 360, 267, 164])
  expect(withWidth(widths, 0, 3)[0]).toBe(56)
})

test('slotOf() gives each drawn row an element that it keeps while the range moves', () => {
  const slots = (first: number, last: number): number[] =>
    indexesWith({ first, last }, -1).map((index) => slotOf(index, { first, last }))
  expect(new Set(slots(90, 113)).size).toBe(24)
  expect(slots(94, 113)).toEqual(slots(90, 113).slice(4))
  expect(slots(94, 117).slice(0, 20)).toEqual(slots(90, 113).slice(4))
  // A row that comes takes the place of the one 32 rows before it.
  expect(slots(122, 145)).toEqual(slots(90, 113))
  // The active row, out of view, has one that no drawn row has.
  expect(slotOf(7, { first: 90, last: 113 })).toBe(-1)
  expect(slotOf(0, { first: 0, last: 0 })).toBe(0)
})
