import {
  applySteps,
  type DeployStep,
  type DesiredState,
  planDeploy,
  printSteps,
  readActualState,
  refuseLosses,
} from '@spcs/deploy'
import type { QueryRunner } from '@spcs/sql'
import { allowedLosses } from './allowed-losses.ts'
import type { Invocation } from './verb.ts'

/** Makes an account have what is desired; gives the objects that had to be touched. */
export async function applyPlan(
  title: string,
  desired: DesiredState,
  runner: QueryRunner,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<string[]> {
  const steps = planDeploy(desired, await readActualState(runner, desired))
  refuseLosses(steps, allowedLosses(invocation))
  return applyPlanned(title, steps, runner, invocation)
}

/** Does the steps of a plan, and says before what they are; nothing where there are none. */
export async function applyPlanned(
  title: string,
  steps: readonly DeployStep[],
  runner: QueryRunner,
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<string[]> {
  if (steps.length === 0) return []
  progress.note(printSteps(steps))
  await progress.step(title, (detail) =>
    applySteps(steps, runner, {
      signal,
      onStep: ({ type, step, index, count }) => {
        if (type === 'step-started') detail(`${index} of ${count}, ${step.kind} ${step.object}`)
      },
    }),
  )
  return [...new Set(steps.map(({ object }) => object))]
}
