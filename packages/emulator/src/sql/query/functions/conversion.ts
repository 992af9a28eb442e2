import type { DataType } from '@spcs/sql'
import { unsupported } from '../../../snowflake-error.ts'
import { castTo, toText, tryCastTo } from '../print/cast.ts'
import { printDateFormat } from '../print/date-format.ts'
import { printNumberFormat } from '../print/number-format.ts'
import { compose, type Printed, quoteText } from '../print/printed.ts'
import {
  ARRAY,
  BINARY,
  BOOLEAN,
  DATE,
  decimal,
  FLOAT,
  isTimestamp,
  OBJECT,
  type SqlType,
  TIME,
  TIMESTAMP_LTZ,
  TIMESTAMP_NTZ,
  TIMESTAMP_TZ,
  VARCHAR,
  VARIANT,
} from '../sql-type.ts'
import {
  argument,
  type Call,
  type FunctionPrinter,
  type FunctionTable,
  requireCount,
} from './function-table.ts'

type Cast = typeof castTo

const TO_NUMBER = both('NUMBER', toNumber)
const TO_DECIMAL = both('DECIMAL', toNumber)
const TO_NUMERIC = both('NUMERIC', toNumber)

/** TO_… and TRY_TO_…. */
export const conversionFunctions: FunctionTable = {
  TO_CHAR: toChar,
  TO_VARCHAR: toChar,
  ...TO_NUMBER,
  ...TO_DECIMAL,
  ...TO_NUMERIC,
  ...both('DOUBLE', (call, cast) => only(call, FLOAT, cast)),
  ...both('BOOLEAN', (call, cast) => only(call, BOOLEAN, cast)),
  ...both('BINARY', toBinary),
  ...both('DATE', (call, cast) => moment(call, DATE, cast)),
  ...both('TIME', (call, cast) => moment(call, TIME, cast)),
  ...both('TIMESTAMP', (call, cast) => moment(call, TIMESTAMP_NTZ, cast)),
  ...both('TIMESTAMP_NTZ', (call, cast) => moment(call, TIMESTAMP_NTZ, cast)),
  ...both('TIMESTAMP_LTZ', (call, cast) => moment(call, TIMESTAMP_LTZ, cast)),
  ...both('TIMESTAMP_TZ', (call, cast) => moment(call, TIMESTAMP_TZ, cast)),
  DATE: (call) => moment(call, DATE, castTo),
  TIME: (call) => moment(call, TIME, castTo),
  TO_VARIANT: (call) => only(call, VARIANT, castTo),
  TO_OBJECT: (call) => only(call, OBJECT, castTo),
  TO_ARRAY: (call) => {
    requireCount(call, 1, 1)
    const value = argument(call, 0)
    return castTo(value.type.kind === 'ARRAY' ? value : castTo(value, VARIANT), ARRAY)
  },
}

/** TO_X, which fails, and TRY_TO_X, which gives NULL. */
function both(name: string, print: (call: Call, cast: Cast) => Printed): FunctionTable {
  const plain: FunctionPrinter = (call) => print(call, castTo)
  const trying: FunctionPrinter = (call) => print(call, tryCastTo)
  return { [`TO_${name}`]: plain, [`TRY_TO_${name}`]: trying }
}

function only(call: Call, type: DataType, cast: Cast): Printed {
  requireCount(call, 1, 1)
  return cast(argument(call, 0), type)
}

function toNumber(call: Call, cast: Cast): Printed {
  requireCount(call, 1, 4)
  const [value, ...rest] = call.args as [Printed, ...Printed[]]
  if (typeof rest[0]?.literal === 'string') throw unsupported(`${call.name} with a format`)
  const [precision = 38, scale = 0] = rest.map((arg) => arg.literal)
  if (typeof precision !== 'number' || typeof scale !== 'number') {
    throw unsupported(`${call.name} with a precision that is not a literal`)
  }
  return cast(value, decimal(scale, precision))
}

function toBinary(call: Call, cast: Cast): Printed {
  requireCount(call, 1, 2)
  const value = argument(call, 0)
  const format = String(call.args[1]?.literal ?? 'HEX').toUpperCase()
  if (format === 'HEX') return cast(value, BINARY)
  const text = toText(value)
  if (format === 'UTF-8' || format === 'UTF8') return compose(BINARY, [text], (x) => `encode(${x})`)
  if (format === 'BASE64') return compose(BINARY, [text], (x) => `from_base64(${x})`)
  throw unsupported(`${call.name} with the format ${format}`)
}

function moment(call: Call, type: SqlType, cast: Cast): Printed {
  requireCount(call, 1, 2)
  const value = argument(call, 0)
  const format = call.args[1]
  if (value.type.kind === 'NUMBER' || value.type.kind === 'FLOAT') {
    return castTo(fromEpoch(call, value, Number(format?.literal ?? 0)), type)
  }
  if (format === undefined || String(format.literal).toUpperCase() === 'AUTO')
    return cast(value, type)
  if (typeof format.literal !== 'string')
    throw unsupported(`${call.name} with a format that is not a literal`)
  const { literal } = format
  const name = type.kind.toLowerCase().replace(/_.*/, '')
  const pattern = printDateFormat(literal)
  const parsed = compose(TIMESTAMP_NTZ, [toText(value)], (x) =>
    cast === tryCastTo
      ? `try_strptime(${x}, ${pattern})`
      : `sf_parsed(${x}, ${pattern}, ${quoteText(`${name} with format '${literal}'`)})`,
  )
  return castTo(parsed, type)
}

/** Seconds since 1970, or smaller units by the scale. */
function fromEpoch(call: Call, value: Printed, scale: number): Printed {
  if (![0, 3, 6, 9].includes(scale)) throw unsupported(`${call.name} with the scale ${scale}`)
  const factor = scale === 9 ? '/ 1000' : `* ${10 ** (6 - scale)}`
  const whole = value.type.kind === 'NUMBER' && value.type.scale === 0
  return compose(TIMESTAMP_NTZ, [value], (x) => {
    const count = whole ? `CAST(${x} AS HUGEINT)` : x
    return `make_timestamp(CAST(${count} ${factor} AS BIGINT))`
  })
}

function toChar(call: Call): Printed {
  requireCount(call, 1, 2)
  const value = argument(call, 0)
  const format = call.args[1]
  if (format === undefined) return toText(value)
  if (typeof format.literal !== 'string')
    throw unsupported(`${call.name} with a format that is not a literal`)
  const { kind } = value.type
  if (kind === 'NUMBER' || kind === 'FLOAT') return printNumberFormat(value, format.literal)
  if (kind === 'DATE' || isTimestamp(value.type)) {
    const pattern = printDateFormat(format.literal)
    return compose(VARCHAR, [value], (x) => `strftime(${x}, ${pattern})`)
  }
  if (kind === 'TIME') {
    const pattern = printDateFormat(format.literal)
    return compose(VARCHAR, [value], (x) => `strftime(DATE '1970-01-01' + ${x}, ${pattern})`)
  }
  if (kind === 'BINARY' && format.literal.toUpperCase().startsWith('UTF')) {
    return compose(VARCHAR, [value], (x) => `decode(${x})`)
  }
  if (kind === 'BINARY' && format.literal.toUpperCase() === 'BASE64') {
    return compose(VARCHAR, [value], (x) => `base64(${x})`)
  }
  throw unsupported(`${call.name} of ${kind} with a format`)
}
