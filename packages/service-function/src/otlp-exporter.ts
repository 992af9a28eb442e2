import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import {
  AggregationTemporality,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { OtlpTransport } from './otlp-transport.ts'

const TIMEOUT_MS = 10_000
const SUCCESS = 0
const FAILED = 1

type ExportResult = Parameters<Parameters<PushMetricExporter['export']>[1]>[0]

/** What becomes of exports. */
export interface ExportObserver {
  succeeded(): void
  failed(error: Error): void
}

/**
 * Exports cumulative metrics once each: what a failed export held is in the next one as well. Errors go to the observer,
 * and to nobody else.
 */
export class OtlpExporter implements PushMetricExporter {
  readonly #transport: OtlpTransport
  readonly #observer: ExportObserver
  readonly #aborting = new AbortController()

  constructor(transport: OtlpTransport, observer: ExportObserver) {
    this.#transport = transport
    this.#observer = observer
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    void this.#export(metrics, done)
  }

  /** Ends what is being exported, and lets whatever comes now fail. */
  abort(reason: Error): void {
    this.#aborting.abort(reason)
  }

  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE
  }

  async forceFlush(): Promise<void> {} // nothing is held back

  async shutdown(): Promise<void> {}

  async #export(metrics: ResourceMetrics, done: (result: ExportResult) => void): Promise<void> {
    let result: ExportResult = { code: SUCCESS }
    const signal = AbortSignal.any([this.#aborting.signal, AbortSignal.timeout(TIMEOUT_MS)])
    try {
      await this.#send(metrics, signal)
      this.#observer.succeeded()
    } catch (cause) {
      const error = (signal.aborted ? signal.reason : cause) as Error
      this.#observer.failed(error)
      result = { code: FAILED, error }
    }
    done(result)
  }

  async #send(metrics: ResourceMetrics, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const request = ProtobufMetricsSerializer.serializeRequest(metrics) ?? new Uint8Array()
    const response = await this.#transport(request, signal)
    const { partialSuccess } = ProtobufMetricsSerializer.deserializeResponse(response)
    const { rejectedDataPoints = 0, errorMessage = '' } = partialSuccess ?? {}
    if (rejectedDataPoints > 0) {
      throw new Error(`the collector refused ${rejectedDataPoints} data points: ${errorMessage}`)
    }
  }
}
