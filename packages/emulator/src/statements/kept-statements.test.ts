import { describe, expect, test } from 'vitest'
import { testSession } from '../testing/test-account.ts'
import { KeptStatements, type KeepLimits } from './kept-statements.ts'
import { Statement } from './statement.ts'
import { packRows } from './pack-rows.ts'
import { storeAnswer } from './stored-answer.ts'

const session = testSession()

function keep(limits: KeepLimits): {
  kept: KeptStatements
  readonly end: (atMs: number, size?: number) => Promise<Statement>
} {
  const kept = new KeptStatements(limits)
  return {
    kept,
    end: async (atMs, size = 1) => {
      const statement = new Statement({ session, text: '', startedAt: new Date(0), isAsync: false })
      kept.add(statement)
      kept.addRequest('ADMIN', statement.queryId, statement)
      const answer = storeAnswer({}, await packRows([['x'.repeat(size)]]))
      statement.end({ kind: 'succeeded', typeId: 0x1000, answer }, new Date(atMs))
      kept.ended(statement, new Date(atMs))
      return statement
    },
  }
}

function isKept(kept: KeptStatements, { queryId, outcome }: Statement): boolean {
  const found = kept.maybe(queryId) !== undefined
  expect(kept.maybeByRequest('ADMIN', queryId) !== undefined).toBe(found)
  const secret = outcome?.kind === 'succeeded' ? outcome.answer.secret : ''
  expect(kept.maybeAnswer(secret) !== undefined).toBe(found)
  return found
}

describe('KeptStatements', () => {
  test('forgets the oldest beyond its number', async () => {
    const { kept, end } = keep({ statements: 2 })
    const statements = [await end(1), await end(2), await end(3)]
    expect(statements.map((each) => isKept(kept, each))).toEqual([false, true, true])
  })

  test('forgets what is too old', async () => {
    const { kept, end } = keep({ ms: 1000 })
    const statements = [await end(0), await end(500), await end(1001)]
    expect(statements.map((each) => isKept(kept, each))).toEqual([false, true, true])
  })

  test('forgets the oldest beyond its size, but never the newest', async () => {
    const { kept, end } = keep({ bytes: 1000 })
    const statements = [await end(1, 400), await end(2, 400), await end(3, 5000)]
    expect(statements.map((each) => isKept(kept, each))).toEqual([false, false, true])
    const next = await end(4, 10)
    expect([...statements, next].map((each) => isKept(kept, each))).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  test('keeps what still runs', async () => {
    const { kept, end } = keep({ statements: 1 })
    const running = new Statement({ session, text: '', startedAt: new Date(0), isAsync: false })
    kept.add(running)
    await end(1)
    await end(2)
    expect(kept.maybe(running.queryId)).toBe(running)
  })

  test('finds requests of their own user only', async () => {
    const { kept, end } = keep({})
    const { queryId } = await end(1)
    expect(kept.maybeByRequest('OTHER', queryId)).toBeUndefined()
  })
})
