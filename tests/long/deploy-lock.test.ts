import { setTimeout as pause } from 'node:timers/promises'
import { DeployLock } from '@spcs/deploy'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const TABLE = 'LOCKS.PUBLIC.SPCS_DEPLOY_LOCKS'
const options = { schema: 'LOCKS.PUBLIC' }

let emulator: Emulator
let session: Session
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, ingressPort: 0 })
  session = await connect(emulator.connection)
  await session.execute('CREATE DATABASE locks')
})
afterAll(async () => {
  await session.close()
  await emulator.close()
})

describe('DeployLock', () => {
  test('is had by one, which is told to all others, and is free afterwards', async () => {
    {
      await using lock = await DeployLock.take(session, options)
      await expect(DeployLock.take(session, options)).rejects.toMatchObject({
        code: 'DEPLOY_LOCKED',
        message: expect.stringContaining(`(process ${process.pid}) has been at it since 2`),
        hint: expect.stringContaining('--break-lock'),
      })
      expect(lock.lost.aborted).toBe(false)
    }
    await using again = await DeployLock.take(session, options)
    expect(again.lost.aborted).toBe(false)
  })

  test('is had by one of many that ask at once', async () => {
    const sessions = await Promise.all([1, 2, 3, 4].map(() => connect(emulator.connection)))
    try {
      const asked = await Promise.allSettled(sessions.map((one) => DeployLock.take(one, options)))
      const taken = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
      expect(refused.map(({ code }: { code: string }) => code)).toEqual(
        Array.from({ length: 3 }, () => 'DEPLOY_LOCKED'),
      )
      expect(taken).toHaveLength(1)
      await Promise.all(taken.map((lock) => lock[Symbol.asyncDispose]()))
    } finally {
      await Promise.all(sessions.map((one) => one.close()))
    }
  })

  test('is taken over when it has run out, or when its process on this machine is dead', async () => {
    await using first = await DeployLock.take(session, options)
    await session.execute(
      `UPDATE ${TABLE} SET MACHINE = 'elsewhere', EXPIRES_AT = DATEADD(second, -1, SYSDATE())`,
    )
    await using second = await DeployLock.take(session, options)
    // No process has this number: it is beyond what a kernel gives.
    await session.execute(`UPDATE ${TABLE} SET PID = ${2 ** 31 - 2}`)
    await using third = await DeployLock.take(session, options)
    expect([first, second, third].map(({ lost }) => lost.aborted)).toEqual([false, false, false])
  })

  test('is renewed while it is held, and tells when it is another’s', async () => {
    await using lock = await DeployLock.take(session, { ...options, lifetimeMs: 400 })
    const expiry = async (): Promise<unknown> =>
      (await session.execute(`SELECT EXPIRES_AT FROM ${TABLE}`)).rows[0]?.[0]
    const first = await expiry()
    while (String(await expiry()) === String(first)) await pause(20)
    await using other = await DeployLock.take(session, { ...options, breakLock: true })
    if (!lock.lost.aborted) {
      await new Promise((settle) => lock.lost.addEventListener('abort', settle, { once: true }))
    }
    expect(other.lost.aborted).toBe(false)
    expect(lock.lost.reason).toMatchObject({ code: 'DEPLOY_LOCK_LOST' })
  })
})
