import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'
import { findInFiles, ProcessWatch } from '../operate/find-secrets.ts'

// Each stands in one place alone, from which it must not come.
const ACCOUNT = 'canary-account-5c1f'
const CONNECTION = 'canary-connection-9d27'
const WRONG = 'canary-wrong-33ab'

let directory: string
let home: string
let emulator: Emulator
let session: Session
let token: string

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spcs-canary-'))
  directory = join(folder, 'state')
  home = join(folder, 'home')
  emulator = await startEmulator({ directory, port: 0, password: ACCOUNT })
  session = await connect(emulator.connection)
  await session.execute(
    `CREATE USER DEPLOYER PASSWORD = '${CONNECTION}' DEFAULT_ROLE = ACCOUNTADMIN`,
  )
  await session.execute('GRANT ROLE ACCOUNTADMIN TO USER DEPLOYER')
  const { rows } = await session.execute('ALTER USER DEPLOYER ADD PROGRAMMATIC ACCESS TOKEN T')
  token = String(rows[0]?.[1])
  writeConnections()
})

afterAll(async () => {
  await session?.close()
  await emulator?.close()
  rmSync(join(directory, '..'), { recursive: true, force: true })
})

function writeConnections(): void {
  const { accessUrl, account } = emulator.connection
  const section = (name: string, keys: Record<string, string>): string =>
    [
      `[${name}]`,
      ...Object.entries({ account, access_url: accessUrl, user: 'DEPLOYER', ...keys }).map(
        ([key, value]) => `${key} = ${JSON.stringify(value)}`,
      ),
    ].join('\n')
  const sections = [
    section('password', { password: CONNECTION }),
    section('token', { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token }),
    section('wrong', { password: WRONG }),
  ]
  mkdirSync(join(home, '.snowflake'), { recursive: true })
  const path = join(home, '.snowflake/connections.toml')
  writeFileSync(path, sections.join('\n\n'), { mode: 0o600 })
}

test('no secret of a connection or of the account is printed, written, or seen among the processes', async () => {
  const secrets = [ACCOUNT, CONNECTION, WRONG, token]
  // What is known to be there must be found, or the rest proves nothing.
  const known = `HOME=${home}`
  const watch = new ProcessWatch([...secrets, known])
  const printed: string[] = []
  const run = async (code: number, ...words: readonly string[]): Promise<void> => {
    await using spcs = new SpcsProcess(words, { HOME: home })
    expect(await spcs.exitCode(), spcs.stderr).toBe(code)
    printed.push(spcs.stdout, spcs.stderr)
  }
  const password = ['--connection', 'password']
  const pat = ['--connection', 'token']
  await run(0, 'deploy', '--directory', directory)
  await run(0, 'deploy', '--json', ...password)
  await run(0, 'status', ...password)
  await run(0, 'status', '--json', ...pat)
  await run(0, 'logs', ...pat)
  await run(0, 'logs', '--json', ...password)
  await run(0, 'doctor', ...password)
  await run(0, 'doctor', '--json', ...pat)
  await run(11, 'status', '--connection', 'wrong')
  await run(11, 'doctor', '--json', '--connection', 'wrong')

  const { looks, found } = watch.stop()
  expect(looks).toBeGreaterThan(50)
  expect(found).toEqual([`environ of a process has ${known}`])
  expect(secrets.filter((secret) => printed.join('').includes(secret))).toEqual([])
  // How the verbs reach the account, and how it starts again: files that only their owner reads.
  const own = [`account.json has ${ACCOUNT}`, `state.json has ${ACCOUNT}`]
  expect(findInFiles(directory, secrets).toSorted()).toEqual(own)
  const given = secrets.slice(1).map((secret) => `.snowflake/connections.toml has ${secret}`)
  expect(findInFiles(home, secrets).toSorted()).toEqual(given.toSorted())
}, 300_000)
