import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlanJson } from '@spcs/deploy'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect } from '@spcs/session'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'

let directory: string
let emulator: Emulator
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spcs-verbs-'))
  emulator = await startEmulator({ port: 0, ingressPort: 0, directory })
})
afterAll(async () => {
  await emulator.close()
  await rm(directory, { recursive: true, force: true })
})

/** Runs a verb against the account, as a process. */
async function spcs(...words: string[]) {
  await using verb = new SpcsProcess([...words, '--directory', directory])
  return { code: await verb.exitCode(), stdout: verb.stdout, stderr: verb.stderr }
}

describe('spcs plan, deploy and rollback', () => {
  test('plan ends with 2 when asked, and tells programs of every step', async () => {
    const { code, stdout, stderr } = await spcs('plan', '--exit-code', '--json')
    expect(code, stderr).toBe(2)
    const { changes, steps } = JSON.parse(stdout) as PlanJson
    expect(steps).toHaveLength(changes)
    expect(steps[0]).toEqual({
      kind: 'create',
      object: 'role CONTAINER_USER_ROLE',
      role: 'ACCOUNTADMIN',
      why: 'there is no such role',
      fields: [],
      destructive: false,
      sql: expect.stringContaining('CREATE ROLE IF NOT EXISTS CONTAINER_USER_ROLE'),
    })
  })

  test('deploy does all of it, says before what it costs, and nothing the second time', async () => {
    const first = await spcs('deploy')
    expect(first.code, first.stderr).toBe(0)
    expect(first.stderr).toMatch(/Plan: \d+ to create[^]*compute pool CONTAINER_HOL_POOL: [^]*✔/)
    const second = await spcs('deploy', '--json')
    expect(second.code, second.stderr).toBe(0)
    expect(JSON.parse(second.stdout)).toEqual({ changed: [] })
    const plan = await spcs('plan', '--exit-code')
    expect(plan, plan.stderr).toMatchObject({ code: 0, stdout: 'Nothing to change.\n' })
  })

  test('deploy lets the user of the configuration sign in, and leaves one alone who can', async () => {
    const { accessUrl, account, password } = emulator.connection
    await using user = await connect({ accessUrl, account, user: 'DEVELOPER', password })
    const { rows } = await user.execute('SELECT CURRENT_USER()')
    expect(rows).toEqual([['DEVELOPER']])
  })

  test('rollback wants to know which, and that there is something to go back to', async () => {
    const none = await spcs('rollback')
    expect(none.code).toBe(64)
    expect(none.stderr).toContain('Use one of convert-api, notebook')
    const impossible = await spcs('rollback', 'convert-api')
    expect(impossible.code).toBe(1)
    expect(impossible.stderr).toContain('ROLLBACK_IMPOSSIBLE')
  })
})
