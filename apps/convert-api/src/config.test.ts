import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

describe('readConfig()', () => {
  test.each([
    ['nothing', {}],
    ['empty variables', { PORT: '', HOST: '', LOG_LEVEL: '' }],
  ])('has defaults for %s', (_what, environment) => {
    expect(readConfig(environment)).toEqual({
      host: '0.0.0.0',
      port: 9090,
      logLevel: 'info',
      metrics: undefined,
    })
  })

  test('reads what is set', () => {
    const environment = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'debug', OTHER: 'x' }
    expect(readConfig(environment)).toMatchObject({ host: '127.0.0.1', port: 0, logLevel: 'debug' })
  })

  const COLLECTOR = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4317' }

  test.each([
    [{}, { protocol: undefined, intervalMs: 60_000 }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, { protocol: 'grpc' }],
    [
      {
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
        OTEL_METRIC_EXPORT_INTERVAL: '500',
      },
      { protocol: 'http/protobuf', intervalMs: 500 },
    ],
  ])('reads where metrics go, with %o', (environment, expected) => {
    const { metrics } = readConfig({ ...COLLECTOR, ...environment })
    expect(metrics).toMatchObject({ endpoint: 'http://collector:4317', ...expected })
  })

  test('has no metrics where OpenTelemetry is switched off', () => {
    expect(readConfig({ ...COLLECTOR, OTEL_SDK_DISABLED: 'true' }).metrics).toBeUndefined()
  })

  test('reports every problem at once', () => {
    const wrong = { PORT: '65536', LOG_LEVEL: 'loud', OTEL_METRIC_EXPORT_INTERVAL: '0' }
    expect(() => readConfig(wrong)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message:
          'Cannot start convert-api: PORT is "65536", not a number from 0 to 65535; ' +
          'LOG_LEVEL is "loud", not one of fatal, error, warn, info, debug, trace, silent; ' +
          'OTEL_METRIC_EXPORT_INTERVAL is "0", no number of milliseconds',
      }),
    )
  })

  test.each(['-1', '90.5', '0x50', 'http', ' 9090'])('refuses PORT "%s"', (port) => {
    expect(() => readConfig({ PORT: port })).toThrow(`PORT is "${port}"`)
  })
})
