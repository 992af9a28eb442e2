import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import type { ConnectOptions } from './connection-options.ts'
import type { Environment } from './container.ts'
import { SessionError } from './errors.ts'

/** Every key of a section that we read, with the option it fills; other keys are the CLI's own affair. */
const OPTION_OF_KEY: Record<string, keyof ConnectOptions> = {
  account: 'account',
  access_url: 'accessUrl',
  host: 'host',
  port: 'port',
  protocol: 'protocol',
  user: 'user',
  username: 'user',
  password: 'password',
  authenticator: 'authenticator',
  token: 'token',
  token_file_path: 'tokenFilePath',
  private_key_file: 'privateKeyPath',
  private_key_path: 'privateKeyPath',
  private_key_raw: 'privateKey',
  private_key_file_pwd: 'privateKeyPass',
  private_key_passphrase: 'privateKeyPass',
  private_key_pass: 'privateKeyPass',
  role: 'role',
  warehouse: 'warehouse',
  database: 'database',
  schema: 'schema',
}

type Table = Record<string, unknown>

/**
 * The options of a named connection, as Snowflake's own tools read it: `[NAME]` in connections.toml or
 * `[connections.NAME]` in config.toml, then SNOWFLAKE_CONNECTIONS_NAME_KEY from the environment.
 *
 * @throws {SessionError} `CONNECTION_UNKNOWN` when neither has it, `CONFIG_UNREADABLE` for a broken file.
 * @see https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections
 */
export async function namedConnection(
  name: string,
  environment: Environment,
): Promise<ConnectOptions> {
  const folder = snowflakeHome(environment)
  const sections = await readSections(folder)
  const overrides = overridesOf(name, environment)
  const section = sections[name]
  if (section === undefined && Object.keys(overrides).length === 0) {
    throw unknownConnection(name, folder, Object.keys(sections))
  }
  return optionsOf({ ...(isTable(section) ? section : {}), ...overrides })
}

/** The folder of Snowflake's own settings. */
function snowflakeHome(environment: Environment): string {
  return environment['SNOWFLAKE_HOME'] ?? join(environment['HOME'] ?? homedir(), '.snowflake')
}

async function readSections(folder: string): Promise<Table> {
  const config = await readToml(join(folder, 'config.toml'))
  const connections = await readToml(join(folder, 'connections.toml'))
  return {
    ...(isTable(config['connections']) ? config['connections'] : {}),
    ...(isTable(connections['connections']) ? connections['connections'] : connections),
  }
}

async function readToml(path: string): Promise<Table> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {}
    throw new SessionError('CONFIG_UNREADABLE', `Cannot read "${path}": ${String(cause)}`, {
      hint: 'Give yourself the right to read this file',
      cause,
    })
  }
  try {
    return parse(text)
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new SessionError('CONFIG_UNREADABLE', `Cannot read "${path}": ${why}`, {
      hint: 'Correct the TOML at the line that the message names',
      cause,
    })
  }
}

/** Keys set by SNOWFLAKE_CONNECTIONS_<NAME>_<KEY>. */
function overridesOf(name: string, environment: Environment): Table {
  const prefix = `SNOWFLAKE_CONNECTIONS_${name.toUpperCase()}_`
  return Object.fromEntries(
    Object.entries(environment)
      .filter(([variable, value]) => variable.startsWith(prefix) && value !== undefined)
      .map(([variable, value]) => [variable.slice(prefix.length).toLowerCase(), value])
      .filter(([key]) => key !== undefined && Object.hasOwn(OPTION_OF_KEY, key)),
  )
}

function optionsOf(section: Table): ConnectOptions {
  const options: Record<string, string> = {}
  for (const [key, value] of Object.entries(section)) {
    const option = Object.hasOwn(OPTION_OF_KEY, key) ? OPTION_OF_KEY[key] : undefined
    if (option === undefined || value === '') continue
    options[option] = String(value)
  }
  return options
}

function unknownConnection(name: string, folder: string, there: readonly string[]): SessionError {
  const state = there.length === 0 ? 'none is defined' : `there are ${there.map(quote).join(', ')}`
  return new SessionError(
    'CONNECTION_UNKNOWN',
    `Cannot find connection "${name}" in "${folder}": ${state}`,
    { hint: `Add [${name}] to connections.toml, or name one that is there` },
  )
}

const quote = (name: string): string => `"${name}"`

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
