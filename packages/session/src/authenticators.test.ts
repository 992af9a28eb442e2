import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { printError } from '@spcs/errors'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { resolveConnectionOptions } from './connection-options.ts'
import { loadDriver } from './driver.ts'
import { connect, driverOptions } from './session.ts'
import { WireAccount } from './testing/wire-account.ts'

const ACCOUNT = { SNOWFLAKE_ACCOUNT: 'ORG-A' }
const CANARY = 'canary-20b7c1'
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs8 = { format: 'pem', type: 'pkcs8' } as const
const PEM = privateKey.export(pkcs8).toString()
const LOCKED_PEM = privateKey
  .export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'open sesame' })
  .toString()

let folder: string
let account: WireAccount

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-keys-'))
  account = await WireAccount.start()
})
beforeEach(() => {
  account.logins.length = 0
})
afterAll(async () => {
  await account.stop()
  await rm(folder, { recursive: true })
})

/** Variables of the account that runs here. */
function here(variables: Record<string, string>): Record<string, string> {
  const address = { HOST: '127.0.0.1', PORT: String(account.port), PROTOCOL: 'http' }
  return Object.fromEntries(
    Object.entries({ ...address, ACCOUNT: 'LOCAL', ...variables }).map(([key, value]) => [
      key === key.toUpperCase() && !key.startsWith('PRIVATE_KEY_PASS') ? `SNOWFLAKE_${key}` : key,
      value,
    ]),
  )
}

/** What a login with these variables sends. */
async function sentBy(variables: Record<string, string>): Promise<unknown> {
  const session = await connect({ temporaryConnection: true }, here(variables))
  await session.close()
  const [login] = account.logins
  return login?.body
}

describe('every authenticator', () => {
  const user = { USER: 'U' }
  test.each<[string, Record<string, string>, object]>([
    ['SNOWFLAKE', { ...user, PASSWORD: 'P' }, { username: 'U', password: 'P' }],
    [
      'USERNAME_PASSWORD_MFA',
      { ...user, PASSWORD: 'P', PASSCODE: '123456', CLIENT_STORE_TEMPORARY_CREDENTIAL: 'true' },
      { passcode: '123456', clientRequestMFAToken: true },
    ],
    [
      'USERNAME_PASSWORD_MFA',
      { ...user, PASSWORD: 'P123456', PASSCODE_IN_PASSWORD: 'true' },
      { password: 'P123456', passcodeInPassword: true },
    ],
    ['EXTERNALBROWSER', user, { username: 'U' }],
    ['SNOWFLAKE_JWT', { ...user, PRIVATE_KEY_RAW: PEM }, { privateKey: PEM }],
    ['SNOWFLAKE_JWT', { ...user, PRIVATE_KEY_FILE: '/k.p8' }, { privateKeyPath: '/k.p8' }],
    ['OAUTH', { TOKEN: 'T' }, { token: 'T' }],
    ['OAUTH_AUTHORIZATION_CODE', {}, {}],
    [
      'OAUTH_AUTHORIZATION_CODE',
      {
        OAUTH_CLIENT_ID: 'I',
        OAUTH_CLIENT_SECRET: 'S',
        OAUTH_AUTHORIZATION_URL: 'https://idp.example/authorize',
        OAUTH_TOKEN_REQUEST_URL: 'https://idp.example/token',
        OAUTH_REDIRECT_URI: 'http://127.0.0.1:9000',
        OAUTH_SCOPE: 'session:role:R',
        OAUTH_ENABLE_SINGLE_USE_REFRESH_TOKENS: 'true',
      },
      {
        oauthClientId: 'I',
        oauthClientSecret: 'S',
        oauthAuthorizationUrl: 'https://idp.example/authorize',
        oauthTokenRequestUrl: 'https://idp.example/token',
        oauthRedirectUri: 'http://127.0.0.1:9000',
        oauthScope: 'session:role:R',
        oauthEnableSingleUseRefreshTokens: true,
      },
    ],
    [
      'OAUTH_CLIENT_CREDENTIALS',
      {
        OAUTH_CLIENT_ID: 'I',
        OAUTH_CLIENT_SECRET: 'S',
        OAUTH_TOKEN_REQUEST_URL: 'https://idp.example/token',
      },
      { oauthClientId: 'I', oauthClientSecret: 'S' },
    ],
    ['PROGRAMMATIC_ACCESS_TOKEN', { ...user, TOKEN: 'T' }, { token: 'T' }],
    ['PROGRAMMATIC_ACCESS_TOKEN', { PASSWORD: 'T' }, { password: 'T' }],
    [
      'WORKLOAD_IDENTITY',
      { WORKLOAD_IDENTITY_PROVIDER: 'aws', WORKLOAD_IDENTITY_AWS_USE_OUTBOUND_TOKEN: 'true' },
      { workloadIdentityProvider: 'AWS', workloadIdentityAwsUseOutboundToken: true },
    ],
    [
      'WORKLOAD_IDENTITY',
      { WORKLOAD_IDENTITY_PROVIDER: 'AZURE', WORKLOAD_IDENTITY_ENTRA_RESOURCE: 'api://R' },
      { workloadIdentityProvider: 'AZURE', workloadIdentityAzureEntraIdResource: 'api://R' },
    ],
    [
      'WORKLOAD_IDENTITY',
      { WORKLOAD_IDENTITY_PROVIDER: 'GCP', WORKLOAD_IDENTITY_IMPERSONATION_PATH: 'a@p, b@p' },
      { workloadIdentityProvider: 'GCP', workloadIdentityImpersonationPath: ['a@p', 'b@p'] },
    ],
    [
      'WORKLOAD_IDENTITY',
      { WORKLOAD_IDENTITY_PROVIDER: 'OIDC', TOKEN: 'JWT' },
      { workloadIdentityProvider: 'OIDC', token: 'JWT' },
    ],
    ['HTTPS://ACME.OKTA.COM', { ...user, PASSWORD: 'P' }, { password: 'P' }],
  ])('%s is given to the driver, which takes it', async (authenticator, variables, expected) => {
    const environment = Object.fromEntries(
      Object.entries({ ...variables, AUTHENTICATOR: authenticator.toLowerCase() }).map(
        ([key, value]) => [`SNOWFLAKE_${key}`, value],
      ),
    )
    const resolved = await resolveConnectionOptions(
      { temporaryConnection: true },
      { ...ACCOUNT, ...environment },
    )
    const options = driverOptions(resolved, false)
    expect(options).toMatchObject({ account: 'ORG-A', authenticator, ...expected })
    const driver = await loadDriver()
    expect(driver.createConnection(options).isUp()).toBe(false)
  })

  test.each<[string, Record<string, string>, string]>([
    ['snowflake', {}, 'no user given'],
    ['snowflake', user, 'no password given'],
    ['username_password_mfa', user, 'no password given'],
    ['snowflake_jwt', {}, 'no user given'],
    ['snowflake_jwt', user, 'no private key given'],
    ['oauth', user, 'no token given'],
    ['oauth_authorization_code', { OAUTH_CLIENT_ID: 'I' }, 'no oauth_client_secret given'],
    ['oauth_client_credentials', {}, 'no oauth_client_id given'],
    ['oauth_client_credentials', { OAUTH_CLIENT_ID: 'I' }, 'no oauth_client_secret given'],
    ['programmatic_access_token', user, 'no token given'],
    ['workload_identity', {}, 'no workload_identity_provider given'],
    ['workload_identity', { WORKLOAD_IDENTITY_PROVIDER: 'oidc' }, 'no token given'],
    [
      'workload_identity',
      { WORKLOAD_IDENTITY_PROVIDER: 'oracle' },
      'workload_identity_provider "ORACLE" is unknown',
    ],
    ['https://acme.okta.com', user, 'no password given'],
    ['snowflake-jwt', user, 'authenticator "SNOWFLAKE-JWT" is unknown'],
  ])('%s with %j says: %s', async (authenticator, variables, state) => {
    const environment = here({ ...variables, AUTHENTICATOR: authenticator })
    await expect(connect({ temporaryConnection: true }, environment)).rejects.toMatchObject({
      message: `Cannot connect: ${state}`,
      hint: expect.any(String),
    })
  })
})

describe('connect() sends', () => {
  test('a second factor', async () => {
    const variables = { USER: 'U', PASSWORD: 'P', AUTHENTICATOR: 'username_password_mfa' }
    expect(await sentBy({ ...variables, PASSCODE: '123456' })).toMatchObject({
      data: {
        AUTHENTICATOR: 'USERNAME_PASSWORD_MFA',
        PASSCODE: '123456',
        EXT_AUTHN_DUO_METHOD: 'passcode',
      },
    })
  })

  test('a token that the key signed, from an encrypted file too', async () => {
    const file = join(folder, 'key.p8')
    await writeFile(file, LOCKED_PEM)
    const sent = await sentBy({
      USER: 'U',
      PRIVATE_KEY_FILE: file,
      PRIVATE_KEY_PASSPHRASE: 'open sesame',
    })
    expect(sent).toMatchObject({
      data: { AUTHENTICATOR: 'SNOWFLAKE_JWT', TOKEN: expect.stringMatching(/^ey/) },
    })
  })

  test('the token that client credentials are given', async () => {
    const sent = await sentBy({
      AUTHENTICATOR: 'oauth_client_credentials',
      OAUTH_CLIENT_ID: 'I',
      OAUTH_CLIENT_SECRET: 'S',
      OAUTH_SCOPE: 'session:role:R',
    })
    expect(sent).toMatchObject({ data: { AUTHENTICATOR: 'OAUTH', TOKEN: 'issued-token' } })
    expect(Object.fromEntries(account.tokenRequests[0] ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      client_id: 'I',
      client_secret: 'S',
      scope: 'session:role:R',
    })
  })

  test('the JWT of an OIDC workload', async () => {
    vi.stubEnv('SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES', '127.0.0.1')
    const variables = { AUTHENTICATOR: 'workload_identity', WORKLOAD_IDENTITY_PROVIDER: 'oidc' }
    expect(await sentBy({ ...variables, TOKEN: 'the-jwt' })).toMatchObject({
      data: { AUTHENTICATOR: 'WORKLOAD_IDENTITY', PROVIDER: 'OIDC', TOKEN: 'the-jwt' },
    })
  })
})

describe('a private key', () => {
  test.each<[Record<string, string>, string, string]>([
    [{ PRIVATE_KEY_FILE: '/no/such.p8' }, 'CONFIG_UNREADABLE', 'key file "/no/such.p8"'],
    [{ PRIVATE_KEY_RAW: CANARY }, 'OPTION_INVALID', 'private_key_raw is no PEM private key'],
    [{ PRIVATE_KEY_RAW: LOCKED_PEM }, 'OPTION_MISSING', 'no passphrase given'],
    [
      { PRIVATE_KEY_RAW: LOCKED_PEM, PRIVATE_KEY_PASSPHRASE: CANARY },
      'OPTION_INVALID',
      'the passphrase does not open private_key_raw',
    ],
  ])('%# is refused with %s: %s', async (variables, code, state) => {
    const failing = connect({ temporaryConnection: true }, here({ USER: 'U', ...variables }))
    const error = await failing.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, message: expect.stringContaining(state) })
    expect(printError(error) + inspect(error, { depth: 10 })).not.toContain(CANARY)
  })
})

describe('no error shows a secret', () => {
  const user = { USER: 'U' }
  test.each<[string, Record<string, string>]>([
    ['a refused password', { ...user, PASSWORD: CANARY }],
    ['a refused second factor', { ...user, PASSWORD: 'P', PASSCODE: CANARY }],
    ['a refused token', { TOKEN: CANARY }],
    ['a refused access token', { TOKEN: CANARY, AUTHENTICATOR: 'programmatic_access_token' }],
    [
      'a refused client',
      {
        OAUTH_CLIENT_ID: 'I',
        OAUTH_CLIENT_SECRET: CANARY,
        AUTHENTICATOR: 'oauth_client_credentials',
      },
    ],
  ])('%s', async (_what, variables) => {
    const closed = await WireAccount.start()
    await closed.stop()
    for (const port of [String(account.port), String(closed.port)]) {
      account.isClosed = true
      const environment = { ...here(variables), SNOWFLAKE_PORT: port }
      const failing = connect({ temporaryConnection: true }, environment)
      const error = await failing.catch((reason: unknown) => reason)
      expect(error).toMatchObject({ message: expect.stringContaining('Cannot connect') })
      expect(printError(error) + inspect(error, { depth: 20 })).not.toContain(CANARY)
    }
    account.isClosed = false
  })
})
