import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { printError } from '@spcs/errors'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { snowflakeHome } from './config-file.ts'
import {
  type ConnectOptions,
  type DriverOptions,
  resolveConnectionOptions,
} from './connection-options.ts'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'snowflake-home-'))
})

afterEach(async () => {
  await rm(home, { recursive: true })
})

/** Resolves in a world that has this folder and these variables, and nothing else. */
function resolve(
  options: ConnectOptions,
  environment: Record<string, string> = {},
): Promise<DriverOptions> {
  return resolveConnectionOptions(options, { SNOWFLAKE_HOME: home, ...environment })
}

async function write(file: string, text: string, mode = 0o600): Promise<void> {
  const path = join(home, file)
  await writeFile(path, text, { mode })
  // The mode of a new file is less what the process takes away.
  await chmod(path, mode)
}

const TOML = `
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

describe('a named connection', () => {
  test('is [NAME] of connections.toml', async () => {
    await write('connections.toml', TOML)
    expect(await resolve({ connection: 'dev' })).toMatchObject({
      account: 'ORG-DEV',
      username: 'DEVELOPER',
      password: 'secret',
      authenticator: 'SNOWFLAKE',
      role: 'CONTAINER_USER_ROLE',
    })
  })

  test('is [connections.NAME] of config.toml', async () => {
    await write(
      'config.toml',
      '[connections.ci]\naccess_url = "http://127.0.0.1:8084"\nuser = "U"\npassword = "P"\n',
    )
    expect(await resolve({ connection: 'ci' })).toMatchObject({
      accessUrl: 'http://127.0.0.1:8084',
      account: 'LOCAL',
    })
  })

  test('is looked for in connections.toml alone where there is one, and in SNOWFLAKE_CONNECTIONS above both', async () => {
    await write('config.toml', '[connections.old]\naccount = "A"\nuser = "U"\npassword = "P"\n')
    await write('connections.toml', TOML)
    await expect(resolve({ connection: 'old' })).rejects.toMatchObject({
      code: 'CONNECTION_UNKNOWN',
      message: expect.stringContaining('there are "dev", "pat", "key"'),
    })
    const environment = { SNOWFLAKE_CONNECTIONS: '[dev]\naccount="B"\nuser="V"\npassword="Q"' }
    expect(await resolve({ connection: 'dev' }, environment)).toMatchObject({ account: 'B' })
  })

  test('has a token that is read from token_file_path', async () => {
    const file = join(home, 'pat')
    await writeFile(file, 'the-pat\n')
    await write('connections.toml', TOML.replace('TOKEN_FILE', file))
    expect(await resolve({ connection: 'pat' })).toMatchObject({
      authenticator: 'PROGRAMMATIC_ACCESS_TOKEN',
      token: 'the-pat',
    })
  })

  test('has a private key, its passphrase, and the variable that wins over it', async () => {
    await write('connections.toml', TOML)
    const environment = { HOME: '/home/me' }
    expect(await resolve({ connection: 'key' }, environment)).toMatchObject({
      authenticator: 'SNOWFLAKE_JWT',
      privateKeyPath: '/home/me/key.p8',
      privateKeyPass: 'open sesame',
    })
    const variable = { ...environment, PRIVATE_KEY_PASSPHRASE: 'from the environment' }
    expect(await resolve({ connection: 'key' }, variable)).toMatchObject({
      privateKeyPass: 'from the environment',
    })
  })

  test('takes options before its own variables, those before the file, and that before general ones', async () => {
    await write('connections.toml', TOML)
    const environment = {
      SNOWFLAKE_CONNECTIONS_DEV_ROLE: 'OF_THE_CONNECTION',
      SNOWFLAKE_CONNECTIONS_DEV_WAREHOUSE: 'OF_THE_CONNECTION',
      SNOWFLAKE_CONNECTIONS_DEVELOPMENT_USER: 'another connection',
      SNOWFLAKE_USER: 'GENERAL',
      SNOWFLAKE_WAREHOUSE: 'GENERAL',
      SNOWFLAKE_DATABASE: 'GENERAL',
    }
    const options = { connection: 'dev', warehouse: 'FROM_OPTIONS' }
    expect(await resolve(options, environment)).toMatchObject({
      username: 'DEVELOPER',
      role: 'OF_THE_CONNECTION',
      warehouse: 'FROM_OPTIONS',
      database: 'GENERAL',
    })
  })

  test('takes an address from one place alone', async () => {
    const section = '[dev]\nhost = "a.snowflakecomputing.com"\nuser = "U"\npassword = "P"\n'
    await write('connections.toml', section)
    const general = { SNOWFLAKE_PORT: '8084', SNOWFLAKE_PROTOCOL: 'http' }
    expect(await resolve({ connection: 'dev' }, general)).toMatchObject({
      accessUrl: 'https://a.snowflakecomputing.com',
    })
    const local = { connection: 'dev', accessUrl: 'http://127.0.0.1:9000' }
    expect(await resolve(local)).toMatchObject({ accessUrl: 'http://127.0.0.1:9000' })
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

  test('that is called default is the section of this name, or the one that is named the default', async () => {
    const config = `default_connection_name = "first"
      [connections.first]\naccount = "FIRST"\nuser = "U"\npassword = "P"
      [connections.second]\naccount = "SECOND"\nuser = "U"\npassword = "P"\n`
    await write('config.toml', config)
    const account = async (variables = {}): Promise<string> =>
      (await resolve({ connection: 'default' }, variables)).account
    const variable = { SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'second' }
    expect(await account()).toBe('FIRST')
    expect(await account(variable)).toBe('SECOND')
    await write('config.toml', config.replace('connections.first', 'connections.default'))
    expect(await account(variable)).toBe('FIRST')
  })

  test('that is unknown is refused with those that there are', async () => {
    await write('connections.toml', TOML)
    await expect(resolve({ connection: 'prod' })).rejects.toMatchObject({
      code: 'CONNECTION_UNKNOWN',
      message: `Cannot find connection "prod" in "${home}": there are "dev", "pat", "key"`,
    })
  })

  test('has flags and lists in their own types, from variables too', async () => {
    const section = `[mfa]\naccount = "A"\nuser = "U"\npassword = "P"
      passcode_in_password = true\nworkload_identity_impersonation_path = ["a", "b"]\n`
    await write('connections.toml', section)
    expect(await resolve({ connection: 'mfa' })).toMatchObject({
      passcodeInPassword: true,
      workloadIdentityImpersonationPath: ['a', 'b'],
    })
    const variables = { SNOWFLAKE_CONNECTIONS_MFA_PASSCODE_IN_PASSWORD: '0' }
    expect(await resolve({ connection: 'mfa' }, variables)).toMatchObject({
      passcodeInPassword: false,
    })
    const wrong = { SNOWFLAKE_CONNECTIONS_MFA_PASSCODE_IN_PASSWORD: 'hunter2' }
    await expect(resolve({ connection: 'mfa' }, wrong)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: 'Cannot connect: passcode_in_password is not true or false',
    })
  })
})

describe('a temporary connection', () => {
  test('is what SNOWFLAKE_… say, and reads no file', async () => {
    await write('connections.toml', 'this is no TOML')
    const environment = {
      SNOWFLAKE_ACCOUNT: 'ORG-CI',
      SNOWFLAKE_USER: 'DEPLOYER',
      SNOWFLAKE_AUTHENTICATOR: 'snowflake_jwt',
      SNOWFLAKE_PRIVATE_KEY_RAW: 'PEM',
      PRIVATE_KEY_PASSPHRASE: 'open sesame',
      SNOWFLAKE_ROLE: 'CI',
    }
    expect(await resolve({ temporaryConnection: true }, environment)).toMatchObject({
      account: 'ORG-CI',
      username: 'DEPLOYER',
      authenticator: 'SNOWFLAKE_JWT',
      privateKey: 'PEM',
      privateKeyPass: 'open sesame',
      role: 'CI',
    })
  })

  test('names what is missing', async () => {
    await expect(resolve({ temporaryConnection: true })).rejects.toMatchObject({
      code: 'OPTION_MISSING',
      message: 'Cannot connect: no account given',
    })
  })
})

describe('the files of connections', () => {
  test.each([
    [0o644, 'others may read it (mode 0644)'],
    [0o640, 'others may read it (mode 0640)'],
    [0o620, 'others may write it (mode 0620)'],
  ])('are refused with mode %o', async (mode, state) => {
    await write('connections.toml', TOML, mode)
    await expect(resolve({ connection: 'dev' })).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: `Cannot read "${join(home, 'connections.toml')}": ${state}`,
      hint: expect.stringContaining('chmod 0600'),
    })
  })

  test('may be read by others where a variable allows it, but not written', async () => {
    const skip = { SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION: 'true' }
    await write('connections.toml', TOML, 0o644)
    expect(await resolve({ connection: 'dev' }, skip)).toMatchObject({ account: 'ORG-DEV' })
    const own = { ...skip, SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION: 'false' }
    await expect(resolve({ connection: 'dev' }, own)).rejects.toThrow('others may read it')
    await write('connections.toml', TOML, 0o666)
    await expect(resolve({ connection: 'dev' }, skip)).rejects.toThrow('others may write it')
  })

  test('that are broken are named with the line, and never with what stands there', async () => {
    await write('connections.toml', '[dev]\naccount = "A"\npassword = "canary-7131\nuser = "U"\n')
    const error = await resolve({ connection: 'dev' }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining(`"${join(home, 'connections.toml')}": line 3, column`),
    })
    expect(printError(error) + inspect(error, { depth: 10 })).not.toContain('canary-7131')
  })
})

describe('snowflakeHome()', () => {
  test('is SNOWFLAKE_HOME or ~/.snowflake where it is there, else the folder of the platform', async () => {
    const own = { HOME: home }
    expect(snowflakeHome({ ...own, SNOWFLAKE_HOME: home }, 'linux')).toBe(home)
    expect(snowflakeHome(own, 'linux')).toBe(join(home, '.config/snowflake'))
    expect(snowflakeHome({ ...own, XDG_CONFIG_HOME: '/xdg' }, 'linux')).toBe('/xdg/snowflake')
    expect(snowflakeHome({ ...own, SNOWFLAKE_HOME: '/no/such' }, 'darwin')).toBe(
      join(home, 'Library/Application Support/snowflake'),
    )
    await mkdir(join(home, '.snowflake'))
    expect(snowflakeHome(own, 'linux')).toBe(join(home, '.snowflake'))
    expect(snowflakeHome({ ...own, SNOWFLAKE_HOME: '~/.snowflake' }, 'linux')).toBe(
      join(home, '.snowflake'),
    )
  })
})
