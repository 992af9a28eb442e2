import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openSession } from './account.ts'
import { loadEnvironment, PROJECT } from './config.ts'
import { describeEnvironment } from './describe-environment.ts'
import { Output } from './output.ts'
import { Progress } from './progress.ts'
import { setUp } from './setup.ts'
import type { Invocation } from './verb.ts'

const CANARY = 'canary-5d0e'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PKCS8 = { format: 'pem', type: 'pkcs8' } as const
const LOCK = { cipher: 'aes-256-cbc', passphrase: `${CANARY}-passphrase` }

let home: string
let emulator: Emulator
let admin: Session
let accessToken: string

// One account with a user who has a password, a key and an access token.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'spcs-connections-'))
  emulator = await startEmulator({ port: 0 })
  admin = await connect(emulator.connection)
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  await admin.execute(`CREATE USER ci PASSWORD = '${CANARY}' RSA_PUBLIC_KEY = '${key}'`)
  const { rows } = await admin.execute('ALTER USER ci ADD PROGRAMMATIC ACCESS TOKEN t')
  accessToken = String(rows[0]?.[1])
  await writeFile(join(home, 'open.p8'), privateKey.export(PKCS8))
  await writeFile(join(home, 'locked.p8'), privateKey.export({ ...PKCS8, ...LOCK }))
  await writeFile(join(home, 'token'), accessToken)
})
beforeEach(() => {
  vi.stubEnv('SNOWFLAKE_HOME', home)
})
afterAll(async () => {
  await admin.close()
  await emulator.close()
  await rm(home, { recursive: true })
})

/** An invocation whose stderr is kept. */
function invocationOf(options: Invocation['options']): Invocation & { readonly lines: string[] } {
  const lines: string[] = []
  const progress = new Progress({ write: (text: string) => lines.push(text) })
  const { signal } = new AbortController()
  return { options, positionals: [], progress, output: new Output(false), signal, lines }
}

describe('openSession() signs in at the local account', () => {
  test.each<[string, () => Record<string, string>]>([
    ['by password', () => ({ user: 'ci', password: CANARY })],
    [
      'by password and second factor',
      () => ({ user: 'ci', password: CANARY, authenticator: 'username_password_mfa' }),
    ],
    ['by key file', () => ({ user: 'ci', private_key_file: join(home, 'open.p8') })],
    [
      'by encrypted key file',
      () => ({
        user: 'ci',
        private_key_file: join(home, 'locked.p8'),
        private_key_passphrase: LOCK.passphrase,
      }),
    ],
    [
      'by key text',
      () => ({
        user: 'ci',
        private_key_raw: privateKey.export(PKCS8).toString(),
        authenticator: 'SNOWFLAKE_JWT',
      }),
    ],
    ['by access token', () => ({ authenticator: 'programmatic_access_token', token: accessToken })],
    [
      'by access token in a file',
      () => ({
        authenticator: 'PROGRAMMATIC_ACCESS_TOKEN',
        token_file_path: join(home, 'token'),
      }),
    ],
  ])('%s, and says as whom', async (_how, credentials) => {
    const section = {
      access_url: emulator.connection.accessUrl,
      account: emulator.connection.account,
      ...credentials(),
    }
    const lines = Object.entries(section).map(([key, text]) => `${key} = ${JSON.stringify(text)}`)
    const path = join(home, 'connections.toml')
    await writeFile(path, ['[ci]', ...lines].join('\n'), { mode: 0o600 })
    const invocation = invocationOf({ connection: 'ci', env: 'test' })
    await using session = await openSession(invocation)
    expect((await session.execute('SELECT CURRENT_USER()')).rows).toEqual([['CI']])
    expect(invocation.lines.join('')).toContain(
      'Environment test: account LOCAL-LOCAL, user CI, role PUBLIC\n',
    )
    expect(invocation.lines.join('')).not.toContain(CANARY)
  })

  test('by variables alone', async () => {
    const { protocol, hostname, port } = new URL(emulator.connection.accessUrl)
    const variables = { HOST: hostname, PORT: port, PROTOCOL: protocol.replace(':', '') }
    const who = { ACCOUNT: emulator.connection.account, USER: 'ci', PASSWORD: CANARY }
    for (const [name, value] of Object.entries({ ...variables, ...who })) {
      vi.stubEnv(`SNOWFLAKE_${name}`, value)
    }
    await using session = await openSession(invocationOf({ 'temporary-connection': true }))
    expect((await session.execute('SELECT CURRENT_USER()')).rows).toEqual([['CI']])
  })
})

test('allowAllEgress makes an integration, and makes it once', async () => {
  const environment = await loadEnvironment({ options: { env: 'dev' } })
  const values = { ...environment.values, allowAllEgress: true }
  const config = await describeEnvironment({ ...environment, values }, PROJECT)
  const [first, second] = [invocationOf({}), invocationOf({})]
  await setUp(admin, config, first)
  await setUp(admin, config, second)
  expect(first.lines.join('')).toContain('ALLOW_ALL_EAI')
  expect(second.lines.join('')).not.toContain('ALLOW_ALL_EAI')
})
