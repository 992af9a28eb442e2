import { ConvertApiError } from './errors.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

export interface Config {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly logLevel: LogLevel
  /** Undefined where there is no collector. */
  readonly metrics: MetricsConfig | undefined
}

/** Where metrics go; by OpenTelemetry's variables, of which Snowflake sets the endpoint in every container. */
export interface MetricsConfig {
  readonly endpoint: string
  readonly protocol: string | undefined
  readonly intervalMs: number
}

/**
 * Reads the configuration out of environment variables; an empty one counts as unset.
 *
 * @throws {ConvertApiError} `CONFIG_INVALID` naming every variable that cannot be used.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const port = environment['PORT'] || '9090'
  const logLevel = environment['LOG_LEVEL'] || 'info'
  const interval = environment['OTEL_METRIC_EXPORT_INTERVAL'] || '60000'
  const problems: string[] = []
  if (!isPort(port)) problems.push(`PORT is "${port}", not a number from 0 to 65535`)
  if (!isLogLevel(logLevel)) {
    problems.push(`LOG_LEVEL is "${logLevel}", not one of ${LOG_LEVELS.join(', ')}`)
  }
  if (!isInterval(interval)) {
    problems.push(`OTEL_METRIC_EXPORT_INTERVAL is "${interval}", no number of milliseconds`)
  }
  if (problems.length > 0 || !isLogLevel(logLevel)) {
    throw new ConvertApiError(
      'CONFIG_INVALID',
      `Cannot start convert-api: ${problems.join('; ')}`,
      {
        hint: 'Set these environment variables right, or leave them unset for their defaults',
      },
    )
  }
  const metrics = readMetrics(environment, Number(interval))
  return { host: environment['HOST'] || '0.0.0.0', port: Number(port), logLevel, metrics }
}

function readMetrics(
  environment: Readonly<Record<string, string | undefined>>,
  intervalMs: number,
): MetricsConfig | undefined {
  const endpoint = environment['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT']
  if (!endpoint || environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined
  const protocol =
    environment['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL'] || environment['OTEL_EXPORTER_OTLP_PROTOCOL']
  return { endpoint, protocol: protocol || undefined, intervalMs }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}

function isInterval(text: string): boolean {
  return /^[1-9]\d{0,8}$/.test(text)
}

function isLogLevel(text: string): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text)
}
