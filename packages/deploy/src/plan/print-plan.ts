import { type Difference, textOf } from '../objects/object-kind.ts'
import type { DeployStep } from './plan-deploy.ts'

/** Steps that one role does, one after the other. */
export interface PlanGroup {
  readonly title: string
  readonly role: string
  readonly steps: readonly DeployStep[]
}

/** A plan for people: what is done to each object, field by field, and how much it is in all. */
export function printPlan(groups: readonly PlanGroup[]): string {
  const all = groups.flatMap(({ steps }) => steps)
  if (all.length === 0) return 'Nothing to change.'
  const parts = groups
    .filter(({ steps }) => steps.length > 0)
    .map(({ title, role, steps }) => `${title} (as ${role})\n${printSteps(steps)}\n\n`)
  return `${parts.join('')}${countSteps(all)}`
}

/** One line a step, and one below it for each field that changes. */
export function printSteps(steps: readonly DeployStep[]): string {
  return steps.flatMap(printStep).join('\n')
}

/** `Plan: 2 to create, 1 to alter; 1 of them destructive.` */
export function countSteps(steps: readonly DeployStep[]): string {
  const counts = KINDS.flatMap((kind) => {
    const count = steps.filter((step) => step.kind === kind).length
    return count === 0 ? [] : [`${count} to ${kind}`]
  })
  const destructive = steps.filter(({ loss }) => loss !== undefined).length
  return `Plan: ${counts.join(', ')}${destructive === 0 ? '' : `; ${destructive} of them destructive`}.`
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

function printStep({ kind, object, why, differences, loss }: DeployStep): string[] {
  const reason = why === '' ? '' : ` (${why})`
  const wayOut = loss?.allowedBy === undefined ? 'it is refused' : `needs ${loss.allowedBy}`
  return [
    `  ${loss === undefined ? SIGNS[kind] : '!'} ${kind} ${object}${reason}`,
    ...differences.map((difference) => `      ${printDifference(difference)}`),
    ...(loss === undefined ? [] : [`      ! ${loss.what}; ${wayOut}`]),
  ]
}

function printField(value: unknown): string {
  const text = textOf(value)
  if (text === '') return 'unset'
  return typeof value === 'string' && /[\s"]/.test(value) ? JSON.stringify(value) : text
}
