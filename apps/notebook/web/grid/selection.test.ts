import { describe, expect, test } from 'vitest'
import {
  cellCount,
  type GridSelection,
  moveSelection,
  rangeOf,
  selectAll,
  selectCell,
} from './selection.ts'

const BOUNDS = { rows: 1_000_000, columns: 50, page: 12 }
const NO_KEYS = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false }

function press(keys: readonly string[], from: GridSelection, bounds = BOUNDS): GridSelection {
  return keys.reduce((selection, name) => {
    const parts = name.split('+')
    const pressed = {
      ...NO_KEYS,
      key: parts.at(-1) ?? '',
      shiftKey: parts.includes('Shift'),
      ctrlKey: parts.includes('Ctrl'),
    }
    return moveSelection(selection, pressed, bounds) ?? selection
  }, from)
}

describe('moveSelection()', () => {
  test.each([
    [
      ['ArrowDown', 'ArrowRight'],
      [6, 4],
    ],
    [
      ['ArrowUp', 'ArrowLeft'],
      [4, 2],
    ],
    [['PageDown'], [17, 3]],
    [
      ['PageDown', 'PageUp', 'PageUp'],
      [0, 3],
    ],
    [['Home'], [5, 0]],
    [['End'], [5, 49]],
    [['Ctrl+Home'], [0, 0]],
    [['Ctrl+End'], [999_999, 49]],
    [
      ['Ctrl+ArrowDown', 'ArrowDown'],
      [999_999, 3],
    ],
    [['Ctrl+ArrowUp'], [0, 3]],
    [
      ['Ctrl+ArrowUp', 'ArrowUp', 'ArrowUp'],
      [-1, 3],
    ],
    [
      ['Ctrl+ArrowUp', 'ArrowUp', 'PageDown'],
      [11, 3],
    ],
    [
      ['Ctrl+ArrowRight', 'Ctrl+ArrowLeft', 'ArrowLeft'],
      [5, 0],
    ],
    [
      ['x', 'Enter', 'Tab', 'Escape'],
      [5, 3],
    ],
  ])('%j → %j', (keys, [row, column]) => {
    expect(press(keys, selectCell({ row: 5, column: 3 })).active).toEqual({ row, column })
  })

  test('Shift keeps the other corner, and never takes in the names', () => {
    const moved = press(
      ['Shift+ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowUp', 'Shift+ArrowUp'],
      selectCell({ row: 1, column: 3 }),
    )
    expect(rangeOf(moved)).toEqual({ firstRow: 0, lastRow: 1, firstColumn: 3, lastColumn: 4 })
  })

  test('everything is a range', () => {
    const range = rangeOf(selectAll(BOUNDS))
    expect(range && cellCount(range)).toBe(50_000_000)
  })

  test('an empty result has its names', () => {
    const bounds = { rows: 0, columns: 2, page: 12 }
    const moved = press(
      ['ArrowRight', 'ArrowDown', 'Ctrl+End'],
      selectCell({ row: -1, column: 0 }),
      bounds,
    )
    expect(moved.active).toEqual({ row: -1, column: 1 })
    expect(rangeOf(selectAll(bounds))).toBeUndefined()
  })
})
