import { describe, expect, test } from 'vitest'
import { readSince } from './logs.ts'

describe('readSince()', () => {
  const now = new Date('2026-01-31T12:00:00Z')
  test.each([
    ['10m', '2026-01-31T11:50:00.000000000Z'],
    ['2d', '2026-01-29T12:00:00.000000000Z'],
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000000000Z'],
    ['2026-01-31T09:30:00.5+01:00', '2026-01-31T08:30:00.500000000Z'],
  ])('%s', (text, time) => {
    expect(readSince(text, now)).toBe(time)
  })

  test.each(['yesterday', '10', '5 m', '-1h', ''])('refuses "%s"', (text) => {
    expect(() => readSince(text, now)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})
