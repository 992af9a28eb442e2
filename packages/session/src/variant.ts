import { randomUUID } from 'node:crypto'
import { printValue, type ResultColumn, type Value } from '@spcs/sql'

/** JSON strings, or the bare words and numbers between them. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|undefined|NaN/g
const TOKENS_AND_SPACE = /"(?:[^"\\]|\\.)*"|undefined|\s+/g
/** Numbers that a double may print otherwise than they are written. */
const NUMBER_RISK = /\d[\d.]{15}|\d[eE]|\.\d*0(?!\d)/
const PLAIN_RISK = /\d{16}|undefined|NaN|Infinity/

/**
 * Reads the text of a VARIANT, OBJECT or ARRAY. Integers beyond 2^53 become bigint, fractions
 * stay doubles as in all JSON; `undefined`, which Snowflake
 * writes for a SQL NULL inside an array, becomes null; text that is no JSON, such as XML, stays text.
 */
export function parseVariant(text: string): Value {
  try {
    return PLAIN_RISK.test(text) ? parseExactly(text) : JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

/**
 * The text of a VARIANT, OBJECT or ARRAY as exact JSON without spaces: numbers keep all their digits, also those that a
 * double has no room for.
 */
export function printVariant(text: string, type: ResultColumn['type']): string {
  const value = parseVariant(text)
  if (value === text || !NUMBER_RISK.test(text)) return printValue(value, type) ?? 'null'
  return text.replaceAll(TOKENS_AND_SPACE, (token) => {
    if (token.startsWith('"')) return JSON.stringify(JSON.parse(token))
    return token === 'undefined' ? 'null' : token.trim()
  })
}

/** Hides what JSON.parse would lose behind a marked string, and puts it back afterwards. */
function parseExactly(text: string): Value {
  const hidden: Value[] = []
  const mark = randomUUID()
  const hide = (value: Value): string => `"${mark}${hidden.push(value) - 1}"`
  const safe = text.replaceAll(TOKENS, (token) => {
    if (token.startsWith('"')) return token
    if (token === 'undefined') return 'null'
    if (token === 'NaN' || token.endsWith('Infinity')) return hide(Number(token))
    if (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))) return hide(BigInt(token))
    return token
  })
  return JSON.parse(safe, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark)
      ? hidden[Number(value.slice(mark.length))]
      : value,
  )
}
