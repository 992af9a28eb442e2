import {
  type ExecuteOptions,
  type PutFileOptions,
  type QueryRunner,
  type RegistryCredentials,
  quoteLiteral,
  type ResultSet,
  type Value,
} from '@spcs/sql'
import type { Connection, ConnectionOptions, RowStatement } from 'snowflake-sdk'
import { called } from './called.ts'
import type { ColumnReader } from './column-reader.ts'
import {
  type ConnectOptions,
  type DriverOptions,
  resolveConnectionOptions,
} from './connection-options.ts'
import type { Environment } from './container.ts'
import { loadDriver } from './driver.ts'
import { translateDriverError } from './driver-error.ts'
import { SessionError } from './errors.ts'
import { isLoopback } from '@spcs/sql'
import { checkPrivateKey } from './private-key.ts'
import { checkPutResult, putSql, translatePutError } from './put-file.ts'
import { MOST_ROWS_OF_BATCH } from './row-batches.ts'
import { registryCredentials } from './registry-credentials.ts'
import {
  cancelStatement,
  type StartedStatement,
  startStatement,
  type WireRow,
} from './statement.ts'
import { withoutUndefined } from './without-undefined.ts'

/**
 * Opens a session: as the container that this process runs in, by a named connection, or by explicit options.
 *
 * @throws {SessionError} with one code for each thing that may be missing or refused.
 */
export async function connect(
  options: ConnectOptions = {},
  environment: Environment = process.env,
): Promise<Session> {
  const resolved = await resolveConnectionOptions(options, environment)
  await checkPrivateKey(resolved)
  const localHost = localHostOf(resolved)
  const driver = await loadDriver(localHost)
  try {
    const connection = driver.createConnection(driverOptions(resolved, localHost !== undefined))
    await called((done) => connection.connect(done))
    const { authenticator } = resolved
    return new Session(connection, { isLocal: localHost !== undefined, authenticator })
  } catch (error) {
    throw translateDriverError(error, 'connect')
  }
}

/** All that the driver is told. */
export function driverOptions(resolved: DriverOptions, isLocal: boolean): ConnectionOptions {
  const {
    workloadIdentityProvider: provider,
    workloadIdentityImpersonationPath: path,
    ...options
  } = resolved
  return {
    ...withoutUndefined(options),
    ...(path !== undefined && { workloadIdentityImpersonationPath: [...path] }),
    // It has been checked to be one of the driver's.
    ...(provider !== undefined && {
      workloadIdentityProvider: provider as Provider,
    }),
    // Only then does the driver ask for a token that stands for the second factor next time.
    ...(options.clientStoreTemporaryCredential === true && { clientRequestMFAToken: true }),
    ...ROWS_AT_ONCE,
    ...(isLocal && LOCAL_ACCOUNT),
  }
}

type Provider = NonNullable<ConnectionOptions['workloadIdentityProvider']>

/** A result whose rows are still to be read. */
export interface OpenResult extends Omit<ResultSet, 'rows'> {
  /**
   * As they came over the wire, many at a time: once, in order; no more are fetched than are read. Leaving the loop early
   * ends the download.
   */
  readonly batches: AsyncIterable<readonly WireRow[]>
  /** What the cells of each column are, as values and as exact texts. */
  readonly readers: readonly ColumnReader[]
}

/** A login at Snowflake that runs statements; it ends by `close()` or `await using`. */
export class Session implements QueryRunner {
  /** True for a local account: it is on this machine, or speaks plain http, which Snowflake never does. */
  readonly isLocal: boolean
  /** How it signed in: `SNOWFLAKE` by password, `SNOWFLAKE_JWT`, `OAUTH`, …; undefined for a connection from elsewhere. */
  readonly authenticator: string | undefined
  readonly #connection: Connection
  readonly #running = new Set<RowStatement>()
  #closing: Promise<void> | undefined

  /** Use {@link connect}; this takes a connection of snowflake-sdk that is already up. */
  constructor(
    connection: Connection,
    {
      isLocal = false,
      authenticator,
    }: {
      readonly isLocal?: boolean | undefined
      readonly authenticator?: string | undefined
    } = {},
  ) {
    this.isLocal = isLocal
    this.authenticator = authenticator
    this.#connection = connection
  }

  /** @throws {SessionError} `SQL_FAILED` with Snowflake's own code, SQLSTATE, message and query id. */
  async execute(sql: string, options: ExecuteOptions = {}): Promise<ResultSet> {
    const started = await this.#start(sql, options)
    const { statement, columns } = started
    const all: (readonly Value[])[] = []
    for await (const rows of valuesOf(started)) all.push(...rows)
    return {
      queryId: statement.getQueryId(),
      columns,
      rows: all,
      rowsAffected: rowsAffectedBy(statement),
    }
  }

  /**
   * Runs one statement and gives its columns as soon as they are known, and its rows as they arrive.
   *
   * @throws {SessionError} as {@link execute} does; `batches` may throw as well.
   */
  async openResult(sql: string, options: ExecuteOptions = {}): Promise<OpenResult> {
    const { statement, columns, readers, batches } = await this.#start(sql, options)
    return {
      queryId: statement.getQueryId(),
      columns,
      rowsAffected: rowsAffectedBy(statement),
      readers,
      batches: batches(),
    }
  }

  async *stream(sql: string, options: ExecuteOptions = {}): AsyncGenerator<readonly Value[]> {
    for await (const rows of valuesOf(await this.#start(sql, options))) yield* rows
  }

  /** @throws {SessionError} `PUT_FAILED` when the file is not on the stage afterwards. */
  async putFile(path: string, stageLocation: string, options: PutFileOptions = {}): Promise<void> {
    let result: ResultSet
    try {
      result = await this.execute(putSql(path, stageLocation, options))
    } catch (error) {
      throw translatePutError(path, stageLocation, error)
    }
    checkPutResult(path, stageLocation, result)
  }

  async cancel(queryId: string): Promise<void> {
    const own = [...this.#running].find((statement) => statement.getQueryId() === queryId)
    if (own === undefined) {
      await this.execute(`SELECT SYSTEM$CANCEL_QUERY(${quoteLiteral(queryId)})`)
    } else {
      await cancelStatement(own)
    }
  }

  /**
   * What signs in at this account's image registry: this session's own token.
   *
   * @param repositoryUrl `repository_url` of SHOW IMAGE REPOSITORIES; its host is given the token.
   */
  registryCredentials(repositoryUrl: string): RegistryCredentials {
    return registryCredentials(this.#connection, repositoryUrl)
  }

  /** Ends the session at Snowflake; further calls do nothing. */
  async close(): Promise<void> {
    this.#closing ??= this.#destroy()
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #start(sql: string, options: ExecuteOptions): Promise<StartedStatement> {
    if (this.#closing !== undefined) {
      throw new SessionError('SESSION_EXPIRED', 'Cannot run statement: the session is closed', {
        hint: 'Call connect() again for a new session',
      })
    }
    return startStatement(this.#connection, sql, options, this.#running)
  }

  async #destroy(): Promise<void> {
    try {
      await called((done) => this.#connection.destroy(done))
    } catch (error) {
      const translated = translateDriverError(error, 'close session')
      // A session that has ended, or whose account has gone, needs no closing.
      if (!GONE.has(translated.code)) throw translated
    }
  }
}

async function* valuesOf({
  readers,
  batches,
}: StartedStatement): AsyncGenerator<readonly (readonly Value[])[]> {
  for await (const batch of batches()) {
    yield batch.map((cells) => readers.map((reader, index) => reader.toValue(cells[index] ?? null)))
  }
}

function rowsAffectedBy(statement: RowStatement): number | undefined {
  const updated = statement.getNumUpdatedRows() ?? -1
  return updated < 0 ? undefined : updated
}

/** The driver has 10 rows ready otherwise, and is waited for after each of these. */
const ROWS_AT_ONCE = { rowStreamHighWaterMark: MOST_ROWS_OF_BATCH }

/** A local account that does not answer is not running; the driver would ask again for minutes. */
const LOCAL_ACCOUNT = { sfRetryMaxLoginRetries: 0, oauthHttpAllowed: true }

const GONE = new Set(['SESSION_EXPIRED', 'UNREACHABLE'])

/** Host name of a local account, or undefined for Snowflake itself, which never speaks plain http. */
function localHostOf({ accessUrl }: DriverOptions): string | undefined {
  if (accessUrl === undefined) return undefined
  const { hostname, protocol } = new URL(accessUrl)
  return isLoopback(hostname) || protocol === 'http:' ? hostname : undefined
}
