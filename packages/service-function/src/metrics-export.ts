import type { MeterProvider as OpenTelemetryMeterProvider } from '@opentelemetry/api'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { batchMetricProducer } from './batch-metric-producer.ts'
import type { BatchMetrics } from './batch-metrics.ts'
import { containerResource } from './container-resource.ts'
import { ServiceFunctionError } from './errors.ts'
import { type ExportLogger, ExportWarnings } from './export-warnings.ts'
import { OtlpExporter } from './otlp-exporter.ts'
import { type OtlpProtocol, otlpTransport } from './otlp-transport.ts'

export { batchMetricProducer } from './batch-metric-producer.ts'

export interface ExportMetricsOptions {
  /** The value of `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, which Snowflake sets in every container. */
  readonly endpoint: string
  /**
   * `grpc` or `http/protobuf`. By default grpc for an endpoint without a path, as Snowflake's collector is, and
   * HTTP for one with a path, such as `http://localhost:4318/v1/metrics`.
   */
  readonly protocol?: string | undefined
  /** What these metrics are of; the environment's `OTEL_SERVICE_NAME` goes before it. */
  readonly serviceName: string
  /**
   * Further attributes of the resource, beside the place of the container in Snowflake; those of the environment's
   * `OTEL_RESOURCE_ATTRIBUTES` go before both.
   */
  readonly resource?: Readonly<Record<string, string | undefined>> | undefined
  /** Milliseconds between exports; default 60,000. */
  readonly intervalMs?: number | undefined
  /** Is told when exports fail: at once, then once a minute at most. */
  readonly logger: ExportLogger
}

/** Metrics on their way to a collector. */
export interface MetricsExport {
  /** For metrics of one's own: `meterProvider.getMeter('shop').createCounter('orders')`. */
  readonly meterProvider: OpenTelemetryMeterProvider
  /** Exports now; a failure is only logged. */
  flush(): Promise<void>
  /** Exports once more, for two seconds at most, and then no more. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const CLOSE_MS = 2000

/**
 * Exports what {@link BatchMetrics} counts to an OpenTelemetry collector, from where Snowflake puts it into the event
 * table. It does not keep the process alive, and a collector that cannot be reached is only logged.
 *
 * @throws {ServiceFunctionError} `METRICS_UNEXPORTABLE` when endpoint or protocol cannot be used.
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/monitoring-services
 */
export function exportMetrics(metrics: BatchMetrics, options: ExportMetricsOptions): MetricsExport {
  const { serviceName, resource = {}, intervalMs = 60_000, logger } = options
  const endpoint = parseEndpoint(options.endpoint)
  const transport = otlpTransport(endpoint, parseProtocol(options.protocol, endpoint))
  const collector = `${endpoint.origin}${endpoint.pathname}` // without what may be secret
  const exporter = new OtlpExporter(transport, new ExportWarnings(logger, collector))
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMs,
    metricProducers: [batchMetricProducer(metrics)],
  })
  const place = containerResource()
  const meterProvider = new MeterProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ ...place, ...resource, 'service.name': serviceName }))
      .merge(detectResources({ detectors: [envDetector] })),
    readers: [reader],
  })

  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= shutDown(meterProvider, exporter))
  return {
    meterProvider,
    flush: () => meterProvider.forceFlush(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function shutDown(meterProvider: MeterProvider, exporter: OtlpExporter): Promise<void> {
  const reason = new Error(`no answer within ${CLOSE_MS} ms`)
  const timer = setTimeout(() => exporter.abort(reason), CLOSE_MS)
  try {
    await meterProvider.shutdown()
  } finally {
    clearTimeout(timer)
  }
}

function parseEndpoint(text: string): URL {
  const address = /^[\w+.-]+:\/\//.test(text) ? text : `http://${text}` // gRPC clients take host:port as well
  if (/^https?:/i.test(address) && URL.canParse(address)) return new URL(address)
  throw new ServiceFunctionError(
    'METRICS_UNEXPORTABLE',
    `Cannot export metrics: the endpoint "${text}" is no http URL`,
    { hint: 'Set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT to one, such as http://localhost:4317' },
  )
}

function parseProtocol(protocol: string | undefined, { pathname }: URL): OtlpProtocol {
  if (protocol === undefined) return pathname === '/' ? 'grpc' : 'http/protobuf'
  if (protocol === 'grpc' || protocol === 'http/protobuf') return protocol
  throw new ServiceFunctionError(
    'METRICS_UNEXPORTABLE',
    `Cannot export metrics: the protocol "${protocol}" is neither grpc nor http/protobuf`,
    { hint: 'Set OTEL_EXPORTER_OTLP_METRICS_PROTOCOL to one of the two, or leave it unset' },
  )
}
