import { describe, expect, test } from 'vitest'
import { layoutHeight, positionOf, scrolledTo, scrollInto } from './scroll-position.ts'

const VIEW = 340
const MILLION = 28_000_000
const TOP = { element: 0, rows: 0 }

describe('scrolledTo()', () => {
  test('is the place itself while the rows fit the browser', () => {
    expect(scrolledTo(TOP, 5_000, 28_000, VIEW)).toEqual({ element: 5_000, rows: 5_000 })
    expect(scrolledTo(TOP, 99_999, 28_000, VIEW).rows).toBe(28_000 - VIEW)
  })

  test('moves a long result by the step of a wheel, wherever it is', () => {
    const middle = positionOf(14_000_000, MILLION, VIEW)
    const below = scrolledTo(middle, middle.element + 100, MILLION, VIEW)
    expect(below.rows - middle.rows).toBe(100)
    expect(scrolledTo(below, below.element - 100, MILLION, VIEW).rows).toBe(middle.rows)
  })

  test('jumps with the scroll bar, and reaches both ends', () => {
    const end = layoutHeight(MILLION) - VIEW
    expect(scrolledTo(TOP, end, MILLION, VIEW).rows).toBe(MILLION - VIEW)
    expect(scrolledTo(TOP, end / 2, MILLION, VIEW).rows).toBe((MILLION - VIEW) / 2)
    expect(scrolledTo({ element: 40, rows: 900 }, 0, MILLION, VIEW).rows).toBe(0)
    expect(scrolledTo({ element: end - 90, rows: 5_000 }, end, MILLION, VIEW).rows).toBe(
      MILLION - VIEW,
    )
  })
})

describe('positionOf()', () => {
  test.each([1_000, MILLION, 280_000_000])('gives %i px of rows back as they were', (height) => {
    for (const part of [0, 0.3, 0.999, 1]) {
      const rows = part * (height - VIEW)
      const position = positionOf(rows, height, VIEW)
      expect(position.rows).toBe(rows)
      // The browser tells of the scroll that this was.
      const told = scrolledTo(position, position.element, height, VIEW)
      expect(Math.abs(told.rows - rows)).toBeLessThan(1)
    }
  })

  test('lays out no element that a browser would cut', () => {
    expect(layoutHeight(280_000_000)).toBeLessThan(17_800_000)
    expect(positionOf(1e12, 280_000_000, VIEW).element).toBeLessThan(17_800_000)
  })
})

describe('scrollInto()', () => {
  test.each([
    [100, 130, undefined],
    [50, 78, 50],
    [430, 458, 118],
    [0, 900, 0],
  ])('from 90, %i to %i → %s', (start, end, expected) => {
    expect(scrollInto(90, VIEW, start, end)).toBe(expected)
  })
})
