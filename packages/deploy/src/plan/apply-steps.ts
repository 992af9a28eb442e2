import type { QueryRunner } from '@spcs/sql'
import { explainStepFailure } from '../diagnose/explain-step-failure.ts'
import { putText } from '../stage-files.ts'
import { type DeployStep, UNMASKED } from './plan-deploy.ts'

/** A step that begins or has been done. */
export interface StepEvent {
  readonly type: 'step-started' | 'step-done'
  readonly step: DeployStep
  /** The how manieth to begin, or to be done, from 1. */
  readonly index: number
  readonly count: number
}

export interface ApplyOptions {
  /** How many steps run at once; default 4. */
  readonly concurrency?: number | undefined
  readonly onStep?: ((event: StepEvent) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs the steps of a plan, each as soon as those are done that it comes after.
 *
 * @throws {DeployError} at the first that fails, with the code of its cause or `STEP_FAILED`: no more are begun then,
 *   and what is done stays done.
 */
export async function applySteps(
  steps: readonly DeployStep[],
  runner: QueryRunner,
  { concurrency = 4, onStep, signal }: ApplyOptions = {},
): Promise<void> {
  const count = steps.length
  const waiting = new Map(steps.map((step) => [step, comesAfter(step, steps)]))
  const running = new Map<DeployStep, Promise<DeployStep>>()
  let [begun, done] = [0, 0]
  try {
    while (waiting.size > 0 || running.size > 0) {
      for (const [step, before] of waiting) {
        if (running.size >= concurrency) break
        if (before.some((one) => waiting.has(one) || running.has(one))) continue
        signal?.throwIfAborted()
        waiting.delete(step)
        onStep?.({ type: 'step-started', step, index: ++begun, count })
        running.set(step, run(step, runner, signal))
      }
      const step = await Promise.race(running.values())
      running.delete(step)
      onStep?.({ type: 'step-done', step, index: ++done, count })
    }
  } finally {
    // Whoever is told of a failure finds nothing still at work.
    await Promise.allSettled(running.values())
  }
}

/** The steps that must be done before; plans are in order, so that none waits in a circle. */
function comesAfter(step: DeployStep, steps: readonly DeployStep[]): DeployStep[] {
  return steps
    .slice(0, steps.indexOf(step))
    .filter(({ object }) => object === step.object || step.after.includes(object))
}

async function run(
  step: DeployStep,
  runner: QueryRunner,
  signal: AbortSignal | undefined,
): Promise<DeployStep> {
  const { file } = step
  try {
    if (file === undefined) await runner.execute(step[UNMASKED] ?? step.sql, { signal })
    else await putText(runner, file.text, file.path)
    return step
  } catch (error) {
    signal?.throwIfAborted()
    throw await explainStepFailure(runner, step, error)
  }
}
