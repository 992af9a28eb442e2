const [TAB, NEWLINE, RETURN, SPACE] = [9, 10, 13, 32] as const
const [QUOTE, COMMA, DASH, POINT, ZERO, NINE, COLON] = [34, 44, 45, 46, 48, 57, 58] as const
const [OPEN, CLOSE, OPEN_OBJECT, CLOSE_OBJECT, N] = [91, 93, 123, 125, 110] as const

/** Up to so many characters a number is a double exactly, by one division. */
const MOST_CHARACTERS = 15

/**
 * The rows of a body in which there are but short numbers and nulls, three times as fast as JSON.parse reads them.
 *
 * @returns Undefined for any other body, whether it is right or wrong: JSON.parse then knows better.
 */
export function maybeReadNumbers(body: Buffer): (number | null)[][] | undefined {
  const rows: (number | null)[][] = []
  const values: (number | null)[] = []
  let at = maybeSkipHead(body)
  if (at === -1) return undefined
  at = skipSpace(body, at)
  if (body[at] === CLOSE) return isTail(body, at) ? rows : undefined
  for (;;) {
    if (body[at] !== OPEN) return undefined
    let count = 0
    do {
      at = skipSpace(body, at + 1)
      const isNegative = body[at] === DASH
      if (isNegative) at += 1
      const start = at
      let byte = body[at] as number
      if (byte === N && !isNegative) {
        if (!isNull(body, at)) return undefined
        at += 4
        values[count++] = null
      } else {
        let digits = 0
        while (byte >= ZERO && byte <= NINE) {
          digits = digits * 10 + byte - ZERO
          byte = body[++at] as number
        }
        const whole = at - start
        if (whole === 0 || (whole > 1 && body[start] === ZERO)) return undefined
        let power = 1
        if (byte === POINT) {
          byte = body[++at] as number
          while (byte >= ZERO && byte <= NINE) {
            digits = digits * 10 + byte - ZERO
            power *= 10
            byte = body[++at] as number
          }
          if (power === 1) return undefined
        }
        if (at - start > MOST_CHARACTERS) return undefined
        values[count++] = (isNegative ? -digits : digits) / power
      }
      at = skipSpace(body, at)
    } while (body[at] === COMMA)
    if (body[at] !== CLOSE) return undefined
    // A row of its own size: one that grew would take five times the memory, and the collector's time.
    rows.push(
      count === 2 ? [values[0] as number, values[1] as number | null] : values.slice(0, count),
    )
    at = skipSpace(body, at + 1)
    if (body[at] === CLOSE) return isTail(body, at) ? rows : undefined
    if (body[at] !== COMMA) return undefined
    at = skipSpace(body, at + 1)
  }
}

function skipSpace(body: Buffer, start: number): number {
  let at = start
  if ((body[at] as number) > SPACE) return at // most often, and said here so that the call is inlined
  for (;;) {
    const byte = body[at]
    if (byte !== NEWLINE && byte !== SPACE && byte !== RETURN && byte !== TAB) return at
    at += 1
  }
}

/** The place behind `{"data":[`, or -1. */
function maybeSkipHead(body: Buffer): number {
  let at = skipSpace(body, 0)
  if (body[at] !== OPEN_OBJECT) return -1
  at = skipSpace(body, at + 1)
  if (!isKey(body, at)) return -1
  at = skipSpace(body, at + KEY.length)
  if (body[at] !== COLON) return -1
  at = skipSpace(body, at + 1)
  return body[at] === OPEN ? at + 1 : -1
}

const KEY = [QUOTE, 100, 97, 116, 97, QUOTE] as const

function isKey(body: Buffer, at: number): boolean {
  return KEY.every((byte, index) => body[at + index] === byte)
}

function isNull(body: Buffer, at: number): boolean {
  return body[at + 1] === 117 && body[at + 2] === 108 && body[at + 3] === 108
}

/** True when nothing but the closing brace follows. */
function isTail(body: Buffer, close: number): boolean {
  const at = skipSpace(body, close + 1)
  return body[at] === CLOSE_OBJECT && skipSpace(body, at + 1) === body.length
}
