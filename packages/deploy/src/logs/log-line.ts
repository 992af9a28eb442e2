/** One line that a container printed. */
export interface LogLine {
  /** RFC 3339 with nine digits behind the point; undefined where the account tells no times. */
  readonly time: string | undefined
  readonly text: string
}

/** What SYSTEM$GET_SERVICE_LOGS answered. */
export interface LogAnswer {
  readonly lines: readonly LogLine[]
  /** True when there may be older lines that the answer has no room for. */
  readonly maybeCut: boolean
}

/**
 * An answer has the newest 100 KB of a log. Whether they are counted with their times, and whether a line is cut in
 * two, is not documented, and a line has up to 16 KiB: so an answer of this size may be cut.
 */
const MAYBE_CUT_BYTES = 80_000
const TIMED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z ?(.*)$/s

/** Reads an answer with times. The rest of a line whose beginning was cut off has no time, and is left out. */
export function parseTimedAnswer(text: string): LogAnswer {
  const lines = splitLines(text)
  const parsed = lines.flatMap((line): LogLine[] => {
    const [, seconds, fraction = '', rest = ''] = TIMED.exec(line) ?? []
    if (seconds === undefined) return []
    return [{ time: `${seconds}.${fraction.padEnd(9, '0')}Z`, text: rest }]
  })
  const isCut = parsed.length < lines.length
  return { lines: parsed, maybeCut: isCut || Buffer.byteLength(text) >= MAYBE_CUT_BYTES }
}

/** Reads an answer of the documented form, which tells no times. */
export function parsePlainAnswer(text: string): LogAnswer {
  return {
    lines: splitLines(text).map((line) => ({ time: undefined, text: line })),
    maybeCut: Buffer.byteLength(text) >= MAYBE_CUT_BYTES,
  }
}

function splitLines(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
