import { type DataType, parseJson, printJson, RawJson } from '@spcs/sql'
import { type Decimal, parseDecimal, printDecimal } from './decimal-text.ts'

/** What a result travels as: a finite number, a string, a boolean, or JSON text as it stands. */
export type WireValue = number | string | boolean | RawJson

/** Which JSON numbers a type needs as more than a double: none, whole ones beyond 2^53, or fractions too. */
export type ExactNumbers = 'none' | 'integers' | 'decimals'

/** How the values of one SQL type travel in a batch. Neither function is given null. */
export interface ValueCodec {
  /** What fits, for messages: `a number`. */
  readonly expects: string
  /** What fits as a result, where that is another thing. */
  readonly expectsResult?: string
  /** What the text of a result must match, where not every text fits; a regular expression with the flag u. */
  readonly resultPattern?: string
  /** The handler's value of a JSON value; undefined where it does not fit. */
  readonly decode: (value: unknown) => unknown
  /** The wire's value of a handler's value; undefined where it does not fit. */
  readonly encode: (value: unknown) => WireValue | undefined
  /** What `decode` must be given as bigint or `RawJson`. */
  readonly exact: ExactNumbers
}

/**
 * The codec of a SQL type.
 *
 * @see https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 */
export function codecOf(type: DataType): ValueCodec {
  return type.kind === 'NUMBER' ? numberCodec(type) : CODECS[type.kind]
}

/** Up to so many digits a decimal number goes through a double and back unchanged. */
const EXACT_DIGITS = 15

// JSON has no such numbers. Snowflake's pages do not say what it sends; a string is its habit for what JSON cannot hold.
const NON_FINITE: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
}

const float: ValueCodec = {
  expects: 'a number',
  decode: (value) => {
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
    if (typeof value === 'string') return NON_FINITE[value.toLowerCase()]
    return isExactNumber(value) ? Number(value) : undefined
  },
  encode: (value) => {
    if (typeof value !== 'number') return undefined
    if (Number.isFinite(value)) return value
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf'
  },
  exact: 'none',
}

type NumberType = Extract<DataType, { kind: 'NUMBER' }>

function numberCodec(type: NumberType): ValueCodec {
  const { precision, scale } = type
  const wide = precision > EXACT_DIGITS
  const wholeDigits = precision - scale
  const decode = wide ? (scale === 0 ? toBigInt : toDecimalText)(type) : toNumber
  const range = `a number of at most ${wholeDigits} digits before the point`
  return {
    expects: wide ? range : 'a number',
    expectsResult: wide ? `${range}, as bigint or text where it is beyond 2^53` : range,
    // Text is taken, too: Snowflake's pages do not say how it sends what a double cannot hold.
    decode: (value) => decode(isExactNumber(value) ? String(value) : value),
    encode: numberEncoder(type),
    exact: wide ? (scale === 0 ? 'integers' : 'decimals') : 'none',
  }
}

function isExactNumber(value: unknown): value is bigint | RawJson {
  return typeof value === 'bigint' || value instanceof RawJson
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || parseDecimal(value) === undefined) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

function toBigInt(type: NumberType): (value: unknown) => bigint | undefined {
  const decode = decimalOf(type)
  return (value) => {
    if (Number.isSafeInteger(value)) return BigInt(value as number)
    const decimal = decode(value)
    if (decimal === undefined || /[1-9]/.test(decimal.fraction)) return undefined
    return BigInt(`${decimal.sign}${decimal.whole === '' ? '0' : decimal.whole}`)
  }
}

function toDecimalText(type: NumberType): (value: unknown) => string | undefined {
  const decode = decimalOf(type)
  return (value) => {
    const decimal = decode(value)
    return decimal === undefined ? undefined : printDecimal(decimal, type.scale)
  }
}

/** A number or its text taken apart, unless it has more digits before the point than the type. */
function decimalOf({ precision, scale }: NumberType): (value: unknown) => Decimal | undefined {
  return (value) => {
    if (typeof value !== 'number' && typeof value !== 'string') return undefined
    const decimal = parseDecimal(String(value))
    return decimal !== undefined && decimal.whole.length <= precision - scale ? decimal : undefined
  }
}

/** Results may have more digits behind the point than the type: Snowflake rounds them. */
function numberEncoder({ precision, scale }: NumberType): ValueCodec['encode'] {
  const wholeDigits = precision - scale
  const limit = 10 ** wholeDigits
  const exactLimit = 10n ** BigInt(wholeDigits)
  return (value) => {
    switch (typeof value) {
      case 'number':
        // Beyond 2^53 a double has lost digits: another number would stand in the table.
        return Math.abs(value) < limit && Math.abs(value) <= Number.MAX_SAFE_INTEGER
          ? value
          : undefined
      case 'bigint':
        return value < exactLimit && value > -exactLimit ? new RawJson(String(value)) : undefined
      case 'string': {
        const decimal = parseDecimal(value)
        if (decimal === undefined || decimal.whole.length > wholeDigits) return undefined
        return new RawJson(printDecimal(decimal, 0))
      }
      default:
        return undefined
    }
  }
}

const string = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

const text: ValueCodec = { expects: 'a string', decode: string, encode: string, exact: 'none' }

const trueOrFalse = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined

const boolean: ValueCodec = {
  expects: 'true or false',
  decode: trueOrFalse,
  encode: trueOrFalse,
  exact: 'none',
}

const DAY = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?`
const OFFSET = String.raw` ?(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)`

/**
 * Times stay text, for no class of JavaScript holds nine digits or a time without a zone. What comes in has the form that
 * the account gives it; results must be ISO 8601, which Snowflake reads whatever its formats are.
 */
function time(example: string, pattern: string): ValueCodec {
  const resultPattern = `^${pattern}$`
  const iso = new RegExp(resultPattern, 'u')
  return {
    expects: 'a string',
    expectsResult: `ISO 8601 text such as "${example}"`,
    resultPattern,
    decode: string,
    encode: (value) => (typeof value === 'string' && iso.test(value) ? value : undefined),
    exact: 'none',
  }
}

const date = time('2024-03-21', DAY)
const timeOfDay = time('14:30:00.123', CLOCK)
const withoutZone = time('2024-03-21 14:30:00.123', `${DAY}(?:[T ]${CLOCK})?`)
const withZone = time('2024-03-21T14:30:00.123+01:00', `${DAY}(?:[T ]${CLOCK}(?:${OFFSET})?)?`)

const binary: ValueCodec = {
  expects: 'hexadecimal text',
  expectsResult: 'a Uint8Array',
  decode: (value) =>
    typeof value === 'string' && /^(?:[\da-f]{2})*$/i.test(value)
      ? new Uint8Array(Buffer.from(value, 'hex'))
      : undefined,
  encode: (value) =>
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex').toUpperCase()
      : undefined,
  exact: 'none',
}

const variant = structure('any JSON value', () => true)

const object = structure(
  'an object',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

const array = structure('an array', Array.isArray)

const CODECS: Readonly<Record<Exclude<DataType['kind'], 'NUMBER'>, ValueCodec>> = {
  FLOAT: float,
  VARCHAR: text,
  BINARY: binary,
  DATE: date,
  TIME: timeOfDay,
  TIMESTAMP_NTZ: withoutZone,
  TIMESTAMP_LTZ: withZone,
  TIMESTAMP_TZ: withZone,
  BOOLEAN: boolean,
  VARIANT: variant,
  OBJECT: object,
  ARRAY: array,
}

/** OBJECT and ARRAY may come as JSON or as its text: Snowflake's pages do not settle which. */
function structure(expects: string, fits: (value: unknown) => boolean): ValueCodec {
  return {
    expects,
    decode: (value) => {
      if (fits(value)) return value
      const decoded = typeof value === 'string' ? maybeParse(value) : undefined
      return fits(decoded) ? decoded : undefined
    },
    encode: (value) => (fits(value) ? maybePrint(value) : undefined),
    exact: 'integers',
  }
}

/** Far above what a VARIANT of Snowflake's may have, and far below what uses the stack up. */
const MOST_DEPTH = 2_000

/**
 * A value as a VARIANT has it, whose fractions were kept with all their digits for the sake of others; undefined where it
 * is too deep.
 */
export function maybeWithDoubles(value: unknown): unknown {
  try {
    return withDoubles(value, MOST_DEPTH)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function withDoubles(value: unknown, depth: number): unknown {
  if (value instanceof RawJson) return Number(value.text)
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) throw new RangeError('the value is too deep')
  if (Array.isArray(value)) return value.map((element) => withDoubles(element, depth - 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withDoubles(member, depth - 1)]),
  )
}

function maybeParse(json: string): unknown {
  try {
    return parseJson(json)
  } catch {
    return undefined
  }
}

/** The JSON of a value; undefined for what has none, such as a function, or an object inside itself. */
function maybePrint(value: unknown): RawJson | undefined {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol')
    return undefined
  try {
    return new RawJson(JSON.stringify(value))
  } catch {
    return maybePrintExactly(value)
  }
}

/** The slower way, which knows bigints. */
function maybePrintExactly(value: unknown): RawJson | undefined {
  try {
    return new RawJson(printJson(value))
  } catch {
    return undefined
  }
}
