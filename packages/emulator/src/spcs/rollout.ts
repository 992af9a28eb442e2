import type { InstanceState } from './service-state.ts'

/** An instance as the next step of its service is chosen by it. */
export interface RolloutInstance {
  readonly id: number
  readonly status: InstanceState['status']
  /** True when it runs another specification than the service has now. */
  readonly isOutdated: boolean
}

export interface RolloutGoal {
  /** As many instances are to run: ids 0, 1, … */
  readonly instances: number
  /** MIN_READY_INSTANCES. */
  readonly minReady: number
}

/** What brings a service nearer to its goal. */
export type RolloutStep =
  | { readonly kind: 'end'; readonly ids: readonly number[] }
  | { readonly kind: 'begin'; readonly ids: readonly number[] }
  /** Nothing can be done until an instance changes. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' }

/**
 * The next step: end what is too many, start what is missing, then replace what is outdated, from the highest id down,
 * each only when every new one is ready and enough stay so. A rollout that fails thus leaves the rest as it was.
 *
 * @see https://docs.snowflake.com/en/sql-reference/sql/alter-service
 */
export function nextStep(instances: readonly RolloutInstance[], goal: RolloutGoal): RolloutStep {
  const extra = instances.map(({ id }) => id).filter((id) => id >= goal.instances)
  if (extra.length > 0) return { kind: 'end', ids: extra }
  const ids = Array.from({ length: goal.instances }, (_, id) => id)
  const missing = ids.filter((id) => instances.every((one) => one.id !== id))
  if (missing.length > 0) return { kind: 'begin', ids: missing }

  const outdated = instances.filter((one) => one.isOutdated).toSorted(byIdDown)
  if (outdated.length === 0) return { kind: 'done' }
  if (instances.some((one) => !one.isOutdated && !isReady(one))) return { kind: 'wait' }
  // Whoever is not ready is no loss; were it left for later, too few might be ready to go on at all.
  const next = outdated.find((one) => !isReady(one)) ?? outdated[0]
  if (next === undefined) return { kind: 'done' }
  // By default every instance must be ready, and yet one at a time is replaced.
  const needed = Math.min(goal.minReady, goal.instances - 1)
  const ready = instances.filter(isReady).length
  if (isReady(next) && ready - 1 < needed) return { kind: 'wait' }
  return { kind: 'end', ids: [next.id] }
}

function isReady({ status }: RolloutInstance): boolean {
  return status === 'READY'
}

function byIdDown(left: RolloutInstance, right: RolloutInstance): number {
  return right.id - left.id
}
