import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ConnectOptions, resolveConnectionOptions } from './connection-options.ts'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'snowflake-home-'))
})

afterEach(async () => {
  await rm(home, { recursive: true })
})

function resolve(options: ConnectOptions, environment: Record<string, string> = {}): unknown {
  const defaults = { SNOWFLAKE_HOME: home, SPCS_SESSION_DIR: home }
  return resolveConnectionOptions(options, { ...defaults, ...environment })
}

describe('resolveConnectionOptions() inside a container', () => {
  const environment = {
    SNOWFLAKE_HOST: 'account.snowflakecomputing.com',
    SNOWFLAKE_ACCOUNT: 'AB12345',
    SNOWFLAKE_DATABASE: 'DB',
    SNOWFLAKE_SCHEMA: 'PUBLIC',
  }

  test('takes the token file and Snowflake’s variables', async () => {
    await writeFile(join(home, 'token'), 'the-token\n')
    expect(await resolve({ warehouse: 'WH', role: undefined }, environment)).toEqual({
      accessUrl: 'https://account.snowflakecomputing.com',
      account: 'AB12345',
      authenticator: 'OAUTH',
      token: 'the-token',
      database: 'DB',
      schema: 'PUBLIC',
      warehouse: 'WH',
    })
  })

  test('takes the local account’s port and protocol', async () => {
    await writeFile(join(home, 'token'), 'the-token')
    const local = { ...environment, SNOWFLAKE_PORT: '8084', SNOWFLAKE_PROTOCOL: 'http' }
    expect(await resolve({}, { ...local, SNOWFLAKE_HOST: 'account' })).toMatchObject({
      accessUrl: 'http://account:8084',
    })
    expect(await resolve({}, { ...local, SNOWFLAKE_HOST: 'account:9000' })).toMatchObject({
      accessUrl: 'http://account:9000',
    })
  })

  test('says TOKEN_MISSING without a token file', async () => {
    await expect(resolve({}, environment)).rejects.toMatchObject({
      code: 'TOKEN_MISSING',
      message: `Cannot connect: no token file at "${join(home, 'token')}"`,
    })
  })

  test('says which variable is not set', async () => {
    await writeFile(join(home, 'token'), 'the-token')
    await expect(resolve({}, { SNOWFLAKE_HOST: 'h' })).rejects.toMatchObject({
      code: 'OPTION_MISSING',
      message: 'Cannot connect: SNOWFLAKE_ACCOUNT is not set',
    })
  })
})

describe('resolveConnectionOptions() for a named connection', () => {
  const toml = `
    [dev]
    account = "ORG-DEV"
    user = "DEVELOPER"
    password = "secret"
    role = "CONTAINER_USER_ROLE"
    client_session_keep_alive = true

    [pat]
    account = "ORG-DEV"
    authenticator = "programmatic_access_token"
    token_file_path = "TOKEN_FILE"

    [key]
    account = "ORG-DEV"
    user = "DEPLOYER"
    private_key_file = "~/key.p8"
    private_key_file_pwd = "open sesame"
  `

  test('reads [NAME] of connections.toml', async () => {
    await writeFile(join(home, 'connections.toml'), toml)
    expect(await resolve({ connection: 'dev' })).toMatchObject({
      account: 'ORG-DEV',
      username: 'DEVELOPER',
      password: 'secret',
      authenticator: 'SNOWFLAKE',
      role: 'CONTAINER_USER_ROLE',
    })
  })

  test('reads [connections.NAME] of config.toml', async () => {
    const config =
      '[connections.ci]\naccess_url = "http://127.0.0.1:8084"\nuser = "U"\npassword = "P"\n'
    await writeFile(join(home, 'config.toml'), config)
    expect(await resolve({ connection: 'ci' })).toMatchObject({
      accessUrl: 'http://127.0.0.1:8084',
      account: 'LOCAL',
    })
  })

  test('reads the token from token_file_path', async () => {
    const file = join(home, 'pat')
    await writeFile(file, 'the-pat\n')
    await writeFile(join(home, 'connections.toml'), toml.replace('TOKEN_FILE', file))
    expect(await resolve({ connection: 'pat' })).toMatchObject({
      authenticator: 'PROGRAMMATIC_ACCESS_TOKEN',
      token: 'the-pat',
    })
  })

  test('takes a private key with its passphrase', async () => {
    await writeFile(join(home, 'connections.toml'), toml)
    expect(await resolve({ connection: 'key' }, { HOME: '/home/me' })).toMatchObject({
      authenticator: 'SNOWFLAKE_JWT',
      privateKeyPath: '/home/me/key.p8',
      privateKeyPass: 'open sesame',
    })
  })

  test('lets the environment win over the file, and options over both', async () => {
    await writeFile(join(home, 'connections.toml'), toml)
    const environment = {
      SNOWFLAKE_CONNECTIONS_DEV_ROLE: 'FROM_ENVIRONMENT',
      SNOWFLAKE_CONNECTIONS_DEV_WAREHOUSE: 'FROM_ENVIRONMENT',
      SNOWFLAKE_CONNECTIONS_DEVELOPMENT_USER: 'another connection',
    }
    const options = { connection: 'dev', warehouse: 'FROM_OPTIONS' }
    expect(await resolve(options, environment)).toMatchObject({
      username: 'DEVELOPER',
      role: 'FROM_ENVIRONMENT',
      warehouse: 'FROM_OPTIONS',
    })
  })

  test('needs no file when the environment has it all', async () => {
    const environment = {
      SNOWFLAKE_CONNECTIONS_CI_ACCOUNT: 'ORG-CI',
      SNOWFLAKE_CONNECTIONS_CI_TOKEN: 'T',
    }
    expect(await resolve({ connection: 'ci' }, environment)).toMatchObject({
      account: 'ORG-CI',
      authenticator: 'OAUTH',
    })
  })

  test('lists the sections when the name is unknown', async () => {
    await writeFile(join(home, 'connections.toml'), toml)
    await expect(resolve({ connection: 'prod' })).rejects.toMatchObject({
      code: 'CONNECTION_UNKNOWN',
      message: `Cannot find connection "prod" in "${home}": there are "dev", "pat", "key"`,
    })
  })

  test('says CONFIG_UNREADABLE for broken TOML, with file and line', async () => {
    await writeFile(join(home, 'connections.toml'), '[dev]\naccount = \n')
    await expect(resolve({ connection: 'dev' })).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining(join(home, 'connections.toml')),
    })
  })
})

describe('resolveConnectionOptions() for explicit options', () => {
  const password = { account: 'ORG-A', user: 'U', password: 'P' }

  test.each<[ConnectOptions, object]>([
    [password, { account: 'ORG-A', authenticator: 'SNOWFLAKE', username: 'U' }],
    [
      { account: 'ORG-A', token: 'T' },
      { authenticator: 'OAUTH', token: 'T' },
    ],
    [
      { ...password, host: '127.0.0.1', port: 8084, protocol: 'http' },
      { accessUrl: 'http://127.0.0.1:8084' },
    ],
    [
      { user: 'U', password: 'P', accessUrl: 'http://localhost:8084/' },
      { accessUrl: 'http://localhost:8084', account: 'LOCAL' },
    ],
    [
      { user: 'U', password: 'P', host: 'ab12345.eu-west-1.snowflakecomputing.com' },
      { account: 'ab12345' },
    ],
    [{ account: 'A', authenticator: 'externalbrowser' }, { authenticator: 'EXTERNALBROWSER' }],
  ])('%j → %j', async (options, expected) => {
    expect(await resolve(options)).toMatchObject(expected)
  })

  test.each<[ConnectOptions, string, string]>([
    [{ user: 'U', password: 'P' }, 'OPTION_MISSING', 'no account given'],
    [{ account: 'A' }, 'OPTION_MISSING', 'no user given'],
    [{ account: 'A', user: 'U' }, 'OPTION_MISSING', 'no password given'],
    [{ account: 'A', authenticator: 'oauth' }, 'OPTION_MISSING', 'no token given'],
    [
      { account: 'A', user: 'U', authenticator: 'snowflake_jwt' },
      'OPTION_MISSING',
      'no private key given',
    ],
    [{ ...password, accessUrl: 'nonsense' }, 'OPTION_INVALID', '"nonsense" is no URL'],
    [
      { account: 'A', tokenFilePath: '/no/such/file' },
      'CONFIG_UNREADABLE',
      'token file "/no/such/file" is unreadable',
    ],
  ])('%j fails with %s', async (options, code, state) => {
    await expect(resolve(options)).rejects.toMatchObject({
      code,
      message: `Cannot connect: ${state}`,
      hint: expect.any(String),
    })
  })
})
