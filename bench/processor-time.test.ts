import { describe, expect, test } from 'vitest'
import { parseTicks } from './processor-time.ts'

describe('parseTicks()', () => {
  test('adds user and system time, whatever the process is called', () => {
    const stat = '4501 (node) x) S 1 4501 4501 0 -1 4194560 9 0 0 0 1310 262 7 8 20 0 11 0 77 1059'
    expect(parseTicks(stat)).toBe(1572)
  })
})
