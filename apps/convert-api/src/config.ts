import { ConvertApiError } from './errors.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

export interface Config {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly logLevel: LogLevel
}

/**
 * Reads the configuration out of environment variables; an empty one counts as unset.
 *
 * @throws {ConvertApiError} `CONFIG_INVALID` naming every variable that cannot be used.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const port = environment['PORT'] || '9090'
  const logLevel = environment['LOG_LEVEL'] || 'info'
  const problems: string[] = []
  if (!isPort(port)) problems.push(`PORT is "${port}", not a number from 0 to 65535`)
  if (!isLogLevel(logLevel)) {
    problems.push(`LOG_LEVEL is "${logLevel}", not one of ${LOG_LEVELS.join(', ')}`)
  }
  if (problems.length > 0 || !isLogLevel(logLevel)) {
    throw new ConvertApiError(
      'CONFIG_INVALID',
      `Cannot start convert-api: ${problems.join('; ')}`,
      {
        hint: 'Set these environment variables right, or leave them unset for 9090 and info',
      },
    )
  }
  return { host: environment['HOST'] || '0.0.0.0', port: Number(port), logLevel }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}

function isLogLevel(text: string): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text)
}
