import { DeployError } from '../errors.ts'
import type { DeployStep } from './plan-deploy.ts'

/**
 * Stops before anything is done when a step loses what nobody allowed.
 *
 * @param allowed The words of the command line that allow something: `--allow-recreate DB.PUBLIC.API`.
 * @throws {DeployError} `PLAN_DESTRUCTIVE` naming all such steps.
 */
export function refuseLosses(
  steps: readonly DeployStep[],
  allowed: ReadonlySet<string> = new Set(),
): void {
  const refused = steps.flatMap(({ object, loss }) =>
    loss === undefined || allowed.has(loss.allowedBy ?? '') ? [] : [{ object, loss }],
  )
  const [first] = refused
  if (first === undefined) return
  const { allowedBy, hint } = first.loss
  throw new DeployError(
    'PLAN_DESTRUCTIVE',
    `Cannot go on: ${refused.map(({ object, loss }) => `${object}: ${loss.what}`).join('; ')}`,
    { hint: hint ?? `Nothing has been done. Add ${allowedBy} if that is wanted` },
  )
}
