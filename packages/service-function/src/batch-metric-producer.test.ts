import { describe, expect, test } from 'vitest'
import { batchMetricProducer } from './batch-metric-producer.ts'
import { BatchMetrics } from './batch-metrics.ts'

describe('batchMetricProducer()', () => {
  test('gives counters, a histogram and what is in flight, by the names of the README', async () => {
    const metrics = new BatchMetrics(['CONVERT_UDF', 'IDLE_UDF'])
    metrics.observeInFlight(() => 2)
    const record = metrics.recorderOf('CONVERT_UDF')
    record(5, 0.002)
    record(3, 45, 'HANDLER_FAILED')
    const { resourceMetrics, errors } = await batchMetricProducer(metrics).collect()
    expect(errors).toEqual([])
    const [scope] = resourceMetrics.scopeMetrics
    expect(scope?.scope.name).toBe('@spcs/service-function')
    const shown = scope?.metrics.map(({ descriptor: { name, unit }, dataPoints }) => [
      name,
      unit,
      dataPoints.map(({ attributes, value }) => [Object.values(attributes).join(' '), value]),
    ])
    expect(shown).toEqual([
      [
        'spcs.service_function.batches',
        '{batch}',
        [
          ['CONVERT_UDF', 2],
          ['IDLE_UDF', 0],
        ],
      ],
      [
        'spcs.service_function.rows',
        '{row}',
        [
          ['CONVERT_UDF', 8],
          ['IDLE_UDF', 0],
        ],
      ],
      ['spcs.service_function.errors', '{batch}', [['CONVERT_UDF HANDLER_FAILED', 1]]],
      ['spcs.service_function.active_batches', '{batch}', [['', 2]]],
      [
        'spcs.service_function.duration',
        's',
        [
          [
            'CONVERT_UDF',
            {
              buckets: {
                boundaries: [
                  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
                ],
                counts: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
              },
              count: 2,
              sum: 45.002,
            },
          ],
          ['IDLE_UDF', expect.objectContaining({ count: 0, sum: 0 })],
        ],
      ],
    ])
  })

  test('counts from the start until now', async () => {
    const metrics = new BatchMetrics(['F'])
    const { resourceMetrics } = await batchMetricProducer(metrics).collect()
    const [point] = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints ?? []
    const ms = ([seconds = 0, nanoseconds = 0]: readonly number[] = []): number =>
      seconds * 1000 + nanoseconds / 1_000_000
    expect(ms(point?.startTime)).toBeCloseTo(metrics.startedAt.getTime(), 3)
    expect(ms(point?.endTime)).toBeGreaterThanOrEqual(ms(point?.startTime))
    expect(ms(point?.endTime)).toBeLessThanOrEqual(Date.now())
  })
})
