import { describe, expect, test } from 'vitest'
import { measure, median, percentile } from './measure.ts'

describe('median()', () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])('%j → %d', (figures, middle) => {
    expect(median(figures)).toBe(middle)
  })
})

describe('percentile()', () => {
  test.each([
    [[3, 1, 2, 4], 0.5, 2],
    [[3, 1, 2, 4], 0.95, 4],
    [[7], 0.95, 7],
  ])('of %j, %d → %d', (figures, part, limit) => {
    expect(percentile(figures, part)).toBe(limit)
  })
})

describe('measure()', () => {
  test('divides ours by theirs', () => {
    const beside = { name: 'peer', value: 40 }
    expect(measure({ name: 'x', value: 10, unit: 'ms', better: 'lower', beside })).toMatchObject({
      ratio: 0.25,
    })
  })
})
