import { unsupported } from '../../../snowflake-error.ts'
import type { FrameBound, FunctionCall, OrderByExpression, WindowSpec } from '../ast.ts'
import { storedName } from '../names.ts'
import type { Scope } from '../scope.ts'
import { compilationError } from '../errors.ts'
import type { Printed } from './printed.ts'

/** A function's OVER clause as it is printed, with what it hangs on. */
export interface PrintedWindow {
  /** `OVER (…)`, or nothing for a plain aggregate. */
  readonly sql: string
  readonly parts: readonly Printed[]
  readonly ordered: boolean
  readonly framed: boolean
}

/** The OVER clause of a call; `defaultFrame` stands in where it names none. */
export function printWindow(call: FunctionCall, scope: Scope, defaultFrame = ''): PrintedWindow {
  const { over } = call
  if (over === undefined) return { sql: '', parts: [], ordered: false, framed: false }
  const spec =
    'WindowSpec' in over ? over.WindowSpec : namedWindow(storedName(over.NamedWindow), scope)
  if (spec.window_name !== undefined) {
    throw unsupported('a window based on another')
  }
  const partition = spec.partition_by.map((item) => scope.statement.expression(item, scope))
  const order = spec.order_by.map((item) => ({
    item,
    printed: scope.statement.expression(item.expr, scope),
  }))
  const frame = spec.window_frame
  const clauses = [
    partition.length === 0 ? '' : `PARTITION BY ${partition.map((part) => part.sql).join(', ')}`,
    order.length === 0
      ? ''
      : `ORDER BY ${order.map(({ item, printed }) => `${printed.sql}${printDirection(item)}`).join(', ')}`,
    frame === undefined
      ? defaultFrame
      : `${frame.units.toUpperCase()} BETWEEN ${printBound(frame.start_bound, scope, 'PRECEDING')} AND ${
          frame.end_bound === undefined
            ? 'CURRENT ROW'
            : printBound(frame.end_bound, scope, 'FOLLOWING')
        }`,
  ]
  return {
    sql: ` OVER (${clauses.filter((clause) => clause !== '').join(' ')})`,
    parts: [...partition, ...order.map(({ printed }) => printed)],
    ordered: order.length > 0,
    framed: frame !== undefined,
  }
}

/** Snowflake takes NULL for the largest value: last when ascending, first when descending. */
export function printDirection(item: OrderByExpression): string {
  const descending = item.options.asc === false
  const nullsFirst = item.options.nulls_first ?? descending
  return `${descending ? ' DESC' : ' ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`
}

function namedWindow(name: string, scope: Scope): WindowSpec {
  const spec = scope.windows.get(name)
  if (spec === undefined) {
    throw compilationError('002004', '42601', `Window '${name}' does not exist`, undefined)
  }
  return spec
}

function printBound(bound: FrameBound, scope: Scope, unbounded: 'PRECEDING' | 'FOLLOWING'): string {
  if (bound === 'CurrentRow') return 'CURRENT ROW'
  const [direction, offset] =
    'Preceding' in bound ? ['PRECEDING', bound.Preceding] : ['FOLLOWING', bound.Following]
  if (offset === undefined) return `UNBOUNDED ${direction ?? unbounded}`
  return `${scope.statement.expression(offset, scope).sql} ${direction}`
}
