import { RawJson } from '@spcs/sql'
import type { WireValue } from './value-codec.ts'
import { MOST_NUMBER_BYTES, writeNumber } from './write-number.ts'

/** A body in UTF-8. Short ones are text, without anything that takes more than a byte: Node sends that in one piece with its headers. */
export type AnswerBody = Buffer | string

/** A longer body is bytes. */
const MOST_TEXT_BYTES = 16 * 1024
const FEWEST_BYTES = 64 * 1024
/** Bytes kept for the next answer; what was larger is given back. */
const MOST_KEPT_BYTES = 8 * 1024 * 1024
/** Room for two numbers, brackets and commas, and the end of the body. */
const ROW_BYTES = 2 * MOST_NUMBER_BYTES + 16

// One for all answers: each is written in one go, and then copied out.
let scratch: Buffer = Buffer.allocUnsafeSlow(FEWEST_BYTES)

/**
 * The body of an answer, `{"data":[[0,result],...]}`, in UTF-8. It is written byte by byte: JSON.stringify takes two to
 * four times as long for numbers and short text.
 */
export function encodeAnswer(
  rowNumbers: readonly number[],
  results: readonly (WireValue | null)[],
): AnswerBody {
  let isAscii = true
  let out: Buffer = scratch
  let at = writeAscii(out, 0, '{"data":[')
  for (let index = 0; index < results.length; index += 1) {
    if (out.length - at < ROW_BYTES) out = grow(out, at, ROW_BYTES)
    if (index > 0) out[at++] = COMMA
    out[at++] = OPEN
    at = writeNumber(out, at, rowNumbers[index] ?? index)
    out[at++] = COMMA
    const result = results[index] ?? null
    if (typeof result === 'number') {
      at = writeNumber(out, at, result)
    } else if (result === null || typeof result === 'boolean') {
      at = writeAscii(out, at, String(result))
    } else {
      const plain = typeof result === 'string' ? writePlainText(out, at, result) : undefined
      if (plain === undefined) {
        const text = result instanceof RawJson ? result.text : JSON.stringify(result)
        const most = text.length * 3 + ROW_BYTES // a UTF-16 unit takes at most three bytes
        if (out.length - at < most) out = grow(out, at, most)
        const written = out.write(text, at)
        if (written > text.length) isAscii = false
        at += written
      } else {
        at = plain
      }
    }
    out[at++] = CLOSE
  }
  if (out.length - at < ROW_BYTES) out = grow(out, at, ROW_BYTES)
  at = writeAscii(out, at, ']}')
  scratch = out.length > MOST_KEPT_BYTES ? Buffer.allocUnsafeSlow(FEWEST_BYTES) : out
  return isAscii && at <= MOST_TEXT_BYTES
    ? out.toString('latin1', 0, at)
    : Buffer.from(out.subarray(0, at))
}

const [QUOTE, COMMA, OPEN, BACKSLASH, CLOSE] = [34, 44, 91, 92, 93] as const

function grow(out: Buffer, used: number, more: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(out.length * 2, used + more))
  out.copy(larger, 0, 0, used)
  return larger
}

function writeAscii(out: Buffer, start: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) out[start + index] = text.charCodeAt(index)
  return start + text.length
}

/** Longer text is left to the engine, which copies it in one piece. */
const MOST_PLAIN = 256

/** Writes short text that JSON takes as it is; undefined for any other, of which nothing counts as written. */
function writePlainText(out: Buffer, start: number, text: string): number | undefined {
  const { length } = text
  if (length > MOST_PLAIN || out.length - start < length + ROW_BYTES) return undefined
  let at = start
  out[at++] = QUOTE
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 32 || unit > 126 || unit === QUOTE || unit === BACKSLASH) return undefined
    out[at++] = unit
  }
  out[at++] = QUOTE
  return at
}
