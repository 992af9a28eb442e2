import type { Value } from '@spcs/sql'
import type { ColumnExpression, Expression } from './expression.ts'
import type { JoinHow, NamedExpression, SortKey } from './plan.ts'

/** One SELECT as data: what a plan is lowered to, and what `print-select.ts` writes. */
export interface Select {
  /** Undefined: every column of the source, as `*`. */
  readonly items: readonly NamedExpression[] | undefined
  /** The names of the columns that come out, as far as they are known. */
  readonly columns: readonly string[] | undefined
  readonly from: Source
  readonly where: readonly Expression[]
  /** The first so many items are what rows are grouped by; undefined where nothing is aggregated. */
  readonly groupedBy: number | undefined
  readonly isDistinct: boolean
  readonly orderBy: readonly SortKey[]
  readonly limit: { readonly count: number; readonly offset: number } | undefined
}

export type Source =
  | { readonly kind: 'table'; readonly name: readonly string[] }
  | { readonly kind: 'text'; readonly text: string; readonly binds: readonly Value[] }
  | { readonly kind: 'select'; readonly select: Select }
  | JoinSource
  | ExistsSource
  | {
      readonly kind: 'union'
      readonly branches: readonly Select[]
      readonly isAll: boolean
    }

/** Two sources, named "L" and "R". */
export interface JoinSource {
  readonly kind: 'join'
  readonly how: Exclude<JoinHow, 'semi' | 'anti'>
  readonly left: Source
  readonly right: Source
  /** Undefined for a cross join. */
  readonly on: Expression | undefined
}

/** The rows of "L" that have a row in "R", or have none. */
export interface ExistsSource {
  readonly kind: 'exists'
  readonly isNegated: boolean
  readonly left: Source
  readonly right: Source
  readonly on: Expression
}

/** Everything that the source has. */
export function selectAll(from: Source, columns: readonly string[] | undefined): Select {
  return {
    items: undefined,
    columns,
    from,
    where: [],
    groupedBy: undefined,
    isDistinct: false,
    orderBy: [],
    limit: undefined,
  }
}

/** What stands in a FROM for this SELECT: itself in brackets, or its source where it does nothing to it. */
export function sourceOf(select: Select): Source {
  return isSelectAll(select) ? select.from : { kind: 'select', select }
}

/** A SELECT over this one, which may then be added to in every way. */
export function wrap(select: Select): Select {
  return selectAll(sourceOf(select), select.columns)
}

/** The same, its rows in the same order: a query promises nothing about the order of what it reads from another one. */
export function wrapInOrder(select: Select): Select {
  const { orderBy, limit } = select
  // A key names what comes out of a SELECT, or is over a source all of whose columns come out.
  return { ...wrap(limit === undefined ? { ...select, orderBy: [] } : select), orderBy }
}

/** True where the SELECT only passes on what its source has. */
export function isSelectAll(select: Select): boolean {
  return (
    // This one needs the WHERE of a SELECT.
    select.from.kind !== 'exists' &&
    select.items === undefined &&
    select.where.length === 0 &&
    select.groupedBy === undefined &&
    !select.isDistinct &&
    select.orderBy.length === 0 &&
    select.limit === undefined
  )
}

/** A column of a SELECT, by its name. */
export function columnOf(name: string): ColumnExpression {
  return { kind: 'column', name }
}
