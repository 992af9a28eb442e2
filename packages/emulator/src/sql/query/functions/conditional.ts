import { comparable, commonType, toNumber, unify } from '../print/cast.ts'
import { compose, evaluatedOnce, type Printed } from '../print/printed.ts'
import { BOOLEAN, type SqlType } from '../sql-type.ts'
import { argument, type Call, define, type FunctionTable, requireCount } from './function-table.ts'

/** Functions that look at some of their arguments only when others say so. */
export const conditionalFunctions: FunctionTable = {
  IFF: (call) => {
    requireCount(call, 3, 3)
    const [yes, no] = unifyPair(call, 1, 2)
    const condition = define('boolean', BOOLEAN, (x) => x)({ ...call, args: call.args.slice(0, 1) })
    return compose(
      typeOf([yes, no], call),
      [condition, yes, no],
      (c, a, b) => `CASE WHEN ${c} THEN ${a} ELSE ${b} END`,
    )
  },
  COALESCE: coalesce,
  NVL: coalesce,
  IFNULL: coalesce,
  NVL2: (call) => {
    requireCount(call, 3, 3)
    const [some, none] = unifyPair(call, 1, 2)
    return compose(
      typeOf([some, none], call),
      [argument(call, 0), some, none],
      (x, a, b) => `CASE WHEN ${x} IS NOT NULL THEN ${a} ELSE ${b} END`,
    )
  },
  NULLIF: (call) => {
    requireCount(call, 2, 2)
    return evaluatedOnce(argument(call, 0), (value) => {
      const [a, b] = comparable(value, argument(call, 1), call.name)
      return compose(
        value.type,
        [value, a, b],
        (x, left, right) => `CASE WHEN ${left} = ${right} THEN NULL ELSE ${x} END`,
      )
    })
  },
  ZEROIFNULL: (call) => {
    requireCount(call, 1, 1)
    const value = toNumber(argument(call, 0))
    return compose(value.type, [value], (x) => `coalesce(${x}, 0)`)
  },
  NULLIFZERO: (call) => {
    requireCount(call, 1, 1)
    const value = toNumber(argument(call, 0))
    return compose(value.type, [value], (x) => `nullif(${x}, 0)`)
  },
  DECODE: (call) => {
    requireCount(call, 3, Infinity)
    return evaluatedOnce(argument(call, 0), (value) => decode(call, value))
  },
  EQUAL_NULL: (call) => {
    requireCount(call, 2, 2)
    const pair = comparable(argument(call, 0), argument(call, 1), call.name)
    return compose(BOOLEAN, pair, (a, b) => `(${a} IS NOT DISTINCT FROM ${b})`)
  },
  BOOLAND: define('boolean boolean', BOOLEAN, (a, b) => `(${a} AND ${b})`),
  BOOLOR: define('boolean boolean', BOOLEAN, (a, b) => `(${a} OR ${b})`),
  BOOLNOT: define('boolean', BOOLEAN, (a) => `(NOT ${a})`),
  BOOLXOR: define('boolean boolean', BOOLEAN, (a, b) => `(${a} <> ${b})`),
}

/** Of these, each argument waits for the service calls in those before it. */
export const SEQUENTIAL_FUNCTIONS: ReadonlySet<string> = new Set([
  'IFF',
  'COALESCE',
  'NVL',
  'IFNULL',
  'NVL2',
  'DECODE',
])

/** DECODE: NULL finds NULL. */
function decode(call: Call, value: Printed): Printed {
  const rest = call.args.slice(1)
  const searches = rest.filter((_, index) => index % 2 === 0 && index + 1 < rest.length)
  const results = unify(
    rest.filter((_, index) => index % 2 === 1 || index + 1 === rest.length),
    call.name,
  )
  const pairs = searches.map((search) => comparable(value, search, call.name))
  return compose(typeOf(results, call), [...pairs.flat(), ...results], (...sql) => {
    const result = (index: number): string => sql[pairs.length * 2 + index] ?? 'NULL'
    const whens = pairs.map(
      (_, index) =>
        `WHEN ${sql[index * 2]} IS NOT DISTINCT FROM ${sql[index * 2 + 1]} THEN ${result(index)}`,
    )
    return `CASE ${whens.join(' ')} ELSE ${result(pairs.length)} END`
  })
}

function coalesce(call: Call): Printed {
  requireCount(call, call.name === 'COALESCE' ? 1 : 2, call.name === 'COALESCE' ? Infinity : 2)
  const values = unify(call.args, call.name)
  return compose(typeOf(values, call), values, (...sql) => `coalesce(${sql.join(', ')})`)
}

function unifyPair(call: Call, first: number, second: number): [Printed, Printed] {
  const [a, b] = unify([argument(call, first), argument(call, second)], call.name)
  return [a as Printed, b as Printed]
}

function typeOf(values: readonly Printed[], call: Call): SqlType {
  return commonType(values, call.name)
}
