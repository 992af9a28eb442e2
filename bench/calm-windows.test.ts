import { describe, expect, test } from 'vitest'
import { calmMedian, countCalm } from './calm-windows.ts'

const windows = [
  { figure: 10, share: 0.1 },
  { figure: 50, share: 1 },
  { figure: 36, share: 0.9 },
  { figure: 57, share: 0.95 },
]

describe('countCalm()', () => {
  test('leaves out windows in which the server waited', () => {
    expect(countCalm(windows)).toBe(3)
  })
})

describe('calmMedian()', () => {
  test('is of the windows in which the server ran most, and of the time it ran', () => {
    expect(calmMedian(windows, 3)).toBe(50)
    expect(calmMedian(windows, 2)).toBe(55)
  })

  test('takes all where there are no more', () => {
    expect(calmMedian(windows, 9)).toBe(55)
  })
})
