import { readFile } from 'node:fs/promises'
import { checkCredentials } from './authenticators.ts'
import { expandHome } from './config-file.ts'
import { namedConnection, temporaryConnection } from './connections-toml.ts'
import { containerOptions, type Environment } from './container.ts'
import { SessionError } from './errors.ts'
import { isLoopback } from '@spcs/sql'
import { withoutUndefined } from './without-undefined.ts'

/**
 * How to connect. With nothing given, as the container that this process runs in; with `connection`, as that
 * section of Snowflake's own connections.toml or config.toml; with `temporaryConnection`, as the environment's variables
 * say; else as the options themselves say. Options given beside those two win over them.
 */
export interface ConnectOptions extends Credentials {
  /** A section of connections.toml or config.toml. */
  readonly connection?: string | undefined
  /** SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and their kind, without any file: for CI. */
  readonly temporaryConnection?: boolean | undefined
  /** Account identifier: `ORG-ACCOUNT`, or a locator. */
  readonly account?: string | undefined
  /** Stands behind the locator: `eu-west-1`. */
  readonly region?: string | undefined
  /** The account's address where it is not derived from `account`: `http://127.0.0.1:8084`. */
  readonly accessUrl?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | string | undefined
  /** Default `https`. */
  readonly protocol?: string | undefined
  readonly user?: string | undefined
  /** A file that holds the token; it is read at every login. */
  readonly tokenFilePath?: string | undefined
  /** Default: SNOWFLAKE_JWT with a private key, SNOWFLAKE with a password, OAUTH with a token. */
  readonly authenticator?: string | undefined
  readonly role?: string | undefined
  readonly warehouse?: string | undefined
  readonly database?: string | undefined
  readonly schema?: string | undefined
}

/** What a login may need, by the driver's own names. */
interface Credentials {
  readonly password?: string | undefined
  /** The second factor, where it is a code. */
  readonly passcode?: string | undefined
  /** The code stands behind the password. */
  readonly passcodeInPassword?: boolean | undefined
  /** OAuth token, programmatic access token, or the JWT of an OIDC workload. */
  readonly token?: string | undefined
  /** PEM text. */
  readonly privateKey?: string | undefined
  readonly privateKeyPath?: string | undefined
  readonly privateKeyPass?: string | undefined
  readonly oauthClientId?: string | undefined
  readonly oauthClientSecret?: string | undefined
  readonly oauthAuthorizationUrl?: string | undefined
  readonly oauthTokenRequestUrl?: string | undefined
  readonly oauthRedirectUri?: string | undefined
  readonly oauthScope?: string | undefined
  readonly oauthEnableSingleUseRefreshTokens?: boolean | undefined
  readonly workloadIdentityProvider?: string | undefined
  readonly workloadIdentityAzureEntraIdResource?: string | undefined
  readonly workloadIdentityAzureClientId?: string | undefined
  readonly workloadIdentityAwsUseOutboundToken?: boolean | undefined
  readonly workloadIdentityImpersonationPath?: readonly string[] | undefined
  /** Keep the tokens of a browser or a second factor for the next login, in a file of the driver's; default false. */
  readonly clientStoreTemporaryCredential?: boolean | undefined
}

/** What the driver is given: complete, its token already read. */
export interface DriverOptions extends Credentials {
  readonly accessUrl?: string | undefined
  readonly account: string
  readonly authenticator: string
  readonly username?: string | undefined
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
  const { connection, temporaryConnection: isTemporary, ...given } = withoutUndefined(options)
  if (connection !== undefined) {
    return explicitOptions(over(await namedConnection(connection, environment), given), environment)
  }
  if (isTemporary === true) {
    return explicitOptions(over(temporaryConnection(environment), given), environment)
  }
  const { role, warehouse, database, schema, ...identity } = given
  if (Object.keys(identity).length > 0) {
    const privateKeyPass = environment['PRIVATE_KEY_PASSPHRASE']
    return explicitOptions({ privateKeyPass, ...given }, environment)
  }
  const context = withoutUndefined({ role, warehouse, database, schema })
  return { ...(await containerOptions(environment)), ...context }
}

/** Options that are given win; an address is taken as a whole. */
function over(found: ConnectOptions, given: ConnectOptions): ConnectOptions {
  if (given.host === undefined && given.accessUrl === undefined) return { ...found, ...given }
  const { host: _host, port: _port, protocol: _protocol, accessUrl: _url, ...rest } = found
  return { ...rest, ...given }
}

async function explicitOptions(
  options: ConnectOptions,
  environment: Environment,
): Promise<DriverOptions> {
  const {
    connection: _connection,
    temporaryConnection: _temporary,
    region: _region,
    host: _host,
    port: _port,
    protocol: _protocol,
    user,
    tokenFilePath,
    privateKeyPath,
    ...passedOn
  } = options
  const token = options.token ?? (await readTokenFile(tokenFilePath, environment))
  const resolved: DriverOptions = {
    ...passedOn,
    accessUrl: accessUrlOf(options),
    account: accountOf(options),
    authenticator: options.authenticator?.toUpperCase() ?? authenticatorFor(options),
    username: user,
    token,
    privateKeyPath: privateKeyPath && expandHome(privateKeyPath, environment),
    workloadIdentityProvider: options.workloadIdentityProvider?.toUpperCase(),
  }
  checkCredentials(resolved)
  return resolved
}

function authenticatorFor(options: ConnectOptions): string {
  const { privateKey, privateKeyPath, password, token, tokenFilePath } = options
  if (privateKey !== undefined || privateKeyPath !== undefined) return 'SNOWFLAKE_JWT'
  if (password !== undefined) return 'SNOWFLAKE'
  return token === undefined && tokenFilePath === undefined ? 'SNOWFLAKE' : 'OAUTH'
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
  const { account: given, region } = options
  if (given !== undefined) return region === undefined ? given : `${given}.${region}`
  const url = accessUrlOf(options)
  const hostname = url === undefined ? undefined : new URL(url).hostname
  // The driver would take the text before the first dot, which is "127" here.
  if (hostname !== undefined && isLoopback(hostname)) return 'LOCAL'
  const [account] = hostname?.split('.') ?? []
  if (account !== undefined) return account
  throw new SessionError('OPTION_MISSING', 'Cannot connect: no account given', {
    hint: 'Pass account, like ORG-ACCOUNT, or write it into the connection',
  })
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
