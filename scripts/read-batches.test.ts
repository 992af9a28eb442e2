import { describe, expect, test } from 'vitest'
import { batchesOf } from './read-batches.ts'

describe('batchesOf()', () => {
  test('counts the rows of one query, whatever else stands in the log', () => {
    const log = [
      'Server listening',
      '{"msg":"batch","queryId":"a","rows":5}',
      '{"msg":"batch","queryId":"b","rows":1}',
      '{"msg":"other","queryId":"a"}',
      '{"msg":"batch","queryId":"a","rows":3}',
    ].join('\n')
    expect(batchesOf(log, 'a')).toEqual([5, 3])
  })
})
