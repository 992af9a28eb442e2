import { parseJson, printValue, type ResultColumn, type Value } from '@spcs/sql'

/** What Snowflake writes in a VARIANT where JSON has no word. */
const WORDS = { undefined: null, NaN: Number.NaN, Infinity, '-Infinity': -Infinity }

/** JSON strings, or the word and the space between them. */
const TOKENS_AND_SPACE = /"(?:[^"\\]|\\.)*"|undefined|\s+/g
/** Numbers that a double may print otherwise than they are written. */
const NUMBER_RISK = /\d[\d.]{15}|\d[eE]|\.\d*0(?!\d)/

/**
 * Reads the text of a VARIANT, OBJECT or ARRAY. Integers beyond 2^53 become bigint, fractions
 * stay doubles as in all JSON; `undefined`, which Snowflake
 * writes for a SQL NULL inside an array, becomes null; text that is no JSON, such as XML, stays text.
 */
export function parseVariant(text: string): Value {
  try {
    return parseJson(text, { words: WORDS })
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
