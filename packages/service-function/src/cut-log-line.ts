/** Snowflake's event table takes 16 KiB a record. */
const MOST_BYTES = 16 * 1024
/** A text that is cut keeps at least so much, and a shorter one is not cut. */
const LEAST_BYTES = 128
/** Room for what a cut leaves: `… 123456 more characters`. */
const MARK_BYTES = 40

interface LogRecord {
  body: unknown
  attributes: Record<string, unknown>
}

export function isTooLong(line: string): boolean {
  // A character has three bytes at most.
  return line.length * 3 > MOST_BYTES && Buffer.byteLength(line) > MOST_BYTES
}

/**
 * The line, as JSON still, in at most 16 KiB: its longest texts are cut, and end with how much they lost. An attribute
 * that is no text becomes one. Where there are too many attributes to cut, all go.
 */
export function cutLogLine(line: string): string {
  const record = JSON.parse(line) as LogRecord
  for (;;) {
    const printed = `${JSON.stringify(record)}\n`
    const excess = Buffer.byteLength(printed) - MOST_BYTES
    if (excess <= 0) return printed
    const { owner, key, text, bytes } = longestText(record)
    if (bytes > LEAST_BYTES + MARK_BYTES) {
      owner[key] = cut(text, Math.max(LEAST_BYTES, bytes - excess - MARK_BYTES))
    } else {
      record.attributes = { 'log.cut': `${Object.keys(record.attributes).length} attributes` }
    }
  }
}

interface Place {
  readonly owner: Record<string, unknown>
  readonly key: string
  readonly text: string
  /** That it takes in the line. */
  readonly bytes: number
}

function longestText(record: LogRecord): Place {
  const { attributes } = record
  return Object.keys(attributes)
    .map((key) => textAt(attributes, key))
    .reduce(
      (longest, place) => (place.bytes > longest.bytes ? place : longest),
      textAt(record as unknown as Record<string, unknown>, 'body'),
    )
}

function textAt(owner: Record<string, unknown>, key: string): Place {
  const value = owner[key]
  const printed = JSON.stringify(value)
  const text = typeof value === 'string' ? value : printed
  return { owner, key, text, bytes: Buffer.byteLength(printed) }
}

function cut(text: string, mostBytes: number): string {
  let bytes = 0
  let length = 0
  for (const character of text) {
    bytes += Buffer.byteLength(JSON.stringify(character)) - '""'.length
    if (bytes > mostBytes) break
    length += character.length
  }
  return `${text.slice(0, length)}… ${text.length - length} more characters`
}
