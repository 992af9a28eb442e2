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
    [{ ...password, token: 'T' }, { authenticator: 'SNOWFLAKE' }],
    [{ ...password, account: 'AB12345', region: 'eu-west-1' }, { account: 'AB12345.eu-west-1' }],
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
