import { inputsOf, type Leaf, type Plan } from './plan.ts'

/** The tables and statements whose columns must be known before the plan can be written as SQL. */
export function leavesToAsk(plan: Plan): readonly Leaf[] {
  return [...new Set(leavesListed(plan, false))]
}

/** Every table and statement under a plan. */
export function leavesOf(plan: Plan): readonly Leaf[] {
  if (plan.kind === 'table' || plan.kind === 'sql') return [plan]
  return [...new Set(inputsOf(plan).flatMap(leavesOf))]
}

/** @param isListed The node above has to list the columns that come out of this one. */
function leavesListed(plan: Plan, isListed: boolean): readonly Leaf[] {
  switch (plan.kind) {
    case 'table':
    case 'sql':
      return isListed ? [plan] : []
    case 'filter':
    case 'distinct':
    case 'sort':
    case 'limit':
      return leavesListed(plan.input, isListed)
    case 'with-columns':
    case 'rename':
    case 'drop':
      return leavesListed(plan.input, true)
    case 'project':
      return leavesListed(
        plan.input,
        plan.items.some(({ kind }) => kind === 'star'),
      )
    case 'aggregate':
      return leavesListed(plan.input, false)
    case 'join':
      return [...leavesListed(plan.left, true), ...leavesListed(plan.right, true)]
    case 'union':
      return [
        ...leavesListed(plan.left, isListed || plan.isByName),
        ...leavesListed(plan.right, plan.isByName),
      ]
  }
}
