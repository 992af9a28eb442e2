import type { Connection, ConnectionOptions, RowStatement, StatementOption } from 'snowflake-sdk'

// Read when the driver is imported: it would look for cloud metadata services.
process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] = 'true'
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
const { default: snowflake } = await import('snowflake-sdk')
snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false })

/** An error of the driver, with what it was answered. */
export interface DriverError extends Error {
  readonly code: unknown
}

/** The driver's error that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<DriverError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error
    throw error
  }
  throw new Error('Expected a failure, but it succeeded')
}

/** Signs the real driver in, as ADMIN unless something else is given. */
export async function connect(
  accessUrl: string,
  options: Partial<ConnectionOptions> = {},
): Promise<Connection> {
  const user = options.authenticator === undefined ? { username: 'admin', password: 'admin' } : {}
  const connection = snowflake.createConnection({
    accessUrl,
    account: 'local',
    ...user,
    ...options,
  })
  await new Promise<void>((resolve, reject) => {
    void connection.connectAsync((error) => (error ? reject(error) : resolve()))
  })
  return connection
}

interface SessionState {
  getCurrentDatabase(): string
  getCurrentSchema(): string
  getCurrentWarehouse(): string
  getCurrentRole(): string
}

/** Where the driver takes the session to be after a statement. */
export function placeAfter(statement: RowStatement): Record<string, string> {
  const state = statement.getSessionState()
  if (!isSessionState(state)) throw new Error('The driver was told nothing about the session')
  return {
    database: state.getCurrentDatabase(),
    schema: state.getCurrentSchema(),
    warehouse: state.getCurrentWarehouse(),
    role: state.getCurrentRole(),
  }
}

function isSessionState(state: object | undefined): state is SessionState {
  return state !== undefined && 'getCurrentDatabase' in state
}

export interface Executed {
  readonly rows: Record<string, unknown>[]
  readonly statement: RowStatement
}

export function execute(
  connection: Connection,
  sqlText: string,
  options: Partial<StatementOption> = {},
): Promise<Executed> {
  return new Promise((resolve, reject) => {
    connection.execute({
      ...options,
      sqlText,
      complete: (error, statement, rows) => {
        if (error) reject(error)
        else resolve({ rows: rows ?? [], statement })
      },
    })
  })
}

export function destroy(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.destroy((error) => (error ? reject(error) : resolve()))
  })
}
