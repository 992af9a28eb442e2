import { describe, expect, test } from 'vitest'
import { splitBatches } from './split-batches.ts'

describe('splitBatches()', () => {
  test.each([
    ['no rows into no batches', [], 5, []],
    ['a full batch into itself', [1, 2], 2, [[1, 2]]],
    ['one more row into a batch more', [1, 2, 3], 2, [[1, 2], [3]]],
    ['rows into one batch under no limit', [1, 2, 3], Infinity, [[1, 2, 3]]],
  ])('splits %s', (_what, rows, maxBatchRows, batches) => {
    expect(splitBatches(rows, maxBatchRows)).toEqual(batches)
  })

  test('refuses batches without room for a row', () => {
    expect(() => splitBatches([1], 0)).toThrow(RangeError)
    expect(() => splitBatches([1], NaN)).toThrow(RangeError)
  })
})
