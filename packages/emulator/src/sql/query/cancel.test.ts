import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { openQueryAccount } from './testing/query-account.ts'

const account = await openQueryAccount()

describe('cancelling a query', () => {
  const slow = `SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 100000)) a, TABLE(GENERATOR(ROWCOUNT => 1000000)) b
    WHERE SEQ4() % 7 = 3`

  test('stops what runs in the engine', async () => {
    const controller = new AbortController()
    const running = account.query(slow, { signal: controller.signal })
    setTimeout(() => controller.abort(), 50)
    await expect(running).rejects.toMatchObject({ code: '000604' })
    expect(await account.rows('SELECT 1')).toEqual([['1']])
  })

  test('stops what has not begun', async () => {
    const controller = new AbortController()
    const running = account.query(slow, { signal: controller.signal })
    controller.abort()
    await expect(running).rejects.toMatchObject({ code: '000604' })
    const aborted = AbortSignal.abort()
    await expect(account.query('SELECT 1', { signal: aborted })).rejects.toMatchObject({
      code: '000604',
    })
  })

  test('leaves no listener on the signal behind', async () => {
    const controller = new AbortController()
    await account.query('SELECT 1', { signal: controller.signal })
    const fired = once(controller.signal, 'abort')
    controller.abort()
    await fired
    expect(await account.rows('SELECT 2')).toEqual([['2']])
  })
})
