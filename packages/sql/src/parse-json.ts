import { randomUUID } from 'node:crypto'
import { RawJson } from './raw-json.ts'

export interface ParseJsonOptions {
  /** Keeps fractions that a double would change, as `RawJson`; without it they are doubles. */
  readonly exact?: boolean | undefined
  /** The values of bare words that JSON does not know: `{ undefined: null, '-Infinity': -Infinity }`. */
  readonly words?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Reads JSON text. Integers beyond 2^53 are bigint, all other numbers and those of more than 400 digits are doubles, or
 * with `exact` whatever has all of their digits.
 *
 * @throws {SyntaxError} as JSON.parse does.
 */
export function parseJson(text: string, options: ParseJsonOptions = {}): unknown {
  const { exact = false, words = {} } = options
  const hasWord = Object.keys(words).some((word) => text.includes(word))
  const isLong = exact ? MAYBE_INEXACT : MAYBE_LONG_INTEGER
  if (!hasWord && !isLong.test(text)) return JSON.parse(text)
  const tokens = hasWord ? ANY_TOKEN : LONG_NUMBER
  const { safe, hidden, mark } = hide(text, tokens, (token) => readToken(token, exact, words))
  const value: unknown = JSON.parse(safe)
  return hidden.length === 0 ? value : restore(value, hidden, mark)
}

const MAYBE_LONG_INTEGER = /\d{16}/
/** 16 digits, with a point between them or without, or an exponent that a double may not have. */
const MAYBE_INEXACT = /\d(?:[\d.]{15}|[eE][+-]?\d{3})/

/** The beginning of a string, or a number that one of the two above may be in. */
const LONG_NUMBER = /"|-?\d(?:[\d.eE+-]{15,}|[\d.]*[eE][+-]?\d{3,})/
const ANY_TOKEN = /"|-?(?:\d[\d.eE+-]*|[A-Za-z]+)/

/** A value of its own, since null and undefined may be hidden too. */
interface Hidden {
  readonly value: unknown
}

/** The value of a token that JSON.parse would not get right; undefined for the others. */
function readToken(
  token: string,
  exact: boolean,
  words: Readonly<Record<string, unknown>>,
): Hidden | undefined {
  if (token.length <= MOST_DIGITS && INTEGER.test(token)) {
    return Number.isSafeInteger(Number(token)) ? undefined : { value: BigInt(token) }
  }
  if (NUMBER.test(token)) {
    return exact && !isDouble(token) ? { value: new RawJson(token) } : undefined
  }
  return Object.hasOwn(words, token) ? { value: words[token] } : undefined
}

/** What is longer is no number of Snowflake's: made a bigint, a million digits would take a second. */
const MOST_DIGITS = 400
const INTEGER = /^-?(?:0|[1-9]\d*)$/
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** True when the double nearest to the number prints as the same number. */
function isDouble(token: string): boolean {
  if (token.length > MOST_DIGITS) return false
  const printed = String(Number(token))
  return printed === token || decimalOf(printed) === decimalOf(token)
}

/** One text for every way to write a number: its digits without zeros around them, and the power of ten behind. */
function decimalOf(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const shortest = digits.replace(/0+$/, '')
  if (shortest === '') return '0'
  return `${sign}${shortest}e${Number(exponent) - fraction.length + digits.length - shortest.length}`
}

/** Puts marked strings where JSON.parse would lose something; everything inside of strings stays as it is. */
function hide(
  text: string,
  pattern: RegExp,
  read: (token: string) => Hidden | undefined,
): { readonly safe: string; readonly hidden: readonly unknown[]; readonly mark: string } {
  const mark = randomUUID().slice(0, 13)
  const hidden: unknown[] = []
  const tokens = new RegExp(pattern, 'g')
  let safe = ''
  let end = 0
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [token] = match
    if (token === '"') {
      tokens.lastIndex = endOfString(text, match.index)
      continue
    }
    const found = read(token)
    if (found === undefined) continue
    safe += `${text.slice(end, match.index)}"${mark}${hidden.push(found.value) - 1}"`
    end = tokens.lastIndex
  }
  return { safe: safe + text.slice(end), hidden, mark }
}

/** The place behind the quote that closes a string; a string without one goes to the end. */
function endOfString(text: string, start: number): number {
  for (
    let quote = text.indexOf('"', start + 1);
    quote !== -1;
    quote = text.indexOf('"', quote + 1)
  ) {
    let backslashes = 0
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
  }
  return text.length
}

/** Puts what was hidden back, in place. */
function restore(value: unknown, hidden: readonly unknown[], mark: string): unknown {
  if (typeof value === 'string') {
    return value.startsWith(mark) ? hidden[Number(value.slice(mark.length))] : value
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      value[index] = restore(value[index], hidden, mark)
    }
    return value
  }
  for (const [name, member] of Object.entries(value)) {
    if (name.startsWith(mark)) throw new SyntaxError('Expected a member name in quotes in JSON')
    const restored = restore(member, hidden, mark)
    // Not by assignment, which a member called `__proto__` takes for something else.
    if (restored !== member) Object.defineProperty(value, name, { ...PLAIN, value: restored })
  }
  return value
}

const PLAIN = { configurable: true, enumerable: true, writable: true }
