import { unsupported } from '../../../snowflake-error.ts'
import type { OrderByExpression } from '../ast.ts'
import { divide } from '../print/arithmetic.ts'
import { castTo, toFloat, toText } from '../print/cast.ts'
import type { Printed } from '../print/printed.ts'
import { printDirection, printWindow } from '../print/window.ts'
import {
  ARRAY,
  BOOLEAN,
  decimal,
  FLOAT,
  INTEGER,
  OBJECT,
  type SqlType,
  VARCHAR,
  VARIANT,
} from '../sql-type.ts'
import {
  argument,
  asParameter,
  type Call,
  type FunctionPrinter,
  type FunctionTable,
  type Parameter,
  requireCount,
  sameAs,
} from './function-table.ts'

interface AggregateOptions {
  readonly order?: readonly OrderByExpression[]
  readonly integer?: boolean
  /** Whether DISTINCT goes into the call. */
  readonly distinct?: boolean
  readonly wrap?: (sql: string) => string
}

const statistic = (name: string): FunctionPrinter =>
  aggregate('float', FLOAT, (x) => `${name}(${x}`)
const statistic2 = (name: string): FunctionPrinter =>
  aggregate('float float', FLOAT, (y, x) => `${name}(${y}, ${x}`)

/** Aggregates, also over windows. */
export const aggregateFunctions: FunctionTable = {
  COUNT: (call) => {
    if (isWildcard(call)) return print(call, INTEGER, [], () => 'count(*', { integer: true })
    requireCount(call, 1, Infinity)
    return print(
      call,
      INTEGER,
      call.args,
      // Of several columns, rows count in which none is NULL.
      (...sql) =>
        sql.length === 1
          ? `count(${distinct(call)}${sql[0]}`
          : `count(${distinct(call)}CASE WHEN ${sql.map((x) => `${x} IS NOT NULL`).join(' AND ')} THEN (${sql.join(', ')}) END`,
      { integer: true },
    )
  },
  COUNT_IF: aggregate('boolean', INTEGER, (x) => `count_if(${x}`, { integer: true }),
  SUM: (call) => {
    requireCount(call, 1, 1)
    const value = asParameter(argument(call, 0), 'number')
    return sumOf(call, value)
  },
  AVG: (call) => {
    requireCount(call, 1, 1)
    const value = asParameter(argument(call, 0), 'number')
    if (value.type.kind === 'FLOAT')
      return print(call, FLOAT, [value], (x) => `avg(${distinct(call)}${x}`)
    const count = print(call, INTEGER, [value], (x) => `count(${distinct(call)}${x}`, {
      integer: true,
    })
    const none = { ...count, sql: `nullif(${count.sql}, 0)` }
    return divide(sumOf(call, value), none)
  },
  MIN: (call) => extreme(call, 'min'),
  MAX: (call) => extreme(call, 'max'),
  ANY_VALUE: aggregate('any', sameAs(), (x) => `any_value(${x}`),
  MODE: aggregate('any', sameAs(), (x) => `mode(${x}`),
  MIN_BY: aggregate('any any', sameAs(), (x, by) => `arg_min(${x}, ${by}`),
  MAX_BY: aggregate('any any', sameAs(), (x, by) => `arg_max(${x}, ${by}`),
  MEDIAN: (call) => {
    requireCount(call, 1, 1)
    return quantile(call, argument(call, 0), (x) => `median(${x}`)
  },
  PERCENTILE_CONT: (call) => percentile(call, 'quantile_cont'),
  PERCENTILE_DISC: (call) => percentile(call, 'quantile_disc'),
  APPROX_PERCENTILE: aggregate('float float', FLOAT, (x, at) => `quantile_cont(${x}, ${at}`),
  APPROX_COUNT_DISTINCT: aggregate('any', INTEGER, (x) => `count(DISTINCT ${x}`, { integer: true }),
  HLL: aggregate('any', INTEGER, (x) => `count(DISTINCT ${x}`, { integer: true }),
  STDDEV: statistic('stddev_samp'),
  STDDEV_SAMP: statistic('stddev_samp'),
  STDDEV_POP: statistic('stddev_pop'),
  VARIANCE: statistic('var_samp'),
  VARIANCE_SAMP: statistic('var_samp'),
  VAR_SAMP: statistic('var_samp'),
  VARIANCE_POP: statistic('var_pop'),
  VAR_POP: statistic('var_pop'),
  KURTOSIS: statistic('kurtosis'),
  SKEW: statistic('skewness'),
  CORR: statistic2('corr'),
  COVAR_POP: statistic2('covar_pop'),
  COVAR_SAMP: statistic2('covar_samp'),
  REGR_SLOPE: statistic2('regr_slope'),
  REGR_INTERCEPT: statistic2('regr_intercept'),
  REGR_R2: statistic2('regr_r2'),
  BOOLAND_AGG: aggregate('boolean', BOOLEAN, (x) => `bool_and(${x}`),
  BOOLOR_AGG: aggregate('boolean', BOOLEAN, (x) => `bool_or(${x}`),
  BITAND_AGG: aggregate('integer', INTEGER, (x) => `bit_and(${x}`, { integer: true }),
  BITOR_AGG: aggregate('integer', INTEGER, (x) => `bit_or(${x}`, { integer: true }),
  BITXOR_AGG: aggregate('integer', INTEGER, (x) => `bit_xor(${x}`, { integer: true }),
  LISTAGG: (call) => {
    requireCount(call, 1, 2)
    return print(
      call,
      VARCHAR,
      call.args.map(toText),
      (x, separator = `''`) => `string_agg(${distinct(call)}${x}, ${separator}`,
      { order: call.node.within_group, wrap: (sql) => `coalesce(${sql}, '')` },
    )
  },
  ARRAY_AGG: (call) => arrayAgg(call, distinct(call)),
  ARRAYAGG: (call) => arrayAgg(call, distinct(call)),
  ARRAY_UNIQUE_AGG: (call) => arrayAgg(call, 'DISTINCT '),
  OBJECT_AGG: (call) => {
    requireCount(call, 2, 2)
    const parts = [toText(argument(call, 0)), castTo(argument(call, 1), VARIANT)]
    return print(
      call,
      OBJECT,
      parts,
      (key, value) =>
        `string_agg(CAST(to_json(${key}) AS VARCHAR) || ':' || CAST(${value} AS VARCHAR), ','`,
      { wrap: (sql) => `CAST('{' || coalesce(${sql}, '') || '}' AS JSON)` },
    )
  },
  GROUPING: aggregate('any any*', INTEGER, (...sql) => `grouping(${sql.join(', ')}`, {
    integer: true,
  }),
}

function aggregate(
  parameters: string,
  returns: SqlType | ((args: readonly Printed[]) => SqlType),
  open: (...sql: string[]) => string,
  options: AggregateOptions = {},
): FunctionPrinter {
  const list = parameters.split(' ')
  const max = list.at(-1)?.endsWith('*') === true ? Infinity : list.length
  const min = list.filter((kind) => !kind.endsWith('*')).length
  return (call) => {
    requireCount(call, min, max)
    if (distinct(call) !== '') throw unsupported(`${call.name}(DISTINCT)`)
    const args = call.args.map((arg, index) =>
      asParameter(arg, (list[index] ?? list.at(-1) ?? 'any').replace('*', '') as Parameter),
    )
    return print(call, typeof returns === 'function' ? returns(args) : returns, args, open, options)
  }
}

/** `open` prints the function up to its closing parenthesis, before which an order may come. */
function print(
  call: Call,
  type: SqlType,
  args: readonly Printed[],
  open: (...sql: string[]) => string,
  options: AggregateOptions = {},
): Printed {
  const { scope, node } = call
  const window = printWindow(node, scope)
  const order = (options.order ?? []).map((item) => ({
    item,
    printed: scope.statement.expression(item.expr, scope),
  }))
  if (options.order === undefined && node.within_group.length > 0) {
    throw unsupported(`${call.name} WITHIN GROUP`)
  }
  const parts = [...args, ...order.map(({ printed }) => printed), ...window.parts]
  const ordered =
    order.length === 0
      ? ''
      : ` ORDER BY ${order.map(({ item, printed }) => `${printed.sql}${printDirection(item)}`).join(', ')}`
  const sql = `${open(...args.map((arg) => arg.sql))}${ordered})${window.sql}`
  return {
    sql: options.wrap?.(sql) ?? sql,
    type,
    rounds: Math.max(scope.rounds, 0, ...parts.map((part) => part.rounds)),
    volatile: parts.some((part) => part.volatile),
    integer: options.integer === true,
  }
}

function sumOf(call: Call, value: Printed): Printed {
  if (value.type.kind === 'FLOAT')
    return print(call, FLOAT, [value], (x) => `sum(${distinct(call)}${x}`)
  const scale = value.type.kind === 'NUMBER' ? value.type.scale : 0
  const type = decimal(scale)
  const held = value.integer === true ? value : castTo(value, type)
  return print(call, type, [held], (x) => `sum(${distinct(call)}${x}`, {
    wrap: (sql) => `CAST(${sql} AS DECIMAL(38,${scale}))`,
  })
}

function extreme(call: Call, name: 'min' | 'max'): Printed {
  requireCount(call, 1, 1)
  const value = argument(call, 0)
  return print(call, value.type, [value], (x) => `${name}(${x}`, {
    integer: value.integer === true,
  })
}

function percentile(call: Call, name: 'quantile_cont' | 'quantile_disc'): Printed {
  requireCount(call, 1, 1)
  const [order] = call.node.within_group
  const at = argument(call, 0).literal
  if (order === undefined || call.node.within_group.length > 1 || typeof at !== 'number') {
    throw unsupported(`${call.name} without a literal and WITHIN GROUP (ORDER BY …)`)
  }
  const value = call.scope.statement.expression(order.expr, call.scope)
  const position = order.options.asc === false ? 1 - at : at
  const plain = { ...call, node: { ...call.node, within_group: [] } }
  if (name === 'quantile_disc') {
    return print(plain, value.type, [value], (x) => `quantile_disc(${x}, ${position}`)
  }
  return quantile(plain, value, (x) => `quantile_cont(${x}, ${position}`)
}

/** A value between two others: of a NUMBER it has three digits more. */
function quantile(call: Call, value: Printed, open: (x: string) => string): Printed {
  const number = asParameter(value, 'number')
  if (number.type.kind !== 'NUMBER')
    return print(call, FLOAT, [toFloat(number)], (x = '') => open(x))
  const type = decimal(Math.min(37, number.type.scale + 3))
  return print(call, type, [castTo(number, type)], (x = '') => open(x))
}

function arrayAgg(call: Call, modifier: string): Printed {
  requireCount(call, 1, 1)
  const value = argument(call, 0)
  const { within_group: order } = call.node
  return print(call, ARRAY, [castTo(value, VARIANT)], (x) => `list(${modifier}${x}`, {
    order,
    wrap: (sql) => `to_json(coalesce(list_filter(${sql}, lambda x: x IS NOT NULL), []))`,
  })
}

function distinct(call: Call): string {
  const { args } = call.node
  const list = typeof args === 'object' && 'List' in args ? args.List : undefined
  return list?.duplicate_treatment === 'Distinct' ? 'DISTINCT ' : ''
}

function isWildcard(call: Call): boolean {
  const { args } = call.node
  const [first] = typeof args === 'object' && 'List' in args ? args.List.args : []
  return first !== undefined && 'Unnamed' in first && first.Unnamed === 'Wildcard'
}
