import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { maybeProcessIdentity } from './process-identity.ts'
import { maybeRunningAccount, STATE_FORMAT, StateDirectory } from './state-directory.ts'

const defaults = { format: STATE_FORMAT, account: 'LOCAL', user: 'ADMIN', password: 'admin' }
let path: string

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'spcs-state-'))
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

describe('StateDirectory', () => {
  test('is held by one account at a time', () => {
    const held = StateDirectory.hold(path)
    expect(() => StateDirectory.hold(path)).toThrow(
      expect.objectContaining({ code: 'STATE_IN_USE' }),
    )
    held.release()
    StateDirectory.hold(path).release()
  })

  test('is taken over from a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const identity = maybeProcessIdentity(child.pid ?? 0)
    writeFileSync(join(path, 'lock'), JSON.stringify(identity))
    expect(() => StateDirectory.hold(path)).toThrow(`pid ${child.pid}`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    StateDirectory.hold(path).release()
  })

  test('is not taken for held by a later process of the same pid', () => {
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }))
    const held = StateDirectory.hold(path)
    expect(held.path).toBe(path)
    held.release()
  })

  test('keeps who the account is, and refuses to be another', () => {
    const state = StateDirectory.hold(path)
    expect(state.identify({ account: 'ACME' }, defaults)).toMatchObject({ account: 'ACME' })
    expect(state.identify({}, defaults)).toMatchObject({ account: 'ACME', user: 'ADMIN' })
    expect(() => state.identify({ account: 'OTHER' }, defaults)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })

  test('refuses the state of a newer version and leaves it alone', () => {
    writeFileSync(join(path, 'state.json'), JSON.stringify({ ...defaults, format: 99 }))
    expect(() => StateDirectory.hold(path).identify({}, defaults)).toThrow(
      expect.objectContaining({ code: 'STATE_FORMAT_UNKNOWN' }),
    )
  })

  test('a temporary one is gone once released', () => {
    const state = StateDirectory.temporary()
    expect(existsSync(state.path)).toBe(true)
    state.release()
    expect(existsSync(state.path)).toBe(false)
  })
})

describe('maybeRunningAccount()', () => {
  test('finds an account that announced itself, until it is released', () => {
    const state = StateDirectory.hold(path)
    const connection = {
      accessUrl: 'http://127.0.0.1:1',
      account: 'LOCAL',
      user: 'ADMIN',
      password: 'admin',
      role: 'ACCOUNTADMIN',
    }
    const self = maybeProcessIdentity(process.pid)
    if (self === undefined) throw new Error('this process lives')
    state.announce({ ...self, port: 1, ingressPort: 2, connection })
    expect(maybeRunningAccount(path)).toMatchObject({ pid: process.pid, connection })
    state.release()
    expect(maybeRunningAccount(path)).toBeUndefined()
  })
})
