import { describe, expect, test } from 'vitest'
import { printAge, printDuration } from './run-time.ts'

describe('printDuration()', () => {
  test.each([
    [0, '0 ms'],
    [412.6, '413 ms'],
    [994, '994 ms'],
    [999, '1.0 s'],
    [9_949, '9.9 s'],
    [9_999, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [185_000, '3 min 5 s'],
    [8_040_000, '2 h 14 min'],
  ])('%d ms → %s', (durationMs, text) => {
    expect(printDuration(durationMs)).toBe(text)
  })
})

describe('printAge()', () => {
  test.each([
    [-5_000, 'just now'],
    [2_999, 'just now'],
    [12_400, '12 s ago'],
    [240_000, '4 min ago'],
    [10_800_000, '3 h ago'],
  ])('%d ms → %s', (ageMs, text) => {
    expect(printAge(ageMs)).toBe(text)
  })
})
