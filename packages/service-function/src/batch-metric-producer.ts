import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import { emptyResource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricDescriptor,
  type MetricProducer,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics'
import type { BatchMetrics, SecondsHistogram } from './batch-metrics.ts'

const SCOPE = '@spcs/service-function'

/**
 * Batches as OpenTelemetry metrics, for a metric reader: `{ metricProducers: [batchMetricProducer(metrics)] }`.
 * All of them are cumulative, so that the next export makes up for one that failed.
 */
export function batchMetricProducer(metrics: BatchMetrics): MetricProducer {
  return {
    collect: async () => ({
      resourceMetrics: {
        resource: emptyResource(), // readers take that of their provider
        scopeMetrics: [{ scope: { name: SCOPE }, metrics: toMetricData(metrics) }],
      },
      errors: [],
    }),
  }
}

const BATCHES = describeInteger('batches', '{batch}', 'Batches that were answered')
const ROWS = describeInteger('rows', '{row}', 'Rows of these batches')
const ERRORS = describeInteger('errors', '{batch}', 'Batches that were answered with an error')
const ACTIVE = describeInteger('active_batches', '{batch}', 'Batches that are being answered')
const DURATION = {
  ...describeInteger('duration', 's', 'How long batches took to answer'),
  valueType: ValueType.DOUBLE,
}

function toMetricData(metrics: BatchMetrics): MetricData[] {
  const startTime = toHrTime(metrics.startedAt)
  const endTime = toHrTime(new Date())
  const point = <T>(value: T, attributes: Attributes): DataPoint<T> => {
    return { startTime, endTime, attributes, value }
  }
  const functions = metrics.snapshot().map((of) => ({
    ...of,
    attributes: { 'spcs.function.name': of.functionName },
  }))
  const failed = functions.flatMap(({ errors, attributes }) =>
    Object.entries(errors).map(([code, count]) =>
      point(count, { ...attributes, 'error.type': code }),
    ),
  )
  const all: MetricData[] = [
    toSum(
      BATCHES,
      functions.map(({ batches, attributes }) => point(batches, attributes)),
    ),
    toSum(
      ROWS,
      functions.map(({ rows, attributes }) => point(rows, attributes)),
    ),
    toSum(ERRORS, failed),
    toSum(ACTIVE, [point(metrics.inFlight(), {})], false),
    {
      descriptor: DURATION,
      dataPointType: DataPointType.HISTOGRAM,
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPoints: functions.map(({ seconds, attributes }) =>
        point(toHistogram(seconds), attributes),
      ),
    },
  ]
  return all.filter(({ dataPoints }) => dataPoints.length > 0)
}

function describeInteger(name: string, unit: string, description: string): MetricDescriptor {
  return { name: `spcs.service_function.${name}`, unit, description, valueType: ValueType.INT }
}

function toSum(
  descriptor: MetricDescriptor,
  dataPoints: DataPoint<number>[],
  isMonotonic = true,
): SumMetricData {
  const aggregationTemporality = AggregationTemporality.CUMULATIVE
  return {
    descriptor,
    dataPointType: DataPointType.SUM,
    aggregationTemporality,
    dataPoints,
    isMonotonic,
  }
}

function toHistogram({ bounds, counts, count, sum }: SecondsHistogram): Histogram {
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, count, sum }
}

function toHrTime(time: Date): HrTime {
  const ms = time.getTime()
  return [Math.trunc(ms / 1000), (ms % 1000) * 1_000_000]
}
