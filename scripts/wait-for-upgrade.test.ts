import { describe, expect, test } from 'vitest'
import { readPatience } from './wait-for-upgrade.ts'

describe('readPatience()', () => {
  test.each([
    [undefined, undefined],
    ['60', 60_000],
    ['0', 0],
  ])('%s → %s ms', (patience, ms) => {
    expect(readPatience({ options: { patience } })).toBe(ms)
  })

  test.each(['', 'long', '-1', '1.5'])('refuses "%s"', (patience) => {
    expect(() => readPatience({ options: { patience } })).toThrow('Cannot be patient for')
  })
})
