import { checkColumn, listNames, maybeDuplicate } from './columns.ts'
import { DataFrameError } from './errors.ts'
import { type Expression, mapColumns, withoutAlias } from './expression.ts'
import {
  addAggregate,
  addDistinct,
  addFilter,
  addLimit,
  addProject,
  addSort,
  passOn,
} from './flatten.ts'
import { lowerJoin } from './lower-join.ts'
import { columnsOf, type KnownColumns, type Lowered } from './lowered.ts'
import type { Leaf, NamedExpression, Plan, SqlPlan, UnionPlan } from './plan.ts'
import { nameOf } from './print-expression.ts'
import { printQuery, type Query } from './print-select.ts'
import { columnOf, isSelectAll, type Select, selectAll } from './select.ts'
import { isQuery, shorten } from './sql-text.ts'

/**
 * The statement that a plan stands for.
 *
 * @param known The columns of at least `leavesToAsk(plan)`.
 * @throws {DataFrameError} where a column, a side of a union or the like does not fit what is known.
 */
export function toSql(plan: Plan, known: KnownColumns): Query {
  return printQuery(lower(plan, known).select)
}

function lower(plan: Plan, known: KnownColumns): Lowered {
  switch (plan.kind) {
    case 'table':
      return lowerLeaf(plan, selectAll({ kind: 'table', name: plan.name }, known.get(plan)))
    case 'sql':
      return lowerLeaf(plan, selectAll({ ...plan, kind: 'text' }, known.get(plan)))
    case 'join':
      return lowerJoin(plan, lowerInput(plan.left, known), lowerInput(plan.right, known))
    case 'union':
      return lowerUnion(plan, lowerInput(plan.left, known), lowerInput(plan.right, known))
    default:
      return lowerStep(plan, lowerInput(plan.input, known))
  }
}

/** What stands below another node: only a query can. */
function lowerInput(plan: Plan, known: KnownColumns): Lowered {
  if (plan.kind === 'sql') checkIsQuery(plan)
  return lower(plan, known)
}

function checkIsQuery({ text }: SqlPlan): void {
  if (isQuery(text)) return
  throw new DataFrameError(
    'STATEMENT_NOT_QUERY',
    `Cannot build on "${shorten(text)}": only SELECT, WITH and VALUES can be part of a query`,
    { hint: 'Call collect() or show() on the statement itself' },
  )
}

function lowerLeaf(plan: Leaf, select: Select): Lowered {
  return {
    select,
    trace: (column) => (column.of === plan ? column.name : undefined),
    prefixes: 0,
  }
}

type Step = Exclude<Plan, Leaf | { kind: 'join' | 'union' }>

function lowerStep(plan: Step, input: Lowered): Lowered {
  const settle = (expression: Expression): Expression => settleColumns(expression, input)
  const name = (expression: Expression): NamedExpression => ({
    name: nameOf(expression),
    expression: withoutAlias(settle(expression)),
  })
  const { select } = input
  switch (plan.kind) {
    case 'filter':
      return pass(plan, input, addFilter(select, settle(plan.condition)))
    case 'distinct':
      return pass(plan, input, addDistinct(select))
    case 'limit':
      return pass(plan, input, addLimit(select, plan.count, plan.offset))
    case 'sort': {
      const keys = plan.keys.map((key) => ({ ...key, expression: settle(key.expression) }))
      return pass(plan, input, addSort(select, keys))
    }
    case 'aggregate': {
      const keys = plan.keys.map(name)
      return project(plan, input, keys, addAggregate(select, keys, plan.aggregates.map(name)))
    }
    case 'project': {
      const items = plan.items.flatMap((item) =>
        item.kind === 'star' ? passOn(columnsOf(select)) : [name(item)],
      )
      return project(plan, input, items, addProject(select, items))
    }
    case 'with-columns': {
      const added = plan.columns.map((column) => ({
        name: column.name,
        expression: withoutAlias(settle(column.expression)),
      }))
      const replaced = new Set(added.map((column) => column.name))
      const kept = columnsOf(select).filter((column) => !replaced.has(column))
      const items = [...passOn(kept), ...added]
      return project(plan, input, items, addProject(select, items))
    }
    case 'rename': {
      const old = nameOf(settle(plan.column))
      const columns = columnsOf(select)
      checkColumn(old, columns)
      const items = passOn(columns).map((item) =>
        item.name === old ? { ...item, name: plan.name } : item,
      )
      return project(plan, input, items, addProject(select, items))
    }
    case 'drop': {
      const dropped = new Set(plan.columns.map((column) => nameOf(settle(column))))
      const kept = columnsOf(select).filter((column) => !dropped.has(column))
      if (kept.length === 0) {
        throw new DataFrameError('ARGUMENT_INVALID', 'Cannot drop every column: none is left', {
          hint: 'Keep at least one column',
        })
      }
      const items = passOn(kept)
      return project(plan, input, items, addProject(select, items))
    }
  }
}

/** A node that leaves the columns as they are. */
function pass(plan: Plan, input: Lowered, select: Select): Lowered {
  return {
    ...input,
    select,
    trace: (column) => (column.of === plan ? column.name : input.trace(column)),
  }
}

/** A node that makes these columns; those that are columns of its input can still be traced. */
function project(
  plan: Plan,
  input: Lowered,
  items: readonly NamedExpression[],
  select: Select,
): Lowered {
  return {
    ...input,
    select,
    trace: (column) => {
      if (column.of === plan) return column.name
      const name = input.trace(column)
      if (name === undefined) return undefined
      return items.find((item) => isColumn(item.expression, name))?.name
    },
  }
}

function isColumn(expression: Expression, name: string): boolean {
  const column = withoutAlias(expression)
  return column.kind === 'column' && column.name === name
}

/** The expression with the names that its columns have in the input now. */
function settleColumns(expression: Expression, input: Lowered): Expression {
  return mapColumns(expression, (column) => columnOf(input.trace(column) ?? column.name))
}

function lowerUnion(plan: UnionPlan, left: Lowered, right: Lowered): Lowered {
  const rightSelect = plan.isByName ? inOrderOf(left.select, right.select) : right.select
  const { columns } = left.select
  const others = rightSelect.columns
  if (columns !== undefined && others !== undefined && columns.length !== others.length) {
    throw mismatch(columns, others)
  }
  const branches = [left.select, rightSelect].flatMap((side) => branchesOf(side, plan.isAll))
  const union = selectAll({ kind: 'union', branches, isAll: plan.isAll }, columns)
  return pass(plan, { ...left, prefixes: Math.max(left.prefixes, right.prefixes) }, union)
}

/** A union of the same kind is a part of this one. */
function branchesOf(select: Select, isAll: boolean): readonly Select[] {
  const { from } = select
  return isSelectAll(select) && from.kind === 'union' && from.isAll === isAll
    ? from.branches
    : [select]
}

function inOrderOf(left: Select, right: Select): Select {
  const names = columnsOf(left)
  const others = columnsOf(right)
  const isSame = names.length === others.length && names.every((name) => others.includes(name))
  if (!isSame || maybeDuplicate(names) !== undefined) throw mismatch(names, others)
  return names.every((name, index) => name === others[index])
    ? right
    : addProject(right, passOn(names))
}

function mismatch(left: readonly string[], right: readonly string[]): DataFrameError {
  return new DataFrameError(
    'UNION_MISMATCH',
    `Cannot unite: one side has ${listNames(left)}, the other ${listNames(right)}`,
    { hint: 'Select the same columns on both sides' },
  )
}
