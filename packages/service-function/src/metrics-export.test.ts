import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { BatchMetrics } from './batch-metrics.ts'
import { exportMetrics, type ExportMetricsOptions, type MetricsExport } from './metrics-export.ts'
import { grpcCollector, httpCollector } from './testing/collector.ts'

const METHOD = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'

describe('exportMetrics()', () => {
  test('speaks gRPC to an endpoint without a path', async () => {
    const { host, received } = await grpcCollector()
    const { metrics, exporting, logs } = starting(`http://${host}`)
    metrics.recorderOf('CONVERT_UDF')(5, 0.002, 'ARGUMENT_INVALID')
    await exporting.flush()
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = received
    expect(headers).toMatchObject({
      ':method': 'POST',
      ':path': METHOD,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    expect([body[0], body.readUInt32BE(1)]).toEqual([0, body.length - 5])
    for (const text of [
      'spcs.service_function.batches',
      'spcs.function.name',
      'CONVERT_UDF',
      'error.type',
      'ARGUMENT_INVALID',
      'service.name',
      'convert-api',
    ]) {
      expect(body.includes(text), text).toBe(true)
    }
    expect(logs).toEqual([])
  })

  test('speaks HTTP to an endpoint with a path, which it takes as it is', async () => {
    const { host, received } = await httpCollector()
    const { exporting, logs } = starting(`http://${host}/v1/metrics`)
    await exporting.flush()
    expect(received.map(({ headers }) => [headers[':path'], headers['content-type']])).toEqual([
      ['/v1/metrics', 'application/x-protobuf'],
    ])
    expect(received[0]?.body.includes('spcs.service_function.rows')).toBe(true)
    expect(logs).toEqual([])
  })

  test.each(['http://HOST/v1/metrics', 'HOST', 'http://HOST/'])(
    'speaks gRPC where it is told to: %s',
    async (endpoint) => {
      const { host, received } = await grpcCollector()
      const { exporting } = starting(endpoint.replace('HOST', host), { protocol: 'grpc' })
      await exporting.flush()
      expect(received).toHaveLength(1)
    },
  )

  test('exports every so often, and a last time when it is closed', async () => {
    const { host, received } = await grpcCollector()
    const { metrics, exporting } = starting(`http://${host}`, { intervalMs: 20 })
    await vi.waitFor(() => expect(received.length).toBeGreaterThan(1))
    metrics.recorderOf('LATE_UDF')(1, 0.1)
    await Promise.all([exporting.close(), exporting.close()])
    expect(received.at(-1)?.body.includes('LATE_UDF')).toBe(true)
    const { length } = received
    await after(60)
    expect(received).toHaveLength(length)
  })

  test("has the container's place, and what the environment says, among the resource's attributes", async () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'team=weather,place=env')
    vi.stubEnv('OTEL_SERVICE_NAME', 'named-by-env')
    const { host, received } = await grpcCollector()
    vi.stubEnv('SNOWFLAKE_SCHEMA', 'WEATHER_SCHEMA')
    const resource = { place: 'option', region: 'north', zone: undefined }
    await starting(`http://${host}`, { resource }).exporting.flush()
    const text = received[0]?.body.toString('latin1') ?? ''
    for (const there of ['weather', 'env', 'named-by-env', 'north', 'WEATHER_SCHEMA']) {
      expect(text).toContain(there)
    }
    for (const absent of ['option', 'zone', 'convert-api']) expect(text).not.toContain(absent)
  })

  test('exports metrics of others along with its own', async () => {
    const { host, received } = await grpcCollector()
    const { exporting } = starting(`http://${host}`)
    exporting.meterProvider.getMeter('shop').createCounter('orders').add(3)
    await exporting.flush()
    expect(received[0]?.body.includes('orders')).toBe(true)
  })

  test('warns once of a collector that cannot be reached', async () => {
    const { exporting, logs } = starting('http://127.0.0.1:1')
    await exporting.flush()
    await exporting.flush()
    expect(logs).toEqual([
      [
        'warn',
        'metrics cannot be exported',
        expect.objectContaining({
          endpoint: 'http://127.0.0.1:1/',
          failures: 1,
          err: expect.objectContaining({ code: 'ECONNREFUSED' }),
        }),
      ],
    ])
  })

  test.each<[string, () => Promise<string>, string]>([
    [
      'a gRPC status',
      async () => (await grpcCollector({ status: '14', message: 'try%20later' })).host,
      'the collector answered with gRPC status 14: try later',
    ],
    [
      'rows refused',
      async () => (await grpcCollector({ status: '0', body: REFUSED })).host,
      'the collector refused 2 data points: too old',
    ],
    [
      'an HTTP status',
      async () => `${(await httpCollector(503)).host}/v1/metrics`,
      'the collector answered 503',
    ],
    ['a collector that hangs up', async () => (await grpcCollector('hang-up')).host, 'closed'],
    ['a collector without HTTP/2', async () => (await httpCollector()).host, 'Protocol error'],
  ])('tells of %s', async (_what, start, message) => {
    const { exporting, logs } = starting(`http://${await start()}`)
    await exporting.flush()
    expect(logs).toMatchObject([
      [
        'warn',
        'metrics cannot be exported',
        { err: { message: expect.stringContaining(message) } },
      ],
    ])
  })

  test('closes within two seconds although the collector never answers', async () => {
    const { host, received } = await grpcCollector('none')
    const { exporting, logs } = starting(`http://${host}`)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const closed = exporting.close()
      await vi.waitFor(() => expect(received).toHaveLength(1))
      vi.advanceTimersByTime(2000)
      await closed
    } finally {
      vi.useRealTimers()
    }
    expect(logs).toMatchObject([
      ['warn', 'metrics cannot be exported', { err: { message: 'no answer within 2000 ms' } }],
    ])
  })

  test.each([
    ['ftp://collector:21', undefined, 'the endpoint "ftp://collector:21" is no http URL'],
    ['http://:x', undefined, 'the endpoint "http://:x" is no http URL'],
    ['http://localhost:4317', 'http/json', 'the protocol "http/json" is neither grpc nor http/pro'],
  ])('refuses %s, protocol %s', (endpoint, protocol, message) => {
    expect(() => starting(endpoint, { protocol })).toThrow(
      expect.objectContaining({
        code: 'METRICS_UNEXPORTABLE',
        message: expect.stringContaining(`Cannot export metrics: ${message}`),
      }),
    )
  })
})

/** ExportMetricsServiceResponse { partial_success { rejected_data_points: 2, error_message: 'too old' } } */
const REFUSED = Buffer.from('\0\0\0\0\x0d\x0a\x0b\x08\x02\x12\x07too old', 'latin1')

type Log = readonly [level: string, message: string, fields: object]

function starting(
  endpoint: string,
  options: Partial<ExportMetricsOptions> = {},
): { metrics: BatchMetrics; exporting: MetricsExport; logs: Log[] } {
  const logs: Log[] = []
  const logger = {
    info: (fields: object, message: string) => void logs.push(['info', message, fields]),
    warn: (fields: object, message: string) => void logs.push(['warn', message, fields]),
  }
  const metrics = new BatchMetrics(['CONVERT_UDF'])
  const exporting = exportMetrics(metrics, {
    endpoint,
    serviceName: 'convert-api',
    logger,
    ...options,
  })
  onTestFinished(() => exporting.close())
  return { metrics, exporting, logs }
}
