import type { QueryRunner } from '@spcs/sql'
import { type Check, noted, ok } from './check.ts'

/** A session token and a key pair's token are good for a time by Snowflake's clock. */
const MOST_SKEW_MS = 60_000

/** Who is signed in where, and how far this machine's clock is from the account's. */
export async function checkSession(
  runner: QueryRunner,
  now: () => number = () => Date.now(),
): Promise<Check[]> {
  const askedAt = now()
  const { rows } = await runner.execute(
    'SELECT CURRENT_ACCOUNT(), CURRENT_USER(), CURRENT_ROLE(), CURRENT_VERSION(), SYSDATE()',
  )
  const halfway = (askedAt + now()) / 2
  const [account, user, role, version, time] = rows[0] ?? []
  const identity = `user ${String(user)} with role ${String(role)}, Snowflake ${String(version)}`
  return [ok(`account ${String(account)}`, identity), checkClock(time, halfway)]
}

function checkClock(time: unknown, localMs: number): Check {
  const subject = 'clock'
  if (!(time instanceof Date)) return noted(subject, 'the account told no time')
  const skewMs = localMs - time.getTime()
  const seconds = Math.abs(Math.round(skewMs / 1000))
  if (Math.abs(skewMs) < MOST_SKEW_MS) return ok(subject, `within ${seconds} s of the account's`)
  return noted(
    subject,
    `${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the account's`,
    'Set the clock of this machine: tokens are refused when it is wrong',
  )
}
