import { type Difference, textOf } from '../objects/object-kind.ts'
import type { DeployStep } from './plan-deploy.ts'

/** A plan for people: object by object what is done, field by field what changes, and how much it is in all. */
export function printPlan(steps: readonly DeployStep[]): string {
  if (steps.length === 0) return 'Nothing to change.'
  return [...steps.flatMap(printStep), '', countSteps(steps)].join('\n')
}

/** `Plan: 2 to create, 1 to alter, 1 of them destructive.` */
export function countSteps(steps: readonly DeployStep[]): string {
  const counts = KINDS.flatMap((kind) => {
    const count = steps.filter((step) => step.kind === kind).length
    return count === 0 ? [] : [`${count} to ${kind}`]
  })
  const destructive = steps.filter(({ loss }) => loss !== undefined).length
  return `Plan: ${[...counts, ...(destructive === 0 ? [] : [`${destructive} destructive`])].join(', ')}.`
}

/** `minInstances 1 → 2`. */
export function printDifference({ field, shown, wanted, note }: Difference): string {
  const change = `${field} ${printField(shown)} → ${printField(wanted)}`
  return note === undefined ? change : `${change} (${note})`
}

const KINDS: readonly DeployStep['kind'][] = ['create', 'alter', 'drop', 'grant', 'put', 'remove']
const SIGNS: Readonly<Record<DeployStep['kind'], string>> = {
  create: '+',
  alter: '~',
  drop: '-',
  grant: '+',
  put: '+',
  remove: '-',
}

function printStep(step: DeployStep): string[] {
  const { kind, object, why, differences, loss } = step
  const reason = why === '' ? '' : ` (${why})`
  return [
    `  ${loss === undefined ? SIGNS[kind] : '!'} ${kind} ${object}${reason}`,
    ...differences.map((difference) => `      ${printDifference(difference)}`),
    ...(loss === undefined ? [] : [`      ! ${loss.what}; ${printWayOut(step)}`]),
  ]
}

/** `needs --allow-recreate DB.PUBLIC.API`. */
function printWayOut({ loss }: DeployStep): string {
  return loss?.allowedBy === undefined ? 'it is refused' : `needs ${loss.allowedBy}`
}

function printField(value: unknown): string {
  const text = textOf(value)
  if (text === '') return 'unset'
  return typeof value === 'string' && /[\s"]/.test(value) ? JSON.stringify(value) : text
}
