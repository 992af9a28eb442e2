import { describe, expect, test } from 'vitest'
import { Sessions } from './sessions.ts'
import { isSameToken, newToken } from './token.ts'

describe('Sessions', () => {
  test('ends a session that is not used for a week', () => {
    let now = 0
    const day = 24 * 3_600_000
    const sessions = new Sessions(() => now)
    const [used, unused] = [sessions.start(), sessions.start()]
    now += 6 * day
    expect([sessions.has(used), sessions.has('x'), sessions.has('')]).toEqual([true, false, false])
    now += 2 * day
    expect([sessions.has(used), sessions.has(unused), sessions.has(unused)]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('keeps a thousand, those used last', () => {
    const sessions = new Sessions()
    const [first, second] = [sessions.start(), sessions.start()]
    sessions.has(first)
    for (let at = 0; at < 999; at++) sessions.start()
    expect([sessions.has(first), sessions.has(second)]).toEqual([true, false])
  })
})

describe('tokens', () => {
  test('are 256 bits, new each time, and compared as a whole', () => {
    const token = newToken()
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(newToken()).not.toBe(token)
    expect(isSameToken(token, token)).toBe(true)
    for (const other of ['', token.slice(1), `${token}x`, newToken()]) {
      expect(isSameToken(other, token)).toBe(false)
    }
  })
})
