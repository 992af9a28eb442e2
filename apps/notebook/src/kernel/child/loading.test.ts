import { describe, expect, test } from 'vitest'
import { SHARED } from '../messages.ts'
import { isLoading, loading } from './loading.ts'

function sharedNumbers(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * 64))
}

describe('isLoading()', () => {
  test('is true while modules load, and not after', async () => {
    const shared = sharedNumbers()
    expect(await loading(shared, () => Promise.resolve(isLoading(shared)))).toBe(true)
    expect(isLoading(shared)).toBe(false)
  })

  test('is false for a load that began before the clock began anew', () => {
    const shared = sharedNumbers()
    Atomics.store(shared, SHARED.loadingUntil, 1_000_002_999)
    expect(isLoading(shared)).toBe(false)
  })
})
