import { ambiguous, checkColumn, maybeDuplicate } from './columns.ts'
import { type ColumnExpression, type Expression, type JoinSide, mapColumns } from './expression.ts'
import { columnsOf, type Lowered } from './lowered.ts'
import type { JoinPlan, NamedExpression } from './plan.ts'
import { type Select, selectAll, sourceOf } from './select.ts'

/**
 * A join as SQL, its sides named "L" and "R". A name that both sides have gets a prefix on each, as in Snowpark: `l_0001_`
 * and `r_0001_`, numbered from the inside out so that a plan always gives the same text. Columns of USING come once and
 * first.
 */
export function lowerJoin(plan: JoinPlan, left: Lowered, right: Lowered): Lowered {
  const sides = { L: left, R: right }
  const on = lowerCondition(plan, sides)
  const join = { left: sourceOf(left.select), right: sourceOf(right.select) }
  const prefixes = Math.max(left.prefixes, right.prefixes)
  if (plan.how === 'semi' || plan.how === 'anti') {
    // A join without a condition is refused before it gets here.
    const condition = on ?? { kind: 'literal', value: true }
    const isNegated = plan.how === 'anti'
    return {
      select: selectAll({ kind: 'exists', isNegated, ...join, on: condition }, left.select.columns),
      trace: (column) => (column.of === plan ? column.name : left.trace(column)),
      prefixes,
    }
  }
  const output = joinColumns(plan, left.select, right.select, prefixes + 1)
  const items = output.columns.map(({ name, expression }) => ({ name, expression }))
  const select: Select = {
    ...selectAll({ kind: 'join', how: plan.how, ...join, on }, undefined),
    items,
    columns: items.map(({ name }) => name),
  }
  const trace = (column: ColumnExpression): string | undefined => {
    if (column.of === plan) return column.name
    const found = maybeSide(plan, column, sides)
    return output.columns.find(({ from }) => found !== undefined && from[found.side] === found.name)
      ?.name
  }
  return { select, trace, prefixes: prefixes + (output.hasPrefixes ? 1 : 0) }
}

type Sides = Readonly<Record<JoinSide, Lowered>>

function lowerCondition(plan: JoinPlan, sides: Sides): Expression | undefined {
  switch (plan.on.kind) {
    case 'everything':
      return undefined
    case 'using':
      return plan.on.names
        .map((name): Expression => {
          for (const side of [sides.L, sides.R]) checkColumn(name, columnsOf(side.select))
          return { kind: 'binary', operator: '=', left: sided('L', name), right: sided('R', name) }
        })
        .reduce((left, right) => ({ kind: 'binary', operator: 'AND', left, right }))
    case 'condition':
      return mapColumns(plan.on.condition, (column) => {
        const { side, name } = maybeSide(plan, column, sides) ?? sideByName(column.name, sides)
        return sided(side, name)
      })
  }
}

/** The side that a column of `dataFrame.col()` is of, and its name there. */
function maybeSide(
  plan: JoinPlan,
  column: ColumnExpression,
  sides: Sides,
): { readonly side: JoinSide; readonly name: string } | undefined {
  if (column.of === undefined) return undefined
  const left = sides.L.trace(column)
  const right = sides.R.trace(column)
  // The very DataFrame that was joined is meant before one that was made of it.
  const isLeft = column.of === plan.left || right === undefined
  const isRight = column.of === plan.right || left === undefined
  if (left !== undefined && right !== undefined && isLeft === isRight) {
    throw ambiguous(column.name, 'both sides of the join come from the DataFrame that it is of')
  }
  if (left !== undefined && isLeft) return { side: 'L', name: left }
  return right === undefined ? undefined : { side: 'R', name: right }
}

function sideByName(name: string, sides: Sides): { side: JoinSide; name: string } {
  const left = columnsOf(sides.L.select)
  const right = columnsOf(sides.R.select)
  const isLeft = left.includes(name)
  if (isLeft && right.includes(name)) throw ambiguous(name, 'both sides of the join have it')
  checkColumn(name, isLeft ? left : [...left, ...right])
  return { side: isLeft ? 'L' : 'R', name }
}

function sided(side: JoinSide, name: string): ColumnExpression {
  return { kind: 'column', name, side }
}

/** A column of the join, and what it is called on the sides that it comes from. */
interface JoinColumn extends NamedExpression {
  readonly from: Partial<Readonly<Record<JoinSide, string>>>
}

function joinColumns(
  plan: JoinPlan,
  left: Select,
  right: Select,
  number: number,
): { readonly columns: readonly JoinColumn[]; readonly hasPrefixes: boolean } {
  const names = { L: columnsOf(left), R: columnsOf(right) }
  const using = plan.on.kind === 'using' ? plan.on.names : []
  const isShared = (name: string): boolean => names.L.includes(name) && names.R.includes(name)
  const shared = names.L.filter((name) => isShared(name) && !using.includes(name))
  const rename = plan.suffixes === undefined ? prefixed(shared, names, number) : suffixed(plan)
  const ofSide = (side: JoinSide): JoinColumn[] =>
    names[side]
      .filter((name) => !using.includes(name))
      .map((name) => ({
        name: shared.includes(name) ? rename(side, name) : name,
        expression: sided(side, name),
        from: { [side]: name },
      }))
  const keys = using.map((name) => ({
    name,
    expression: usingColumn(plan, name),
    from: { L: name, R: name },
  }))
  const columns = [...keys, ...ofSide('L'), ...ofSide('R')]
  const twice = maybeDuplicate(columns.map(({ name }) => name))
  if (twice !== undefined) throw ambiguous(twice, 'two columns of the join would have this name')
  return { columns, hasPrefixes: plan.suffixes === undefined && shared.length > 0 }
}

/** The side that has a row wherever the join has one; both, where either may be missing. */
function usingColumn(plan: JoinPlan, name: string): Expression {
  if (plan.how === 'right') return sided('R', name)
  if (plan.how !== 'full') return sided('L', name)
  return {
    kind: 'call',
    name: ['COALESCE'],
    isBuiltIn: true,
    operands: [sided('L', name), sided('R', name)],
    isDistinct: false,
    behaviour: 'pure',
  }
}

type Rename = (side: JoinSide, name: string) => string

function prefixed(
  shared: readonly string[],
  names: Readonly<Record<JoinSide, readonly string[]>>,
  number: number,
): Rename {
  const digits = number.toString(36).padStart(4, '0')
  const rename: Rename = (side, name) => `${side.toLowerCase()}_${digits}_${name}`
  const isTaken = shared.some((name) =>
    [...names.L, ...names.R].some(
      (other) => other === rename('L', name) || other === rename('R', name),
    ),
  )
  return isTaken ? prefixed(shared, names, number + 1) : rename
}

function suffixed({ suffixes }: JoinPlan): Rename {
  return (side, name) => {
    const suffix = (side === 'L' ? suffixes?.left : suffixes?.right) ?? ''
    // What needs no quotes is folded to upper case, name and suffix together.
    const isPlain = /^[A-Z_][A-Z0-9_$]*$/.test(name) && /^[A-Za-z0-9_$]*$/.test(suffix)
    return `${name}${isPlain ? suffix.toUpperCase() : suffix}`
  }
}
