import { readFileSync } from 'node:fs'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'

const CANARY = 'canary-91fe07'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, password: CANARY })
})
afterAll(() => emulator.close())

test.each([
  ['a login that succeeds', CANARY, [['setup']]],
  ['a login that is refused', `${CANARY}-wrong`, [['status', '--json']]],
])('%s shows no password', async (_what, password, verbs) => {
  const { hostname, port } = new URL(emulator.connection.accessUrl)
  const environment = {
    SNOWFLAKE_HOST: hostname,
    SNOWFLAKE_PORT: port,
    SNOWFLAKE_PROTOCOL: 'http',
    SNOWFLAKE_ACCOUNT: emulator.connection.account,
    SNOWFLAKE_USER: emulator.connection.user,
    SNOWFLAKE_PASSWORD: password,
  }
  for (const words of verbs) {
    await using spcs = new SpcsProcess([...words, '-x'], environment)
    const typed = wordsOf(spcs.child.pid)
    const code = await spcs.exitCode()
    expect(code, spcs.stderr).toBe(password === CANARY ? 0 : 11)
    expect(typed + spcs.stdout + spcs.stderr).not.toContain(CANARY)
  }
})

/** What other users of the machine see of a process, where they see it in a file. */
function wordsOf(pid: number | undefined): string {
  return process.platform === 'linux' ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
}
