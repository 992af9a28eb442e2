import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/test-account.ts'
import { Tokens } from '../tokens.ts'
import { SessionDirectory } from './session-directory.ts'

describe('SessionDirectory', () => {
  test('renews its token; the one before stays good, and none does once it is closed', async () => {
    const tokens = new Tokens()
    const path = join(temporaryDirectory(), 'session')
    const session = new SessionDirectory({
      path,
      tokens,
      service: 'DB.PUBLIC.TINY',
      rotationMs: 5,
      lifeMs: 60_000,
    })
    const token = () => readFileSync(join(path, 'token'), 'utf8')
    const first = token()
    expect(readFileSync(join(path, 'spcs_token'), 'utf8')).toBe(first)
    await expect.poll(token).not.toBe(first)
    expect(tokens.resolve(first)).toEqual({ kind: 'service', service: 'DB.PUBLIC.TINY' })
    expect(tokens.resolve(token())).toBeDefined()
    session.close()
    expect(tokens.resolve(first)).toBeUndefined()
    expect(existsSync(path)).toBe(false)
  })
})
