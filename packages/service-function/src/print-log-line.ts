import { styleText } from 'node:util'

/** A record as `logRecordPrinter` prints it. */
interface LogRecord {
  readonly severity_text: string
  readonly timestamp: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly body: unknown
}

const COLORS: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  FATAL: 'red',
  ERROR: 'red',
  WARN: 'yellow',
  INFO: 'green',
  DEBUG: 'gray',
}

/** They stand in the stack. */
const IN_STACK = new Set(['exception.type', 'exception.message', 'exception.stacktrace'])

/**
 * A line of the log for a terminal: local time, severity, message, attributes; the stack of an error below.
 * `17:27:57.123 INFO  batch function=CONVERT_UDF rows=4`
 */
export function printLogLine(line: string): string {
  const { severity_text: severity, timestamp, attributes, body } = JSON.parse(line) as LogRecord
  const fields = Object.entries(attributes)
    .filter(([key]) => !IN_STACK.has(key))
    .map(([key, value]) => `${paint('gray', `${key}=`)}${printValue(value)}`)
  const time = paint('gray', printTime(new Date(timestamp)))
  const level = paint(COLORS[severity] ?? 'gray', severity.padEnd(5))
  const stack = attributes['exception.stacktrace']
  const below = typeof stack === 'string' ? `\n${stack.replaceAll(/^/gm, '  ')}` : ''
  return `${[`${time} ${level}`, printValue(body, false), ...fields].join(' ')}${below}\n`
}

function printTime(time: Date): string {
  const part = (number: number, digits = 2): string => `${number}`.padStart(digits, '0')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((unit) => part(unit))
  return `${clock.join(':')}.${part(time.getMilliseconds(), 3)}`
}

/** Texts as they are, in quotes where a space would make them two. */
function printValue(value: unknown, isField = true): string {
  return typeof value === 'string' && !(isField && /\s|^$/.test(value))
    ? value
    : JSON.stringify(value)
}

function paint(color: Parameters<typeof styleText>[0], text: string): string {
  return process.env['NO_COLOR'] ? text : styleText(color, text)
}
