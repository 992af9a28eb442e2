import { divide, modulo, scaled } from '../print/arithmetic.ts'
import { commonType, castTo, toBigInt, toNumber } from '../print/cast.ts'
import { compose, evaluatedOnce, type Printed, printedLiteral } from '../print/printed.ts'
import { decimal, FLOAT, INTEGER } from '../sql-type.ts'
import {
  argument,
  asParameter,
  type Call,
  define,
  type FunctionTable,
  requireCount,
  sameAs,
  WHOLE,
} from './function-table.ts'

const float1 = (name: string): ReturnType<typeof define> =>
  define('float', FLOAT, (x) => `${name}(${x})`)

/** Numbers. */
export const numericFunctions: FunctionTable = {
  ABS: define('number', sameAs(), (x) => `abs(${x})`),
  SIGN: define('number', WHOLE, (x) => `CAST(sign(${x}) AS BIGINT)`),
  ROUND: (call) => round(call, 'round'),
  TRUNCATE: (call) => round(call, 'trunc'),
  CEIL: (call) => round(call, 'ceil'),
  FLOOR: (call) => round(call, 'floor'),
  MOD: (call) => {
    requireCount(call, 2, 2)
    return modulo(argument(call, 0), argument(call, 1))
  },
  DIV0: (call) => guardedDivision(call, (divisor) => `${divisor} = 0`),
  DIV0NULL: (call) => guardedDivision(call, (divisor) => `coalesce(${divisor}, 0) = 0`),
  SQRT: float1('sf_square_root'),
  CBRT: float1('sf_cube_root'),
  EXP: float1('exp'),
  LN: float1('sf_natural_logarithm'),
  LOG: define('float float', FLOAT, (base, x) => `sf_logarithm(${base}, ${x})`),
  POWER: define('float float', FLOAT, (x, y) => `pow(${x}, ${y})`),
  POW: define('float float', FLOAT, (x, y) => `pow(${x}, ${y})`),
  SQUARE: define('float', FLOAT, (x) => `pow(${x}, 2)`),
  SIN: float1('sin'),
  COS: float1('cos'),
  TAN: float1('tan'),
  COT: float1('cot'),
  ASIN: float1('asin'),
  ACOS: float1('acos'),
  ATAN: float1('atan'),
  SINH: float1('sinh'),
  COSH: float1('cosh'),
  TANH: float1('tanh'),
  ATAN2: define('float float', FLOAT, (y, x) => `atan2(${y}, ${x})`),
  DEGREES: float1('degrees'),
  RADIANS: float1('radians'),
  PI: define('', FLOAT, () => 'pi()'),
  FACTORIAL: define('integer', WHOLE, (x) => `factorial(CAST(${x} AS INTEGER))`),
  BITAND: define('integer integer', WHOLE, (a, b) => `(${a} & ${b})`),
  BITOR: define('integer integer', WHOLE, (a, b) => `(${a} | ${b})`),
  BITXOR: define('integer integer', WHOLE, (a, b) => `xor(${a}, ${b})`),
  BITNOT: define('integer', WHOLE, (a) => `(~${a})`),
  BITSHIFTLEFT: define('integer integer', WHOLE, (a, n) => `(${a} << ${n})`),
  BITSHIFTRIGHT: define('integer integer', WHOLE, (a, n) => `(${a} >> ${n})`),
  WIDTH_BUCKET: define(
    'number number number integer',
    WHOLE,
    (x, low, high, n) => `sf_width_bucket(${x}, ${low}, ${high}, ${n})`,
  ),
  GREATEST: (call) => extreme(call, 'greatest'),
  LEAST: (call) => extreme(call, 'least'),
  // A seed makes Snowflake's values repeatable, row by row; ours are random all the same.
  RANDOM: (call) => {
    requireCount(call, 0, 1)
    call.scope.statement.usesRandom.value = true
    return random(INTEGER, 'CAST((random() - 0.5) * 18446744073709549568 AS BIGINT)')
  },
  UNIFORM: (call) => {
    requireCount(call, 3, 3)
    call.scope.statement.usesRandom.value = true
    const low = toNumber(argument(call, 0))
    const high = toNumber(argument(call, 1))
    const type = commonType([low, high], 'UNIFORM')
    if (type.kind === 'FLOAT') {
      return random(FLOAT, `(${low.sql} + random() * (${high.sql} - ${low.sql}))`)
    }
    return random(
      INTEGER,
      `(${toBigInt(low).sql} + CAST(floor(random() * (${high.sql} - ${low.sql} + 1)) AS BIGINT))`,
    )
  },
}

function random(type: Printed['type'], sql: string): Printed {
  return { sql, type, rounds: 0, volatile: true, integer: type.kind === 'NUMBER' }
}

/** ROUND, TRUNC, CEIL and FLOOR: to so many digits after the point, or before it. */
export function round(call: Call, how: 'round' | 'trunc' | 'ceil' | 'floor'): Printed {
  requireCount(call, 1, 2)
  const digits = call.args[1]
  const value = asParameter(argument(call, 0), 'number')
  const { type } = value
  const places = digits === undefined ? 0 : digits.literal
  if (type.kind !== 'NUMBER' || typeof places !== 'number') {
    const at = digits === undefined ? printedLiteral('0', INTEGER, 0) : toBigInt(digits)
    const result = type.kind === 'NUMBER' ? type : FLOAT
    return castTo(
      compose(FLOAT, [castTo(value, FLOAT), at], (x, n) =>
        how === 'round'
          ? `round(${x}, CAST(${n} AS INTEGER))`
          : `(${how}(${x} * pow(10, ${n})) / pow(10, ${n}))`,
      ),
      result,
    )
  }
  if (places >= type.scale) return value
  const scale = Math.max(0, places)
  const whole = (sql: string): string => {
    if (places >= 0)
      return how === 'round' || how === 'trunc' ? `${how}(${sql}, ${places})` : moved(sql)
    const unit = `CAST(${10n ** BigInt(-places)} AS HUGEINT)`
    const quotient = scaledQuotient(sql, type.scale, -places, how)
    return `(${quotient} * ${unit})`
  }
  const moved = (sql: string): string =>
    places === 0 ? `${how}(${sql})` : scaled(`${how}(${sql} * ${10 ** places})`, places)
  return compose(decimal(scale), [value], (sql) => `CAST(${whole(sql)} AS DECIMAL(38,${scale}))`)
}

/** The number in units of ten to the power, as a whole number. */
function scaledQuotient(sql: string, scale: number, power: number, how: string): string {
  const digits = `CAST(${scale === 0 ? sql : `${sql} * ${10 ** scale}`} AS HUGEINT)`
  const unit = `CAST(${10n ** BigInt(scale + power)} AS HUGEINT)`
  if (how === 'round') return `sf_quotient(${digits}, ${unit})`
  if (how === 'trunc') return `(${digits} // ${unit})`
  const step = how === 'ceil' ? '>' : '<'
  return `(${digits} // ${unit} + CASE WHEN ${digits} % ${unit} ${step} 0 THEN ${how === 'ceil' ? 1 : -1} ELSE 0 END)`
}

/** Division that gives 0 where the divisor is zero. */
function guardedDivision(call: Call, isZero: (sql: string) => string): Printed {
  requireCount(call, 2, 2)
  return evaluatedOnce(toNumber(argument(call, 1)), (divisor) => {
    const quotient = divide(argument(call, 0), divisor)
    const zero = castTo(printedLiteral('0', INTEGER, 0, { integer: true }), quotient.type)
    return compose(
      quotient.type,
      [divisor, quotient, zero],
      (d = '', q = '', none = '') => `CASE WHEN ${isZero(d)} THEN ${none} ELSE ${q} END`,
    )
  })
}

function extreme(call: Call, name: 'greatest' | 'least'): Printed {
  requireCount(call, 1, Infinity)
  const type = commonType(call.args, call.name)
  const args = call.args.map((arg) => castTo(arg, type))
  // DuckDB passes over NULL, Snowflake answers it.
  return compose(
    type,
    args,
    (...sql) =>
      `CASE WHEN ${sql.map((arg) => `${arg} IS NULL`).join(' OR ')} THEN NULL ELSE ${name}(${sql.join(', ')}) END`,
  )
}
