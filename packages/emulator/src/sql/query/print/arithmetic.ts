import { invalidArgumentTypes } from '../errors.ts'
import { DATE, decimal, FLOAT, INTEGER, type SqlType } from '../sql-type.ts'
import { castTo, printSqlType, toBigInt, toFloat, toNumber } from './cast.ts'
import { compose, type Printed } from './printed.ts'

/** `left + right`, also of a date and days. */
export function add(left: Printed, right: Printed): Printed {
  if (left.type.kind === 'DATE') return shiftDate(left, right, '+')
  if (right.type.kind === 'DATE') return shiftDate(right, left, '+')
  return sum(left, right, '+')
}

/** `left - right`, also of a date and days, or of two dates. */
export function subtract(left: Printed, right: Printed): Printed {
  if (left.type.kind === 'DATE' && right.type.kind === 'DATE') {
    return compose(INTEGER, [left, right], (a, b) => `(${a} - ${b})`, { integer: true })
  }
  if (left.type.kind === 'DATE') return shiftDate(left, right, '-')
  return sum(left, right, '-')
}

/** `left * right`: the scales add up, but not beyond twelve digits. */
export function multiply(left: Printed, right: Printed): Printed {
  const [a, b] = operands('*', left, right)
  if (a.type.kind === 'FLOAT') return compose(FLOAT, [a, b], (x, y) => `(${x} * ${y})`)
  const [s1, s2] = [scaleOf(a.type), scaleOf(b.type)]
  const scale = Math.min(s1 + s2, Math.max(s1, s2, 12))
  if (a.integer === true && b.integer === true) return integers(a, b, '*')
  const cut = scale < s1 + s2
  return compose(decimal(scale), [a, b], (x, y) =>
    cut ? `CAST(${x} * ${y} AS DECIMAL(38,${scale}))` : `(${x} * ${y})`,
  )
}

/** `left / right`: six digits more than the dividend has, up to twelve; by zero is an error. */
export function divide(left: Printed, right: Printed): Printed {
  const [a, b] = operands('/', left, right)
  if (a.type.kind === 'FLOAT') return compose(FLOAT, [a, b], (x, y) => `sf_divide(${x}, ${y})`)
  const [s1, s2] = [scaleOf(a.type), scaleOf(b.type)]
  const scale = Math.max(s1, Math.min(s1 + 6, 12))
  return compose(decimal(scale), [a, b], (x, y) => {
    const dividend = unscaled(x, s1, scale - s1 + s2)
    return scaled(`sf_quotient(${dividend}, ${unscaled(y, s2, 0)})`, scale)
  })
}

/** `left % right`. */
export function modulo(left: Printed, right: Printed): Printed {
  const [a, b] = operands('%', left, right)
  if (a.type.kind === 'FLOAT') return compose(FLOAT, [a, b], (x, y) => `sf_modulo(${x}, ${y})`)
  const scale = Math.max(scaleOf(a.type), scaleOf(b.type))
  return compose(
    decimal(scale),
    [a, b],
    (x, y) => `CAST(sf_modulo(${x}, ${y}) AS DECIMAL(38,${scale}))`,
  )
}

export function negate(value: Printed): Printed {
  const number = toNumber(value)
  const negative = compose(number.type, [number], (sql) => `(-${sql})`, {
    integer: number.integer === true,
  })
  return typeof number.literal === 'number' ? { ...negative, literal: -number.literal } : negative
}

/** The whole number `q` as a decimal with its last digits behind the point. */
export function scaled(sql: string, scale: number): string {
  if (scale === 0) return `CAST(${sql} AS DECIMAL(38,0))`
  const unit = `CAST('${(10 ** -scale).toFixed(scale)}' AS DECIMAL(${scale},${scale}))`
  return `(CAST(${sql} AS DECIMAL(38,0)) * ${unit})`
}

/** A decimal's digits as a whole number, with so many zeros more. */
function unscaled(sql: string, scale: number, zeros: number): string {
  const whole = scale === 0 ? sql : `${sql} * ${10 ** scale}`
  const digits = `CAST(${whole} AS HUGEINT)`
  return zeros === 0 ? digits : `(${digits} * CAST(${10n ** BigInt(zeros)} AS HUGEINT))`
}

function sum(left: Printed, right: Printed, operator: '+' | '-'): Printed {
  const [a, b] = operands(operator, left, right)
  if (a.integer === true && b.integer === true) return integers(a, b, operator)
  const type = a.type.kind === 'FLOAT' ? FLOAT : decimal(Math.max(scaleOf(a.type), scaleOf(b.type)))
  return compose(type, [a, b], (x, y) => `(${x} ${operator} ${y})`)
}

/** Integers of DuckDB overflow where NUMBER(38,0) does not. */
function integers(left: Printed, right: Printed, operator: string): Printed {
  return compose(
    INTEGER,
    [left, right],
    (a, b) => `(CAST(${a} AS HUGEINT) ${operator} CAST(${b} AS HUGEINT))`,
    { integer: true },
  )
}

function shiftDate(date: Printed, days: Printed, operator: '+' | '-'): Printed {
  if (!['NUMBER', 'NULL', 'VARCHAR'].includes(days.type.kind)) {
    throw wrongTypes(operator, [date, days])
  }
  return compose(DATE, [date, toBigInt(days)], (a, b) => `(${a} ${operator} CAST(${b} AS INTEGER))`)
}

/** Both as numbers of one family: decimals, or floats when one of them is. */
function operands(operator: string, left: Printed, right: Printed): [Printed, Printed] {
  const numeric = new Set(['NUMBER', 'FLOAT', 'VARCHAR', 'VARIANT', 'NULL', 'BOOLEAN'])
  if (!numeric.has(left.type.kind) || !numeric.has(right.type.kind)) {
    throw wrongTypes(operator, [left, right])
  }
  const a = left.type.kind === 'NULL' ? castTo(left, INTEGER) : toNumber(left)
  const b = right.type.kind === 'NULL' ? castTo(right, INTEGER) : toNumber(right)
  const float = a.type.kind === 'FLOAT' || b.type.kind === 'FLOAT'
  return float ? [toFloat(a), toFloat(b)] : [a, b]
}

function scaleOf(type: SqlType): number {
  return type.kind === 'NUMBER' ? type.scale : 0
}

function wrongTypes(
  operator: string,
  values: readonly Printed[],
): ReturnType<typeof invalidArgumentTypes> {
  return invalidArgumentTypes(
    operator,
    values.map((value) => printSqlType(value.type)),
  )
}
