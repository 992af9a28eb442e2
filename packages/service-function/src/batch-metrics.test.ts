import { describe, expect, test } from 'vitest'
import { BatchMetrics } from './batch-metrics.ts'

describe('BatchMetrics', () => {
  test('counts batches, rows and errors by code, each function by itself', () => {
    const metrics = new BatchMetrics(['CONVERT_UDF', 'IDLE_UDF'])
    const record = metrics.recorderOf('CONVERT_UDF')
    record(500, 0.002)
    record(3, 0.004, 'ARGUMENT_INVALID')
    record(0, 0.001, 'BODY_NOT_JSON')
    metrics.recorderOf('CONVERT_UDF')(1, 0.001, 'ARGUMENT_INVALID')
    metrics.recorderOf('LATE_UDF')(7, 0.1)
    expect(metrics.snapshot()).toMatchObject([
      {
        functionName: 'CONVERT_UDF',
        batches: 4,
        rows: 504,
        errors: { ARGUMENT_INVALID: 2, BODY_NOT_JSON: 1 },
        seconds: { count: 4, sum: expect.closeTo(0.008, 9) },
      },
      { functionName: 'IDLE_UDF', batches: 0, rows: 0, errors: {}, seconds: { count: 0, sum: 0 } },
      { functionName: 'LATE_UDF', batches: 1, rows: 7, errors: {} },
    ])
  })

  test.each([
    [0, '≤ 0.001'],
    [0.001, '≤ 0.001'],
    [0.001_001, '≤ 0.0025'],
    [0.3, '≤ 0.5'],
    [30, '≤ 30'],
    [30.1, 'above'],
  ])('puts %d seconds into the bucket %s', (seconds, expected) => {
    const metrics = new BatchMetrics()
    metrics.recorderOf('F')(1, seconds)
    const [snapshot] = metrics.snapshot()
    const { bounds, counts } = snapshot?.seconds ?? { bounds: [], counts: [] }
    const filled = counts.flatMap((count, bucket) =>
      count === 0 ? [] : [bucket < bounds.length ? `≤ ${bounds[bucket]}` : 'above'],
    )
    expect(filled).toEqual([expected])
  })

  test('gives snapshots that later batches do not change', () => {
    const metrics = new BatchMetrics(['F'])
    const before = metrics.snapshot()
    metrics.recorderOf('F')(1, 0.001, 'HANDLER_FAILED')
    expect(before).toMatchObject([{ batches: 0, rows: 0, errors: {}, seconds: { count: 0 } }])
  })

  test('asks all that answer batches how many they have in flight', () => {
    const metrics = new BatchMetrics()
    expect(metrics.inFlight()).toBe(0)
    metrics.observeInFlight(() => 2)
    metrics.observeInFlight(() => 3)
    expect(metrics.inFlight()).toBe(5)
  })
})
