import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { namedConnection } from './connections-toml.ts'
import { containerOptions, type Environment } from './container.ts'
import { SessionError } from './errors.ts'
import { isLoopback } from '@spcs/sql'
import { withoutUndefined } from './without-undefined.ts'

/**
 * How to connect. With nothing given, as the container that this process runs in; with `connection`, as that
 * section of Snowflake's own connections.toml or config.toml; else as the options themselves say.
 * Options given beside `connection` win over the section's.
 */
export interface ConnectOptions {
  /** A section of connections.toml or config.toml. */
  readonly connection?: string | undefined
  /** Account identifier: `ORG-ACCOUNT`, or a locator. */
  readonly account?: string | undefined
  /** The account's address where it is not derived from `account`: `http://127.0.0.1:8084`. */
  readonly accessUrl?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | string | undefined
  /** Default `https`. */
  readonly protocol?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** OAuth token, or a programmatic access token with that authenticator. */
  readonly token?: string | undefined
  /** A file that holds the token; it is read at every login. */
  readonly tokenFilePath?: string | undefined
  /** Default: SNOWFLAKE_JWT with a private key, OAUTH with a token, else SNOWFLAKE (a password). */
  readonly authenticator?: string | undefined
  /** PEM text. */
  readonly privateKey?: string | undefined
  readonly privateKeyPath?: string | undefined
  readonly privateKeyPass?: string | undefined
  readonly role?: string | undefined
  readonly warehouse?: string | undefined
  readonly database?: string | undefined
  readonly schema?: string | undefined
}

/** What the driver is given: complete, its token already read. */
export interface DriverOptions {
  readonly accessUrl?: string | undefined
  readonly account: string
  readonly authenticator: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
  readonly privateKey?: string | undefined
  readonly privateKeyPath?: string | undefined
  readonly privateKeyPass?: string | undefined
  readonly role?: string | undefined
  readonly warehouse?: string | undefined
  readonly database?: string | undefined
  readonly schema?: string | undefined
}

/**
 * The driver's options for a connection: from the container, a named connection or the options themselves.
 *
 * @throws {SessionError} that names the first piece that is missing.
 */
export async function resolveConnectionOptions(
  options: ConnectOptions,
  environment: Environment,
): Promise<DriverOptions> {
  const given = withoutUndefined(options)
  if (given.connection !== undefined) {
    const named = await namedConnection(given.connection, environment)
    return explicitOptions({ ...named, ...given }, environment)
  }
  const { role, warehouse, database, schema, ...identity } = given
  if (Object.keys(identity).length > 0) return explicitOptions(given, environment)
  const context = withoutUndefined({ role, warehouse, database, schema })
  return { ...(await containerOptions(environment)), ...context }
}

async function explicitOptions(
  options: ConnectOptions,
  environment: Environment,
): Promise<DriverOptions> {
  const token = options.token ?? (await readTokenFile(options.tokenFilePath, environment))
  const keyPath = options.privateKeyPath
  const authenticator = options.authenticator?.toUpperCase() ?? authenticatorFor(options, token)
  const resolved: DriverOptions = {
    accessUrl: accessUrlOf(options),
    account: accountOf(options),
    authenticator,
    username: options.user,
    password: options.password,
    token,
    privateKey: options.privateKey,
    privateKeyPath: keyPath === undefined ? undefined : expandHome(keyPath, environment),
    privateKeyPass: options.privateKeyPass ?? environment['PRIVATE_KEY_PASSPHRASE'],
    role: options.role,
    warehouse: options.warehouse,
    database: options.database,
    schema: options.schema,
  }
  checkCredentials(resolved)
  return resolved
}

function authenticatorFor(options: ConnectOptions, token: string | undefined): string {
  if (options.privateKey !== undefined || options.privateKeyPath !== undefined)
    return 'SNOWFLAKE_JWT'
  return token === undefined ? 'SNOWFLAKE' : 'OAUTH'
}

function accessUrlOf(options: ConnectOptions): string | undefined {
  const { accessUrl, host, port, protocol = 'https' } = options
  if (accessUrl === undefined && host === undefined) return undefined
  const suffix = port === undefined || host?.includes(':') === true ? '' : `:${port}`
  const url = accessUrl ?? `${protocol}://${host}${suffix}`
  if (URL.canParse(url)) return url.replace(/\/+$/, '')
  throw new SessionError('OPTION_INVALID', `Cannot connect: "${url}" is no URL`, {
    hint: 'Give accessUrl like https://ORG-ACCOUNT.snowflakecomputing.com',
  })
}

function accountOf(options: ConnectOptions): string {
  if (options.account !== undefined) return options.account
  const url = accessUrlOf(options)
  const hostname = url === undefined ? undefined : new URL(url).hostname
  // The driver would take the text before the first dot, which is "127" here.
  if (hostname !== undefined && isLoopback(hostname)) return 'LOCAL'
  const [account] = hostname?.split('.') ?? []
  if (account !== undefined) return account
  throw missing('account', 'Pass account, like ORG-ACCOUNT, or write it into the connection')
}

function checkCredentials(options: DriverOptions): void {
  const { authenticator, username, password, token } = options
  switch (authenticator) {
    case 'SNOWFLAKE':
    case 'USERNAME_PASSWORD_MFA':
      if (username === undefined) throw missing('user', 'Pass user and password')
      if (password === undefined) {
        throw missing('password', 'Pass password, token, privateKeyPath or another authenticator')
      }
      return
    case 'OAUTH':
      if (token === undefined) throw missing('token', 'Pass token or tokenFilePath')
      return
    case 'PROGRAMMATIC_ACCESS_TOKEN':
      if (token === undefined && password === undefined) {
        throw missing('token', 'Pass the programmatic access token as token or in tokenFilePath')
      }
      return
    case 'SNOWFLAKE_JWT':
      if (username === undefined) throw missing('user', 'Pass the user that has the public key')
      if (options.privateKey === undefined && options.privateKeyPath === undefined) {
        throw missing('private key', 'Pass privateKey or privateKeyPath')
      }
      return
    default: // single sign-on and the like: the driver asks for what it needs
  }
}

async function readTokenFile(
  path: string | undefined,
  environment: Environment,
): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return (await readFile(expandHome(path, environment), 'utf8')).trim()
  } catch (cause) {
    throw new SessionError(
      'CONFIG_UNREADABLE',
      `Cannot connect: token file "${path}" is unreadable`,
      {
        hint: 'Put the token there, or name another file in token_file_path',
        cause,
      },
    )
  }
}

function missing(what: string, hint: string): SessionError {
  return new SessionError('OPTION_MISSING', `Cannot connect: no ${what} given`, { hint })
}

function expandHome(path: string, environment: Environment): string {
  return path.startsWith('~/') ? `${environment['HOME'] ?? homedir()}${path.slice(1)}` : path
}
