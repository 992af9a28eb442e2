import type { ColumnExpression } from './expression.ts'
import type { Leaf } from './plan.ts'
import type { Select } from './select.ts'

/** The columns of the leaves that have been asked for theirs. */
export type KnownColumns = ReadonlyMap<Leaf, readonly string[]>

/** What a plan means as SQL. */
export interface Lowered {
  readonly select: Select
  /**
   * The name that a column of a DataFrame has in what comes out here, after any renaming on the way; undefined where
   * that DataFrame is no part of this one.
   */
  readonly trace: (column: ColumnExpression) => string | undefined
  /** How many joins below have generated prefixes, so that each has its own. */
  readonly prefixes: number
}

/** The names of all columns; `leavesToAsk` has seen to it that they are known. */
export function columnsOf({ columns }: Select): readonly string[] {
  if (columns === undefined) throw new RangeError('the columns of a leaf were not asked for')
  return columns
}
