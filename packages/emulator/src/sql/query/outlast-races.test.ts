import { beforeAll, describe, expect, test } from 'vitest'
import { openQueryAccount, type QueryAccount } from './testing/query-account.ts'

let account: QueryAccount
beforeAll(async () => {
  account = await openQueryAccount()
})

/** The outcomes of one statement in as many sessions at once. */
async function inSessions(count: number, sql: string): Promise<string[]> {
  const sessions = await Promise.all(
    Array.from({ length: count }, async () => ({
      ...account.session,
      engine: await account.connect(),
    })),
  )
  const outcomes = await Promise.allSettled(
    sessions.map((session) => account.query(sql, { session })),
  )
  for (const { engine } of sessions) engine.close()
  return outcomes.map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code))
}

describe('sessions that make one object at the same moment', () => {
  test('all succeed where it need not be new', async () => {
    for (const name of ['A', 'B', 'C', 'D', 'E']) {
      const outcomes = await inSessions(6, `CREATE TABLE IF NOT EXISTS ${name} (X NUMBER)`)
      expect(outcomes).toEqual(Array.from({ length: 6 }, () => 'done'))
    }
  })

  test('all but one are told that it is there', async () => {
    const outcomes = await inSessions(6, 'CREATE TABLE NEW (X NUMBER)')
    expect(outcomes.toSorted()).toEqual([...Array.from({ length: 5 }, () => '002002'), 'done'])
  })
})
