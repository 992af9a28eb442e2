import { createHash } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { ServerError } from './errors.ts'
import { newToken } from './gate/token.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const SHORTEST_TOKEN = 32
const RESULTS_BYTES = '4000000000'

export type LogLevel = (typeof LOG_LEVELS)[number]

/** How the server knows who asks. */
export type Identity =
  /** Snowflake's ingress has signed the user in and says who it is. */
  | { readonly mode: 'ingress' }
  /** Whoever has the URL that was printed at the start. */
  | { readonly mode: 'token'; readonly token: string; readonly user: string }

export interface Config {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly identity: Identity
  /** Where the notebooks are: a folder, or a stage volume. An absolute path without symbolic links. */
  readonly directory: string
  /** Where journals and unfinished uploads are: a local disk, never the volume. */
  readonly stateDirectory: string
  /** The folder of the session token, which no file route may reach. */
  readonly sessionDirectory: string
  readonly shells: boolean
  /** Kernels run with the rights of who started them, who alone may use them: the endpoint has executeAsCaller. */
  readonly callersRights: boolean
  /** The Node that runs kernels; this one when undefined. */
  readonly node: string | undefined
  /** Outside a container: the section of connections.toml that kernels connect with. */
  readonly connection: string | undefined
  /** Bytes of the rows of all results together. */
  readonly resultsBytes: number
  readonly account: string | undefined
  readonly logLevel: LogLevel
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the configuration out of environment variables; an empty one counts as unset.
 *
 * @throws {ServerError} `CONFIG_INVALID` naming every variable that cannot be used.
 */
export function readConfig(environment: Environment, currentDirectory: string): Config {
  const problems: string[] = []
  const flag = (name: string): boolean => {
    const value = environment[name] || 'false'
    if (value !== 'true' && value !== 'false')
      problems.push(`${name} is "${value}", not true or false`)
    return value === 'true'
  }
  const port = environment['PORT'] || '8888'
  if (!isPort(port)) problems.push(`PORT is "${port}", not a number from 0 to 65535`)
  const logLevel = environment['LOG_LEVEL'] || 'info'
  if (!isLogLevel(logLevel)) {
    problems.push(`LOG_LEVEL is "${logLevel}", not one of ${LOG_LEVELS.join(', ')}`)
  }
  const resultsBytes = environment['NOTEBOOK_RESULTS_BYTES'] || RESULTS_BYTES
  if (!/^\d{1,15}$/.test(resultsBytes)) {
    problems.push(`NOTEBOOK_RESULTS_BYTES is "${resultsBytes}", not a number of bytes`)
  }
  const isIngress = flag('NOTEBOOK_INGRESS')
  const shells = flag('NOTEBOOK_SHELLS')
  const callersRights = flag('NOTEBOOK_CALLERS_RIGHTS')
  if (callersRights && !isIngress) {
    problems.push(
      'NOTEBOOK_CALLERS_RIGHTS is true, but NOTEBOOK_INGRESS is not: callers are unknown',
    )
  }
  const token = environment['NOTEBOOK_TOKEN']
  // Never the token itself: this text goes to a terminal and into logs.
  if (token && !/^[\w.~-]+$/.test(token)) {
    problems.push('NOTEBOOK_TOKEN has other characters than letters, digits and -._~')
  } else if (token && token.length < SHORTEST_TOKEN) {
    problems.push(`NOTEBOOK_TOKEN has fewer than ${SHORTEST_TOKEN} characters`)
  }
  const named = resolve(currentDirectory, environment['NOTEBOOK_DIRECTORY'] || '.')
  const directory = maybeFolder(named)
  if (directory === undefined) problems.push(`NOTEBOOK_DIRECTORY is "${named}", no folder`)
  const stateDirectory = environment['NOTEBOOK_STATE_DIRECTORY']
    ? resolve(currentDirectory, environment['NOTEBOOK_STATE_DIRECTORY'])
    : defaultStateDirectory(directory ?? named)
  if (directory !== undefined && isInside(stateDirectory, directory)) {
    problems.push(`NOTEBOOK_STATE_DIRECTORY is "${stateDirectory}", inside NOTEBOOK_DIRECTORY`)
  }
  if (problems.length > 0 || !isLogLevel(logLevel) || directory === undefined) {
    throw new ServerError('CONFIG_INVALID', `Cannot start notebook: ${problems.join('; ')}`, {
      hint: 'Set these environment variables right, or leave them unset for port 8888 and this folder',
    })
  }
  return {
    host: environment['HOST'] || '127.0.0.1',
    port: Number(port),
    identity: isIngress
      ? { mode: 'ingress' }
      : { mode: 'token', token: token || newToken(), user: userInfo().username },
    directory,
    stateDirectory,
    sessionDirectory: environment['SPCS_SESSION_DIR'] || '/snowflake/session',
    shells,
    callersRights,
    node: environment['NOTEBOOK_NODE'] || undefined,
    connection: environment['NOTEBOOK_CONNECTION'] || undefined,
    resultsBytes: Number(resultsBytes),
    account: environment['SNOWFLAKE_ACCOUNT'] || undefined,
    logLevel,
  }
}

/** True when `path` is `folder` or below it. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** The URL that a person opens; with the token in token mode. */
export function openingUrl(config: Pick<Config, 'host' | 'identity'>, port: number): string {
  const isEverywhere = config.host === '0.0.0.0' || config.host === '::'
  const host = isEverywhere ? '127.0.0.1' : config.host
  const name = host.includes(':') ? `[${host}]` : host
  const query = config.identity.mode === 'token' ? `?token=${config.identity.token}` : ''
  return `http://${name}:${port}/${query}`
}

/** One for each user and folder, so that a journal is found again after a crash. */
function defaultStateDirectory(directory: string): string {
  const folder = createHash('sha256').update(directory).digest('hex').slice(0, 16)
  return join(realpathSync(tmpdir()), `spcs-notebook-${userInfo().uid}-${folder}`)
}

function maybeFolder(path: string): string | undefined {
  try {
    const real = realpathSync(path)
    return statSync(real).isDirectory() ? real : undefined
  } catch {
    return undefined
  }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}

function isLogLevel(text: string): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text)
}
