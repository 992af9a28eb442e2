import { CodedError } from '@spcs/errors'
import type { QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { putText } from '../stage-files.ts'
import { type DeployStep, UNMASKED } from './plan-deploy.ts'

/** A step that begins or has been done. */
export interface StepEvent {
  readonly type: 'step-started' | 'step-done'
  readonly step: DeployStep
  /** Which of how many, from 1. */
  readonly index: number
  readonly count: number
}

export interface ApplyOptions {
  readonly onStep?: ((event: StepEvent) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs the steps of a plan one after the other.
 *
 * @throws {DeployError} `STEP_FAILED` at the first that fails; those before it stay done.
 */
export async function applySteps(
  steps: readonly DeployStep[],
  runner: QueryRunner,
  { onStep, signal }: ApplyOptions = {},
): Promise<void> {
  const count = steps.length
  for (const [position, step] of steps.entries()) {
    const index = position + 1
    signal?.throwIfAborted()
    onStep?.({ type: 'step-started', step, index, count })
    try {
      await run(step, runner, signal)
    } catch (error) {
      throw stepFailed(step, error)
    }
    onStep?.({ type: 'step-done', step, index, count })
  }
}

async function run(
  step: DeployStep,
  runner: QueryRunner,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { file } = step
  if (file === undefined) await runner.execute(step[UNMASKED] ?? step.sql, { signal })
  else await putText(runner, file.text, file.path)
}

function stepFailed({ kind, object }: DeployStep, cause: unknown): DeployError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const hint = cause instanceof CodedError ? cause.hint : undefined
  return new DeployError('STEP_FAILED', `Cannot ${kind} ${object}: ${why}`, {
    hint: hint ?? 'Correct what the message names and deploy again; what is done stays done',
    cause,
  })
}
