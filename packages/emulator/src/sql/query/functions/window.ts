import { compilationError } from '../errors.ts'
import { castTo, toBigInt } from '../print/cast.ts'
import { compose, type Printed } from '../print/printed.ts'
import { printWindow } from '../print/window.ts'
import { divide } from '../print/arithmetic.ts'
import { FLOAT, INTEGER, type SqlType } from '../sql-type.ts'
import {
  argument,
  asParameter,
  type Call,
  type FunctionPrinter,
  type FunctionTable,
  requireCount,
} from './function-table.ts'

// Snowflake gives these three the whole partition where no frame is named; SQL ends it at the current row.
const WHOLE_PARTITION = 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'

const rank =
  (name: string, type: SqlType = INTEGER): FunctionPrinter =>
  (call) => {
    requireCount(call, 0, 0)
    return print(call, type, [], `${name}()`)
  }

/** Functions that need OVER. */
export const windowFunctions: FunctionTable = {
  ROW_NUMBER: rank('row_number'),
  RANK: rank('rank'),
  DENSE_RANK: rank('dense_rank'),
  PERCENT_RANK: rank('percent_rank', FLOAT),
  CUME_DIST: rank('cume_dist', FLOAT),
  NTILE: (call) => {
    requireCount(call, 1, 1)
    const buckets = toBigInt(argument(call, 0))
    return print(call, INTEGER, [buckets], `ntile(${buckets.sql})`)
  },
  LAG: (call) => shifted(call, 'lag'),
  LEAD: (call) => shifted(call, 'lead'),
  FIRST_VALUE: (call) => picked(call, 'first_value'),
  LAST_VALUE: (call) => picked(call, 'last_value'),
  NTH_VALUE: (call) => picked(call, 'nth_value'),
  RATIO_TO_REPORT: (call) => {
    requireCount(call, 1, 1)
    const value = asParameter(argument(call, 0), 'number')
    const total = print(call, value.type, [value], `sum(${value.sql})`)
    return divide(value, castTo({ ...total, integer: false }, value.type))
  },
}

function print(
  call: Call,
  type: SqlType,
  args: readonly Printed[],
  sql: string,
  frame = '',
): Printed {
  const window = printWindow(call.node, call.scope, frame)
  if (window.sql === '') {
    throw compilationError(
      '002303',
      '42601',
      `missing OVER clause for window function [${call.name}]`,
      undefined,
    )
  }
  const whole = compose(type, [...args, ...window.parts], () => '', { integer: type === INTEGER })
  return {
    ...whole,
    sql: `${sql}${window.sql}`,
    rounds: Math.max(whole.rounds, call.scope.rounds),
  }
}

function shifted(call: Call, name: string): Printed {
  requireCount(call, 1, 3)
  const value = argument(call, 0)
  const offset = call.args[1] === undefined ? undefined : toBigInt(call.args[1])
  const fallback = call.args[2] === undefined ? undefined : castTo(call.args[2], value.type)
  const args = [value, offset, fallback].filter((arg) => arg !== undefined)
  const inside = args.map((arg) => arg.sql).join(', ')
  return {
    ...print(call, value.type, args, `${name}(${inside}${ignoreNulls(call)})`),
    integer: false,
  }
}

function picked(call: Call, name: string): Printed {
  const count = name === 'nth_value' ? 2 : 1
  requireCount(call, count, count)
  const value = argument(call, 0)
  const args = [value, ...call.args.slice(1).map(toBigInt)]
  const inside = args.map((arg) => arg.sql).join(', ')
  return {
    ...print(call, value.type, args, `${name}(${inside}${ignoreNulls(call)})`, WHOLE_PARTITION),
    integer: false,
  }
}

function ignoreNulls(call: Call): string {
  const { args, null_treatment: outside } = call.node
  const clauses = typeof args === 'object' && 'List' in args ? args.List.clauses : []
  const inside = clauses.some((clause) => clause['IgnoreOrRespectNulls'] === 'IgnoreNulls')
  return inside || outside === 'IgnoreNulls' ? ' IGNORE NULLS' : ''
}
