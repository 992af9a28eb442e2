import { isatty } from 'node:tty'
import { pino } from 'pino'
import { BatchLine } from './batch-line.ts'
import { type BatchLogger, writeBatch } from './batch-log.ts'
import { LineBuffer } from './line-buffer.ts'
import { printLogLine } from './print-log-line.ts'
import { logRecordPrinter, printScope, severityOf } from './print-log-record.ts'
import { printTimestamp } from './print-timestamp.ts'
import { writeToDescriptor } from './write-to-descriptor.ts'

/** Takes whole lines, each with its newline. */
export interface LogDestination {
  write(line: string): void
}

export interface EventTableLoggerOptions {
  /** The scope of every record: what logs, such as the service's name. */
  readonly name: string
  /** The lowest level that is logged: fatal, error, warn, info, debug, trace, or silent; default info. */
  readonly level?: string | undefined
  /**
   * Where lines go, one `write` each, at once. By default standard output, where lines that follow each
   * other closely are written together, and a terminal is given lines for people in place of JSON.
   */
  readonly destination?: LogDestination | undefined
}

/** A logger, and the lines that it holds back for a moment. */
export interface EventTableLog {
  /** Goes wherever a pino logger goes, such as `Fastify({ loggerInstance: log.logger })`. */
  readonly logger: pino.Logger
  /** Writes what is held back, now. */
  flush(): void
  /** The same, and from here on every line is written at once. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const STDOUT = 1

/**
 * A pino logger whose lines Snowflake's event table takes apart: `severity_text` into RECORD, `timestamp` into
 * TIMESTAMP, `scope.name` into SCOPE, `attributes` into RECORD_ATTRIBUTES, and `body` into VALUE. The fields of a call
 * and of child loggers are attributes; an error under `err` is `exception.type`, `.message`, `.stacktrace` and its own
 * fields. No line is over 16 KiB: what makes it longer is cut, so that it stays JSON.
 *
 * Lines leave in the order of their calls: the first at once, those of the next 50 ms together. Lines of level error
 * and above, and the end of the process however it comes, write what is held back; only SIGKILL loses those 50 ms.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/monitoring-services
 */
export function eventTableLogger({
  name,
  level = 'info',
  destination,
}: EventTableLoggerOptions): EventTableLog {
  const lines = destination ?? standardOutput()
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'body',
      timestamp: () => printTimestamp(Date.now()),
      formatters: { level: (_label, number) => ({ severity_text: severityOf(number) }) },
    },
    lines,
  )
  Object.assign(logger, { [pino.symbols.asJsonSym]: logRecordPrinter(name) })
  const buffer = lines instanceof LineBuffer ? lines : undefined
  if (buffer !== undefined) Object.assign(logger, batchLogger(buffer, name))
  const close = async (): Promise<void> => buffer?.close()
  return { logger, flush: () => buffer?.flush(), close, [Symbol.asyncDispose]: close }
}

/** Lines of batches, of which there may be tens of thousands a second, go past pino. */
function batchLogger(buffer: LineBuffer, name: string): BatchLogger {
  const scope = printScope(name)
  return {
    [writeBatch]: (batch, status, seconds, refusal) => {
      buffer.writeLater(new BatchLine(scope, batch, status, seconds, refusal))
    },
  }
}

function standardOutput(): LogDestination {
  const write = (text: string): void => writeToDescriptor(STDOUT, text)
  return isatty(STDOUT) ? { write: (line) => write(printLogLine(line)) } : new LineBuffer(write)
}
