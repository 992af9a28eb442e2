import type { QueryRunner } from '@spcs/sql'
import { isMissing } from '../shown-rows.ts'
import { poll, type WaitOptions } from '../wait/poll.ts'
import type { CleanupDrop } from './cleanup-plan.ts'

/** Services that end hold their pool for half a minute or more. */
const WAIT_MS = 300_000

/**
 * Drops one object. A compute pool, and whatever else is refused because something in it still ends, is tried again
 * until it is free.
 *
 * @throws what the account says to a drop that it refuses for good.
 */
export async function applyDrop(
  runner: QueryRunner,
  { sql }: CleanupDrop,
  options: WaitOptions = {},
): Promise<void> {
  let refusal: Error = new Error('nothing was dropped')
  for (const statement of sql) {
    await poll(
      async () => {
        try {
          await runner.execute(statement)
          return { ready: true }
        } catch (error) {
          if (isMissing(error)) return { ready: true }
          if (!(error instanceof Error) || !isStillEnding(error)) throw error
          refusal = error
          return { waitingFor: error.message }
        }
      },
      () => Promise.resolve(refusal),
      { timeoutMs: WAIT_MS, ...options },
    )
  }
}

/** Neither code nor wording of this refusal is documented for every kind of object. */
function isStillEnding(error: Error): boolean {
  if (!('snowflakeCode' in error)) return false
  return /cannot be dropped|is in it|still|stopping|in use|being (deleted|dropped)|not empty/i.test(
    error.message,
  )
}
