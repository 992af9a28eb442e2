import { SnowflakeError, unsupported } from '../../../snowflake-error.ts'
import type { Bind } from '../../../account.ts'
import type { ValueWithSpan } from '../ast.ts'
import { invalidIdentifier } from '../errors.ts'
import { printColumn, type Scope } from '../scope.ts'
import {
  BINARY,
  BOOLEAN,
  DATE,
  decimal,
  FLOAT,
  INTEGER,
  type SqlType,
  TIME,
  TIMESTAMP_LTZ,
  TIMESTAMP_NTZ,
  TIMESTAMP_TZ,
  VARCHAR,
  VARIANT,
} from '../sql-type.ts'
import { NULL_LITERAL, type Printed, printedLiteral, quoteText } from './printed.ts'

/** A literal, a bind (`?`, `:1`), a session variable (`$name`) or a column by position (`$1`). */
export function printLiteral(node: ValueWithSpan, scope: Scope): Printed {
  const { value } = node
  if (value === 'Null') return NULL_LITERAL
  if ('Number' in value) return printNumber(value.Number[0])
  if ('Boolean' in value) return printedLiteral(String(value.Boolean), BOOLEAN, value.Boolean)
  if ('SingleQuotedString' in value) return printText(value.SingleQuotedString)
  if ('DollarQuotedString' in value) return printText(value.DollarQuotedString.value)
  if ('HexStringLiteral' in value) {
    return printedLiteral(`unhex('${value.HexStringLiteral}')`, BINARY, value.HexStringLiteral)
  }
  if ('Placeholder' in value) return printPlaceholder(value.Placeholder, node, scope)
  throw unsupported(`literal ${Object.keys(value).join()}`)
}

export function printText(text: string): Printed {
  const length = Math.max(1, Array.from(text).length)
  return printedLiteral(quoteText(text), { kind: 'VARCHAR', length }, text)
}

/** A number as typed: with an exponent it is a FLOAT, else a NUMBER of its digits. */
export function printNumber(text: string): Printed {
  if (/e/i.test(text)) return printedLiteral(`CAST('${text}' AS DOUBLE)`, FLOAT, Number(text))
  const [whole = '', fraction] = text.replace(/\.$/, '').split('.')
  const digits = whole.replace(/^0+(?=\d)/, '')
  if (fraction !== undefined) {
    const precision = Math.max(1, digits.replace(/^0$/, '').length + fraction.length)
    if (precision > 38) return printedLiteral(`CAST('${text}' AS DOUBLE)`, FLOAT, Number(text))
    const type = decimal(fraction.length, precision)
    return printedLiteral(
      `CAST('${text}' AS DECIMAL(${precision},${fraction.length}))`,
      type,
      Number(text),
    )
  }
  if (digits.length > 38)
    return printedLiteral(`CAST('${digits}' AS DOUBLE)`, FLOAT, Number(digits))
  if (digits.length > 18) {
    return printedLiteral(`CAST('${digits}' AS DECIMAL(38,0))`, INTEGER, Number(digits))
  }
  return printedLiteral(digits, decimal(0, digits.length), Number(digits), { integer: true })
}

function printPlaceholder(placeholder: string, node: ValueWithSpan, scope: Scope): Printed {
  if (placeholder === '?') return printBindAt(scope.statement.placeholders.get(node) ?? 0, scope)
  if (/^:\d+$/.test(placeholder)) return printBindAt(Number(placeholder.slice(1)) - 1, scope)
  if (/^\$\d+$/.test(placeholder)) return printPosition(Number(placeholder.slice(1)), node, scope)
  if (!placeholder.startsWith('$')) throw unsupported(`bind '${placeholder}'`)
  const name = placeholder.slice(1).toUpperCase()
  const { variables } = scope.statement.session
  if (!variables.has(name)) {
    throw new SnowflakeError(
      '000904',
      '42000',
      `SQL compilation error: error line ${node.span?.start.line ?? 1} at position ${
        (node.span?.start.column ?? 1) - 1
      }\nSession variable '$${name}' does not exist`,
    )
  }
  return printVariable(variables.get(name) ?? null)
}

/** A session variable's value: what reads as a number is one. */
function printVariable(value: string | null): Printed {
  if (value === null) return NULL_LITERAL
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value)) {
    const number = printNumber(value.replace('-', ''))
    if (!value.startsWith('-')) return number
    return { ...number, sql: `(-${number.sql})`, literal: Number(value) }
  }
  if (/^(?:true|false)$/i.test(value)) {
    return printedLiteral(value.toLowerCase(), BOOLEAN, value.toLowerCase() === 'true')
  }
  return printText(value)
}

function printPosition(position: number, node: ValueWithSpan, scope: Scope): Printed {
  const columns = scope.relations.flatMap((relation) =>
    relation.columns.map((column) => ({ column, relation })),
  )
  const found = columns[position - 1]
  if (found === undefined) throw invalidIdentifier(`$${position}`, node.span?.start)
  return printColumn(found, true)
}

/** The name of the relation that holds array binds, row by row, and of its columns. */
export const BIND_RELATION = 'binds'
export const bindColumn = (index: number): string => `b${index}`

function printBindAt(index: number, scope: Scope): Printed {
  const bind = scope.statement.binds[index]
  if (bind === undefined) {
    throw new SnowflakeError(
      '100132',
      '42601',
      `SQL compilation error:\nBind variable ${index + 1} not set.`,
    )
  }
  return printBind(bind, index)
}

function printBind(bind: Bind, index: number): Printed {
  const { type, value } = bind
  if (value === null) return NULL_LITERAL
  if (typeof value === 'string') {
    if (type === 'FIXED' && /^-?\d+(?:\.\d+)?$/.test(value)) return printVariable(value)
    if (type === 'TEXT') return printText(value)
  }
  const sql = typeof value === 'string' ? quoteText(value) : `${BIND_RELATION}.${bindColumn(index)}`
  const read = BIND_TYPES[type]
  if (read === undefined) throw unsupported(`bind of type ${type}`)
  return {
    sql: read.sql(sql),
    exact: read.exact?.(sql),
    type: read.type,
    rounds: 0,
    volatile: false,
  }
}

// Drivers write DATE as milliseconds, TIME and TIMESTAMP as nanoseconds since 1970, or all three as ISO text.
// Behind those of a TIMESTAMP_TZ stands its offset, told from a day before UTC on.
const isEpoch = (x: string): string => `regexp_full_match(${x}, '-?\\d+( \\d+)?')`
const epochNumber = (x: string): string => `CAST(split_part(${x}, ' ', 1) AS HUGEINT)`
const milliseconds = (x: string): string =>
  `make_timestamp(CAST(${epochNumber(x)} * 1000 AS BIGINT))`
const nanos = (x: string): string => `((${epochNumber(x)} % 1000 + 1000) % 1000)`
const nanoseconds = (x: string): string =>
  `make_timestamp(CAST((${epochNumber(x)} - ${nanos(x)}) // 1000 AS BIGINT))`
const instant = (x: string): string => `(${nanoseconds(x)} AT TIME ZONE 'UTC')`
const ahead = (x: string, at: string): string =>
  `coalesce(TRY_CAST(split_part(${x}, ' ', 2) AS SMALLINT) - 1440, sf_minutes(strftime(${at}, '%z')))`

interface BindType {
  readonly type: SqlType
  readonly sql: (text: string) => string
  /** As `Printed.exact`. */
  readonly exact?: (text: string) => string
}

/** A moment by its nanoseconds, or by what reads its text. */
function bindMoment(type: SqlType, at: (x: string) => string, read: string): BindType {
  const isZoned = type.kind === 'TIMESTAMP_TZ'
  const zone = (x: string): string =>
    isZoned ? `, 'ahead': CAST(${ahead(x, at(x))} AS SMALLINT)` : ''
  const struct = (x: string): string =>
    `{'at': ${at(x)}, 'nanos': CAST(${nanos(x)} AS SMALLINT)${zone(x)}}`
  const macro = isZoned ? 'sf_exact_zoned' : 'sf_exact'
  return {
    type,
    sql: (x) => `CASE WHEN ${isEpoch(x)} THEN ${at(x)} ELSE ${read}(${x}) END`,
    exact: (x) =>
      `CASE WHEN ${isEpoch(x)} THEN ${struct(x)} ELSE ${macro}(${x}, ${read}(${x}), 3) END`,
  }
}

const BIND_TYPES: Record<string, BindType> = {
  FIXED: { type: decimal(0), sql: (x) => `CAST(${x} AS DECIMAL(38,0))` },
  REAL: { type: FLOAT, sql: (x) => `CAST(${x} AS DOUBLE)` },
  TEXT: { type: VARCHAR, sql: (x) => x },
  BOOLEAN: { type: BOOLEAN, sql: (x) => `sf_boolean(${x})` },
  DATE: {
    type: DATE,
    sql: (x) =>
      `CASE WHEN ${isEpoch(x)} THEN CAST(${milliseconds(x)} AS DATE) ELSE sf_date(${x}) END`,
  },
  TIME: bindMoment(TIME, (x) => `CAST(${nanoseconds(x)} AS TIME)`, 'sf_time'),
  TIMESTAMP_NTZ: bindMoment(TIMESTAMP_NTZ, nanoseconds, 'sf_timestamp'),
  TIMESTAMP_LTZ: bindMoment(TIMESTAMP_LTZ, instant, 'sf_timestamptz'),
  TIMESTAMP_TZ: bindMoment(TIMESTAMP_TZ, instant, 'sf_timestamptz'),
  BINARY: { type: BINARY, sql: (x) => `sf_binary(${x})` },
  VARIANT: { type: VARIANT, sql: (x) => `sf_parse_json(${x})` },
  OBJECT: { type: VARIANT, sql: (x) => `sf_parse_json(${x})` },
  ARRAY: { type: VARIANT, sql: (x) => `sf_parse_json(${x})` },
}
