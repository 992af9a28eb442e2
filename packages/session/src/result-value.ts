import type { DataType, Value } from '@spcs/sql'
import type { StatementOption } from 'snowflake-sdk'
import { parseVariant } from './variant.ts'

/** The column types of Snowflake's wire format, as data types. */
const KIND_OF_WIRE_TYPE: Record<string, DataType['kind']> = {
  fixed: 'NUMBER',
  real: 'FLOAT',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  time: 'TIME',
  timestamp_ntz: 'TIMESTAMP_NTZ',
  timestamp_ltz: 'TIMESTAMP_LTZ',
  timestamp_tz: 'TIMESTAMP_TZ',
  binary: 'BINARY',
  variant: 'VARIANT',
  object: 'OBJECT',
  map: 'OBJECT',
  array: 'ARRAY',
}

/** The native types that we have the driver leave as text, so that nothing is lost before we read it. */
export const READ_AS_TEXT: NonNullable<StatementOption['fetchAsString']> = [
  'Number',
  'JSON',
  // @ts-expect-error -- the driver takes it, though its types have forgotten it
  'Object',
  // @ts-expect-error -- likewise
  'Array',
]

/** The data type of a column by its type on the wire; a type that is new to us is text. */
export function columnKind(wireType: string): DataType['kind'] {
  return KIND_OF_WIRE_TYPE[wireType.toLowerCase()] ?? 'VARCHAR'
}

/** A cell as the driver gives it, made the value that a user sees. */
export function readValue(kind: DataType['kind'], cell: unknown): Value {
  if (typeof cell !== 'string') return cell
  const read = READERS[kind]
  if (read === undefined) return cell
  return cell === DRIVER_NULL ? null : read(cell)
}

/** What is read from text; everything else is text, or comes from the driver as it should. */
const READERS: { readonly [K in DataType['kind']]?: (text: string) => Value } = {
  NUMBER: readNumber,
  FLOAT: readFloat,
  VARIANT: parseVariant,
  OBJECT: parseVariant,
  ARRAY: parseVariant,
}

/** How the driver writes SQL NULL into a column read as text; neither a number nor JSON looks like it. */
const DRIVER_NULL = 'NULL'

/** Up to so many digits a decimal number goes through a double and back unchanged. */
const EXACT_DIGITS = 15

/** A NUMBER: a number where that is exact, else bigint, or the decimal text where there is a fraction. */
export function readNumber(text: string): number | bigint | string {
  if (text.length <= EXACT_DIGITS) return Number(text)
  const [, whole = '', fraction = ''] = /^-?0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (fraction === '') {
    const integer = text.split('.')[0] ?? text
    return Number.isSafeInteger(Number(integer)) ? Number(integer) : BigInt(integer)
  }
  const digits = whole === '' ? fraction.replace(/^0+/, '') : whole + fraction
  return digits.length <= EXACT_DIGITS ? Number(text) : text
}

function readFloat(text: string): number {
  switch (text.toLowerCase()) {
    case 'inf':
      return Number.POSITIVE_INFINITY
    case '-inf':
      return Number.NEGATIVE_INFINITY
    default:
      return Number(text)
  }
}
