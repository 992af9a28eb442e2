import type { Value } from '@spcs/sql'
import type { Expression } from './expression.ts'

/*
 * A query as data. Each method of a DataFrame puts one node on top of another; nothing here is ever changed. `to-sql.ts`
 * says what a node means, `leaves.ts` which tables must be asked for their columns first.
 */
export type Plan =
  | Leaf
  | ProjectPlan
  | FilterPlan
  | WithColumnsPlan
  | RenamePlan
  | DropPlan
  | DistinctPlan
  | AggregatePlan
  | JoinPlan
  | UnionPlan
  | SortPlan
  | LimitPlan

/** Where rows come from: what only the account knows the columns of. */
export type Leaf = TablePlan | SqlPlan

export interface TablePlan {
  readonly kind: 'table'
  readonly name: readonly string[]
}

export interface SqlPlan {
  readonly kind: 'sql'
  /** Without a semicolon at its end. */
  readonly text: string
  readonly binds: readonly Value[]
}

export interface ProjectPlan {
  readonly kind: 'project'
  readonly input: Plan
  readonly items: readonly Expression[]
}

export interface FilterPlan {
  readonly kind: 'filter'
  readonly input: Plan
  readonly condition: Expression
}

export interface WithColumnsPlan {
  readonly kind: 'with-columns'
  readonly input: Plan
  readonly columns: readonly NamedExpression[]
}

/** An expression and the name of the column that it makes. */
export interface NamedExpression {
  readonly name: string
  readonly expression: Expression
}

export interface RenamePlan {
  readonly kind: 'rename'
  readonly input: Plan
  readonly column: Expression
  readonly name: string
}

export interface DropPlan {
  readonly kind: 'drop'
  readonly input: Plan
  readonly columns: readonly Expression[]
}

export interface DistinctPlan {
  readonly kind: 'distinct'
  readonly input: Plan
}

export interface AggregatePlan {
  readonly kind: 'aggregate'
  readonly input: Plan
  readonly keys: readonly Expression[]
  readonly aggregates: readonly Expression[]
}

export type JoinHow = 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti'

export interface JoinPlan {
  readonly kind: 'join'
  readonly left: Plan
  readonly right: Plan
  readonly how: JoinHow
  readonly on: JoinOn
  /** What is put after names that both sides have; without either, generated prefixes are put before them. */
  readonly suffixes: { readonly left: string; readonly right: string } | undefined
}

export type JoinOn =
  | { readonly kind: 'everything' }
  | { readonly kind: 'using'; readonly names: readonly string[] }
  | { readonly kind: 'condition'; readonly condition: Expression }

export interface UnionPlan {
  readonly kind: 'union'
  readonly left: Plan
  readonly right: Plan
  readonly isAll: boolean
  /** Columns go together by their names rather than by their places. */
  readonly isByName: boolean
}

export interface SortPlan {
  readonly kind: 'sort'
  readonly input: Plan
  readonly keys: readonly SortKey[]
}

/** One key of an order. */
export interface SortKey {
  readonly kind: 'sort-key'
  readonly expression: Expression
  readonly isDescending: boolean
  /** Undefined: Snowflake's own rule, which puts NULLs last when ascending and first when descending. */
  readonly nulls: 'first' | 'last' | undefined
}

export interface LimitPlan {
  readonly kind: 'limit'
  readonly input: Plan
  readonly count: number
  readonly offset: number
}

/** The plans that this one is directly built on. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case 'table':
    case 'sql':
      return []
    case 'join':
    case 'union':
      return [plan.left, plan.right]
    default:
      return [plan.input]
  }
}
