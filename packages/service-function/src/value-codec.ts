import type { DataType } from '@spcs/sql'

/** How the values of one SQL type travel in a batch. Neither function is given null. */
export interface ValueCodec {
  /** What fits, for messages: `a number`. */
  readonly expects: string
  /** The handler's value of a JSON value; undefined where it does not fit. */
  readonly decode: (value: unknown) => unknown
  /** The JSON value of a handler's value; undefined where it does not fit. */
  readonly encode: (value: unknown) => unknown
}

/**
 * The codec of a SQL type.
 *
 * @see https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 */
export function codecOf(type: DataType): ValueCodec {
  return CODECS[type.kind]
}

const finite = (value: unknown): unknown =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

const float: ValueCodec = { expects: 'a finite number', decode: finite, encode: finite }

const number: ValueCodec = {
  // Beyond 2^53 parsing has already lost digits: refusing is better than computing with another number.
  expects: 'a number within 2^53',
  decode: (value) =>
    typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined,
  encode: finite,
}

const string = (value: unknown): unknown => (typeof value === 'string' ? value : undefined)

const text: ValueCodec = { expects: 'a string', decode: string, encode: string }

const trueOrFalse = (value: unknown): unknown => (typeof value === 'boolean' ? value : undefined)

const boolean: ValueCodec = { expects: 'true or false', decode: trueOrFalse, encode: trueOrFalse }

const variant: ValueCodec = {
  expects: 'any JSON value',
  decode: (value) => value,
  encode: (value) => (isJson(value) ? value : undefined),
}

const object: ValueCodec = structure(
  'an object',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

const array: ValueCodec = structure('an array', Array.isArray)

const CODECS: Readonly<Record<DataType['kind'], ValueCodec>> = {
  FLOAT: float,
  NUMBER: number,
  VARCHAR: text,
  BINARY: text,
  DATE: text,
  TIME: text,
  TIMESTAMP_NTZ: text,
  TIMESTAMP_LTZ: text,
  TIMESTAMP_TZ: text,
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
      const decoded = typeof value === 'string' ? parseJson(value) : value
      return fits(decoded) ? decoded : undefined
    },
    encode: (value) => (fits(value) && isJson(value) ? value : undefined),
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Whether a value has a JSON text. Printed once more for it, the row at fault can be named. */
function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined // which it is for undefined and functions
  } catch {
    return false // a cycle or a bigint
  }
}
