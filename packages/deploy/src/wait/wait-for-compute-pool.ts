import type { QueryRunner } from '@spcs/sql'
import { diagnosePlacement } from '../diagnose/diagnose-pool.ts'
import { diagnosedError } from '../diagnose/diagnosis.ts'
import { DeployError } from '../errors.ts'
import { describeComputePoolSql } from '../objects/compute-pool.ts'
import { textOf } from '../objects/object-kind.ts'
import { printUnquotedName } from '../objects/property.ts'
import { rowsOrNone } from '../shown-rows.ts'
import { type Look, PATIENCE_MS, poll, type WaitOptions } from './poll.ts'

/**
 * Waits until a compute pool has nodes: IDLE or ACTIVE, which it returns.
 *
 * @throws {DeployError} `COMPUTE_POOL_SUSPENDED`, `COMPUTE_POOL_MISSING`; `COMPUTE_POOL_TIMED_OUT` also before the
 *   time-out, when the cloud has no node to give.
 */
export async function waitForComputePool(
  runner: QueryRunner,
  name: string,
  { patienceMs = PATIENCE_MS, ...options }: WaitOptions = {},
): Promise<string> {
  const pool = printUnquotedName(name)
  let lacksSince = Infinity
  const look = async (): Promise<Look<string>> => {
    const [row] = await rowsOrNone(runner, describeComputePoolSql(name))
    if (row === undefined) throw missing(pool)
    const state = textOf(row['state'])
    if (state === 'IDLE' || state === 'ACTIVE') return { ready: state }

    const diagnosis = diagnosePlacement('nodes', { computePool: pool, pool: row })
    lacksSince = diagnosis === undefined ? Infinity : Math.min(lacksSince, performance.now())
    const isOver =
      diagnosis?.code === 'COMPUTE_POOL_SUSPENDED' || performance.now() - lacksSince >= patienceMs
    if (diagnosis !== undefined && isOver) {
      throw diagnosedError(`wait for compute pool ${pool}`, diagnosis)
    }
    const message = textOf(row['status_message'])
    return { waitingFor: `${pool} is ${state}${message === '' ? '' : `: ${message}`}` }
  }
  const timedOut = (waitingFor: string): Promise<Error> => {
    const what = `Cannot wait longer for compute pool ${pool}: ${waitingFor}`
    const hint = `Run DESCRIBE COMPUTE POOL ${pool}, and choose another family when it lacks capacity`
    return Promise.resolve(new DeployError('COMPUTE_POOL_TIMED_OUT', what, { hint }))
  }
  return poll(look, timedOut, options)
}

function missing(pool: string): DeployError {
  return new DeployError(
    'COMPUTE_POOL_MISSING',
    `Cannot find compute pool ${pool}: it does not exist or is not authorized`,
    { hint: 'Create it with `npx spcs setup`, or use the role that owns it' },
  )
}
