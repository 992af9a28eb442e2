import { stdSerializers, symbols } from 'pino'
import { cutLogLine, isTooLong } from './cut-log-line.ts'

/** What pino keeps in a logger, and how it has a line printed: https://getpino.io/#/docs/api?id=pino-symbols */
interface LoggerState {
  /** By level, the line's opening: `{"severity_text":"INFO"`. */
  readonly [symbols.lsCacheSym]: Readonly<Record<number, string>>
  /** The fields of child loggers: `,"reqId":"req-1"`. */
  readonly [symbols.chindingsSym]: string
  readonly [symbols.serializersSym]: Readonly<Record<string, Print | undefined>>
  /** What prints the fields that `redact` names. */
  readonly [symbols.stringifiersSym]: Readonly<Record<string | symbol, Stringify | undefined>>
  readonly [symbols.formattersSym]: { readonly log?: (fields: object) => object }
  readonly [symbols.stringifySym]: Stringify
  readonly [symbols.stringifySafeSym]: unknown
}

type Print = (value: unknown) => unknown
type Stringify = (value: unknown, safely: unknown) => string | undefined

/** Prints one line. In place of pino's own, because that nests no fields of child loggers, and takes longer. */
type RecordPrinter = (
  this: LoggerState,
  fields: object,
  message: unknown,
  level: number,
  timestamp: string,
) => string

/** Prints lines as Snowflake's event table reads them, under a scope of this name. */
export function logRecordPrinter(name: string): RecordPrinter {
  const scope = printScope(name)
  return function printRecord(fields, message, level, timestamp) {
    const { log } = this[symbols.formattersSym]
    const given = log === undefined ? fields : log(fields)
    const attributes = printFields(this, given, this[symbols.chindingsSym].slice(1))
    const body = print(this, message) ?? '""'
    const line = `${this[symbols.lsCacheSym][level]}${timestamp}${scope}${attributes}},"body":${body}}\n`
    return isTooLong(line) ? cutLogLine(line) : line
  }
}

/** `,"scope":{"name":"convert-api"},"attributes":{`: what stands between time and attributes. */
export function printScope(name: string): string {
  return `,"scope":{"name":${JSON.stringify(name.slice(0, 256))}},"attributes":{`
}

/** The names that Snowflake knows; it has none below DEBUG. */
export function severityOf(level: number): string {
  if (level >= 60) return 'FATAL'
  if (level >= 50) return 'ERROR'
  if (level >= 40) return 'WARN'
  return level >= 30 ? 'INFO' : 'DEBUG'
}

/** `"reqId":"req-1","rows":5,"status":200`: what is there already, and these. */
function printFields(logger: LoggerState, given: object, before: string): string {
  const fields = given as Readonly<Record<string, unknown>>
  const serializers = logger[symbols.serializersSym]
  const stringifiers = logger[symbols.stringifiersSym]
  let text = before
  for (const key in fields) {
    if (!Object.hasOwn(fields, key)) continue
    const serialize = serializers[key]
    let value = fields[key]
    if (value instanceof Error && (serialize ?? stdSerializers.err) === stdSerializers.err) {
      text = printError(logger, key, value, text)
      continue
    }
    if (serialize !== undefined) value = serialize(value)
    const stringify = stringifiers[key] ?? stringifiers[symbols.wildcardFirstSym]
    const printed =
      stringify === undefined
        ? print(logger, value)
        : stringify(value, logger[symbols.stringifySafeSym])
    if (printed === undefined) continue
    text += `${text === '' ? '' : ','}${printKey(key)}${printed}`
  }
  return text
}

/** undefined for what JSON has no form for. */
function print(logger: LoggerState, value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null'
    case 'boolean':
      return `${value}`
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined
    case 'bigint':
    case 'object':
      return logger[symbols.stringifySym](value, logger[symbols.stringifySafeSym])
  }
}

/** An error with its causes and its own fields; that of the record itself, `err`, by OpenTelemetry's names. */
function printError(logger: LoggerState, key: string, error: Error, before: string): string {
  const { type, message, stack, ...own } = stdSerializers.err(error)
  if (key !== 'err') {
    return printFields(logger, { [key]: { type, message, stack, ...own } }, before)
  }
  const attributes: Record<string, unknown> = {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': stack,
  }
  for (const [name, value] of Object.entries(own)) attributes[`exception.${name}`] = value
  return printFields(logger, attributes, before)
}

/** Printed names of fields, of which programs have few. */
const keys = new Map<string, string>()
const MOST_KEYS = 500

function printKey(key: string): string {
  const known = keys.get(key)
  if (known !== undefined) return known
  const printed = `${JSON.stringify(key)}:`
  if (keys.size < MOST_KEYS) keys.set(key, printed)
  return printed
}

// What JSON escapes, and half pairs of UTF-16, which it escapes as well.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/

/** Short texts with nothing to escape, which most are, are quoted sooner this way. */
function quote(text: string): string {
  return text.length < 100 && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text)
}
