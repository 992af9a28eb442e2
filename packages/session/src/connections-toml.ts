import { join } from 'node:path'
import { isTable, parseToml, readToml, snowflakeHome, type Table } from './config-file.ts'
import { optionsOfKeys, variablesOfKeys } from './connection-keys.ts'
import type { ConnectOptions } from './connection-options.ts'
import type { Environment } from './container.ts'
import { SessionError } from './errors.ts'

/**
 * The options of a named connection, as Snowflake's CLI reads it: `[NAME]` in connections.toml or, where there is no
 * such file, `[connections.NAME]` in config.toml; SNOWFLAKE_CONNECTIONS_NAME_KEY wins over the file, SNOWFLAKE_KEY gives
 * what is missing in both. `default` is also whatever connection is named the default one.
 *
 * @throws {SessionError} `CONNECTION_UNKNOWN` when nothing has it, `CONFIG_UNREADABLE` for a broken file.
 * @see https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections
 */
export async function namedConnection(
  wanted: string,
  environment: Environment,
): Promise<ConnectOptions> {
  const folder = snowflakeHome(environment)
  const config = await readToml(join(folder, 'config.toml'), environment)
  const sections = await readSections(folder, config, environment)
  const name = wanted === DEFAULT ? defaultName(sections, config, environment) : wanted
  const prefix = `SNOWFLAKE_CONNECTIONS_${name.toUpperCase()}_`
  const variables = variablesOfKeys(prefix, environment)
  const section = sections[name]
  if (section === undefined && Object.keys(variables).length === 0) {
    throw unknownConnection(name, folder, Object.keys(sections))
  }
  const own = {
    ...optionsOfKeys(isTable(section) ? section : {}),
    ...optionsOfKeys(variables),
  }
  return { ...temporaryConnection(environment, own), ...own, ...passphrase(environment) }
}

/**
 * What SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and their kind say.
 *
 * @param own What a connection says itself: where it has an address, no part of another is added to it.
 */
export function temporaryConnection(
  environment: Environment,
  own: ConnectOptions = {},
): ConnectOptions {
  const options = optionsOfKeys(variablesOfKeys('SNOWFLAKE_', environment))
  if (own.host === undefined && own.accessUrl === undefined) {
    return { ...options, ...passphrase(environment) }
  }
  const { host: _host, port: _port, protocol: _protocol, accessUrl: _url, ...rest } = options
  return rest
}

const DEFAULT = 'default'

function defaultName(sections: Table, config: Table | undefined, environment: Environment): string {
  if (Object.hasOwn(sections, DEFAULT)) return DEFAULT
  const named =
    environment['SNOWFLAKE_DEFAULT_CONNECTION_NAME'] || config?.['default_connection_name']
  return typeof named === 'string' && named !== '' ? named : DEFAULT
}

/** Connections.toml takes the place of the whole section of config.toml, and the variable that of both. */
async function readSections(
  folder: string,
  config: Table | undefined,
  environment: Environment,
): Promise<Table> {
  const variable = environment['SNOWFLAKE_CONNECTIONS']
  if (variable !== undefined) return parseToml(variable, 'SNOWFLAKE_CONNECTIONS')
  const connections = await readToml(join(folder, 'connections.toml'), environment)
  if (connections !== undefined) return connections
  return isTable(config?.['connections']) ? config['connections'] : {}
}

/** The CLI takes this variable before any key. */
function passphrase(environment: Environment): ConnectOptions {
  const privateKeyPass = environment['PRIVATE_KEY_PASSPHRASE'] || undefined
  return privateKeyPass === undefined ? {} : { privateKeyPass }
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
