import { applySteps, type DesiredState, planDeploy, readActualState } from '@spcs/deploy'
import type { QueryRunner } from '@spcs/sql'
import type { Progress } from './progress.ts'

/** Makes an account have what is desired; `steps` are the objects that had to be touched. */
export async function applyPlan(
  title: string,
  desired: DesiredState,
  runner: QueryRunner,
  progress: Progress,
  signal: AbortSignal,
): Promise<string[]> {
  const steps = await progress.step(title, async (detail) => {
    const planned = planDeploy(desired, await readActualState(runner, desired))
    await applySteps(planned, runner, {
      signal,
      onStep: ({ type, step, index, count }) => {
        if (type === 'step-started') detail(`${index} of ${count}, ${step.kind} ${step.object}`)
      },
    })
    return planned
  })
  for (const { kind, object, why } of steps) progress.note(`    ${kind} ${object} (${why})`)
  return steps.map(({ object }) => object)
}
