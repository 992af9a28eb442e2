import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { tellChanges } from './tell-changes.ts'

describe('tellChanges()', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('tells what is new, and every four seconds that nothing is', () => {
    const lines: string[] = []
    const teller = tellChanges((line) => lines.push(line))
    vi.advanceTimersByTime(4000)
    teller.tell(['API is PENDING', 'api/0 PENDING'])
    vi.advanceTimersByTime(3000)
    teller.tell(['API is PENDING', 'api/0 READY'])
    vi.advanceTimersByTime(2000)
    teller.tell(['API is PENDING', 'api/0 READY'])
    vi.advanceTimersByTime(6000)
    teller.stop()
    vi.advanceTimersByTime(60_000)
    expect(lines).toEqual([
      'still asking, 4 s',
      'API is PENDING',
      'api/0 PENDING',
      'api/0 READY',
      'still api/0 READY, 11 s',
      'still api/0 READY, 15 s',
    ])
  })
})
