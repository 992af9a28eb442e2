import { describe, expect, test } from 'vitest'
import { maybeParseLogTime, printLogTime } from './log-time.ts'

describe('maybeParseLogTime()', () => {
  test.each([
    ['2024-10-22T01:12:29.873896187Z', '2024-10-22T01:12:29.873896187Z'],
    ['2024-10-22T01:12:29Z', '2024-10-22T01:12:29.000000000Z'],
    ['2024-10-22T01:12:29.5Z', '2024-10-22T01:12:29.500000000Z'],
    ['2024-10-22t01:12:29.5z', '2024-10-22T01:12:29.500000000Z'],
    ['2024-10-22 01:12:29.000001', '2024-10-22T01:12:29.000001000Z'],
    ['2024-10-22T01:12:29.25-08:00', '2024-10-22T09:12:29.250000000Z'],
    ['2024-10-22T01:12:29+05:30', '2024-10-21T19:42:29.000000000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000000000Z'],
  ])('reads %s', (text, printed) => {
    const time = maybeParseLogTime(text)
    expect(time === undefined ? undefined : printLogTime(time)).toBe(printed)
  })

  test.each([
    '',
    'yesterday',
    '2024-10-22',
    '2024-13-22T01:12:29Z',
    '2024-10-22T01:12Z',
    '1729559549',
  ])('does not read %j', (text) => {
    expect(maybeParseLogTime(text)).toBeUndefined()
  })
})
