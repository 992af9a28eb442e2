import type { DeployStep } from './plan-deploy.ts'
import type { PlanGroup } from './print-plan.ts'

/** A plan for programs; this shape stays as it is. */
export interface PlanJson {
  /** How many steps there are. */
  readonly changes: number
  readonly steps: readonly StepJson[]
}

/** One step of a plan. */
export interface StepJson {
  readonly kind: DeployStep['kind']
  /** `compute pool CONTAINER_HOL_POOL`. */
  readonly object: string
  /** The role that does it. */
  readonly role: string
  /** Why, where no field says it. */
  readonly why: string
  readonly fields: readonly FieldJson[]
  readonly destructive: boolean
  /** What is lost. */
  readonly loses?: string
  /** The words on the command line that allow the loss. */
  readonly allowedBy?: string
  /** The statement, passwords masked. */
  readonly sql: string
}

/** One field that changes; null stands for unset. */
export interface FieldJson {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
  /** `image moved`. */
  readonly note?: string
}

export function planJson(groups: readonly PlanGroup[]): PlanJson {
  const steps = groups.flatMap((group) => group.steps.map((step) => stepJson(step, group.role)))
  return { changes: steps.length, steps }
}

function stepJson(step: DeployStep, role: string): StepJson {
  const { kind, object, why, differences, loss, sql } = step
  return {
    kind,
    object,
    role,
    why,
    fields: differences.map(({ field, shown, wanted, note }) => ({
      field,
      from: orNull(shown),
      to: orNull(wanted),
      ...(note !== undefined && { note }),
    })),
    destructive: loss !== undefined,
    ...(loss !== undefined && { loses: loss.what }),
    ...(loss?.allowedBy !== undefined && { allowedBy: loss.allowedBy }),
    sql,
  }
}

function orNull(value: unknown): unknown {
  return value === undefined || value === '' ? null : value
}
