import type { BatchMetrics } from '@spcs/service-function'
import type { MetricsExport } from '@spcs/service-function/metrics-export'
import type { FastifyBaseLogger } from 'fastify'
import type { MetricsConfig } from './config.ts'

/**
 * Exports metrics where there is a collector to take them. OpenTelemetry is loaded only then. Without metrics the
 * service still answers, so that whatever fails here is only logged.
 */
export async function maybeExportMetrics(
  config: MetricsConfig | undefined,
  metrics: BatchMetrics,
  logger: FastifyBaseLogger,
): Promise<MetricsExport | undefined> {
  if (config === undefined) return undefined
  try {
    const { exportMetrics } = await import('@spcs/service-function/metrics-export')
    return exportMetrics(metrics, { ...config, serviceName: 'convert-api', logger })
  } catch (error) {
    logger.warn({ err: error }, 'metrics are not exported')
    return undefined
  }
}
