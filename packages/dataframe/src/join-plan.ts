import { parseIdentifier } from '@spcs/sql'
import { invalidArgument } from './arguments.ts'
import { type ColumnOrName, namedExpression } from './column.ts'
import { maybeDuplicate } from './columns.ts'
import { withoutAlias } from './expression.ts'
import type { JoinHow, JoinOn, JoinPlan, Plan } from './plan.ts'

/** What is put after names that both sides have, in place of generated prefixes. */
export interface JoinOptions {
  readonly lsuffix?: string | undefined
  readonly rsuffix?: string | undefined
}

const HOWS: ReadonlySet<string> = new Set<JoinHow>([
  'inner',
  'left',
  'right',
  'full',
  'cross',
  'semi',
  'anti',
])

/**
 * The node of a join.
 *
 * @throws {DataFrameError} `ARGUMENT_INVALID` for a join of no known kind, or one with too much or too little to join on.
 */
export function joinPlan(
  left: Plan,
  right: Plan,
  on: ColumnOrName | readonly string[] | undefined,
  how: JoinHow,
  { lsuffix, rsuffix }: JoinOptions,
): JoinPlan {
  if (!HOWS.has(how)) {
    throw invalidArgument(`join: no join is called "${how}"`, `Use one of ${[...HOWS].join(', ')}`)
  }
  const condition = joinOn(on)
  if (how === 'cross' && condition.kind !== 'everything') {
    throw invalidArgument('join: a cross join has no condition', 'Leave it out, or use inner')
  }
  if (how !== 'cross' && condition.kind === 'everything') {
    throw invalidArgument('join: nothing to join on is given', 'Give names or a condition')
  }
  const suffixes = { left: lsuffix ?? '', right: rsuffix ?? '' }
  const hasSuffixes = suffixes.left !== '' || suffixes.right !== ''
  if (hasSuffixes && suffixes.left === suffixes.right) {
    throw invalidArgument(`join: both suffixes are "${suffixes.left}"`, 'Give each side its own')
  }
  return {
    kind: 'join',
    left,
    right,
    how,
    on: condition,
    suffixes: hasSuffixes ? suffixes : undefined,
  }
}

/** A column alone is a name that both sides have. */
function joinOn(on: ColumnOrName | readonly string[] | undefined): JoinOn {
  if (on === undefined) return { kind: 'everything' }
  if (Array.isArray(on)) {
    const names = on.map((name: string) => parseIdentifier(name))
    if (names.length === 0) return { kind: 'everything' }
    const twice = maybeDuplicate(names)
    if (twice === undefined) return { kind: 'using', names }
    throw invalidArgument(`join: "${twice}" is named twice`, 'Name each column once')
  }
  const condition = withoutAlias(namedExpression(on as ColumnOrName))
  return condition.kind === 'column'
    ? { kind: 'using', names: [condition.name] }
    : { kind: 'condition', condition }
}
