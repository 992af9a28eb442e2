import type { QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { describeComputePoolSql } from '../objects/compute-pool.ts'
import { textOf } from '../objects/object-kind.ts'
import { printUnquotedName } from '../objects/property.ts'
import { rowsOrNone } from '../shown-rows.ts'
import { type Look, poll, type WaitOptions } from './poll.ts'

/**
 * Waits until a compute pool has nodes: IDLE or ACTIVE, which it returns.
 *
 * @throws {DeployError} `COMPUTE_POOL_SUSPENDED`, `COMPUTE_POOL_TIMED_OUT` or `COMPUTE_POOL_MISSING`.
 */
export async function waitForComputePool(
  runner: QueryRunner,
  name: string,
  options: WaitOptions = {},
): Promise<string> {
  const pool = printUnquotedName(name)
  const look = async (): Promise<Look<string>> => {
    const [row] = await rowsOrNone(runner, describeComputePoolSql(name))
    if (row === undefined) throw missing(pool)
    const state = textOf(row['state'])
    switch (state) {
      case 'IDLE':
      case 'ACTIVE':
        return { ready: state }
      case 'SUSPENDED':
      case 'STOPPING':
        throw new DeployError(
          'COMPUTE_POOL_SUSPENDED',
          `Cannot wait for compute pool ${pool}: it is ${state}`,
          { hint: `Run ALTER COMPUTE POOL ${pool} RESUME` },
        )
      default: {
        const message = textOf(row['status_message'])
        return { waitingFor: `${pool} is ${state}${message === '' ? '' : `: ${message}`}` }
      }
    }
  }
  const timedOut = (waitingFor: string): Promise<Error> =>
    Promise.resolve(
      new DeployError(
        'COMPUTE_POOL_TIMED_OUT',
        `Cannot wait longer for compute pool ${pool}: ${waitingFor}`,
        {
          hint: `Run DESCRIBE COMPUTE POOL ${pool}, and choose another family when it lacks capacity`,
        },
      ),
    )
  return poll(look, timedOut, options)
}

function missing(pool: string): DeployError {
  return new DeployError(
    'COMPUTE_POOL_MISSING',
    `Cannot find compute pool ${pool}: it does not exist or is not authorized`,
    { hint: 'Create it with `npx spcs setup`, or use the role that owns it' },
  )
}
