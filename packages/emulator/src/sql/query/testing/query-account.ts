import { afterAll } from 'vitest'
import type { Bind, StatementContext } from '../../../account.ts'
import type { ServiceFunctionObject } from '../../../catalog/objects.ts'
import { type EngineConnection, openEngine } from '../../../engine/duckdb.ts'
import type { RowsResult, WireRow } from '../../../statement-result.ts'
import { rowsIn, type TestAccount, TEST_TIME, testAccount } from '../../../testing/test-account.ts'
import type { CallServiceFunction, SystemFunction } from '../query-engine.ts'
import { createRunQuery } from '../run-query.ts'

/** A call that reached the service function's caller. */
export interface RecordedCall {
  readonly name: string
  readonly site: number
  readonly rows: readonly (readonly unknown[])[]
}

/** A result with its rows encoded. */
export interface QueryRows extends RowsResult {
  readonly rows: readonly WireRow[]
}

/** An account with a real engine, the schema DB.PUBLIC and a caller that records what it is asked. */
export interface QueryAccount extends TestAccount {
  /** Every call so far; a test may empty it. */
  readonly calls: RecordedCall[]
  query(sql: string, options?: QueryOptions): Promise<QueryRows>
  /** The rows alone. */
  rows(sql: string, options?: QueryOptions): Promise<readonly WireRow[]>
  /** Another session's connection. */
  connect(): Promise<EngineConnection>
  addFunction(fn: Partial<ServiceFunctionObject> & { readonly name: string }): void
}

export interface QueryOptions {
  readonly binds?: readonly Bind[]
  readonly signal?: AbortSignal
  readonly session?: StatementContext['session']
}

export interface QueryAccountOptions {
  /** Answers the calls; by default each row's first argument in Fahrenheit. */
  readonly answer?: CallServiceFunction
  readonly systemFunctions?: Record<string, SystemFunction>
}

/** Opens one; it is closed after the tests of the file. */
export async function openQueryAccount(options: QueryAccountOptions = {}): Promise<QueryAccount> {
  const engine = await openEngine(undefined)
  afterAll(() => engine.close())
  const connection = await engine.connect()
  await connection.run('CREATE SCHEMA "DB.PUBLIC"')
  const account = testAccount(
    { engine },
    { session: { engine: connection, database: 'DB', schema: 'PUBLIC' } },
  )
  const object = { createdOn: TEST_TIME, owner: 'ACCOUNTADMIN', comment: '' }
  const { catalog } = account.account
  catalog.databases.put({ ...object, kind: 'DATABASE', name: 'DB', transient: false })
  catalog.schemas.put({ ...object, kind: 'SCHEMA', name: 'PUBLIC', database: 'DB' })

  const calls: RecordedCall[] = []
  const answer: CallServiceFunction = options.answer ?? toFahrenheit
  const runQuery = createRunQuery({
    systemFunctions: options.systemFunctions ?? {},
    callServiceFunction: (call, context) => {
      calls.push({ name: call.function.name, site: call.site, rows: [...call.rows] })
      return answer(call, context)
    },
  })
  const query = async (sql: string, changes: QueryOptions = {}): Promise<QueryRows> => {
    const result = await runQuery(sql, account.context(changes))
    if (result.kind !== 'rows') throw new Error(`Cannot read "${sql}": it gave no rows`)
    return { ...result, rows: rowsIn(result) }
  }
  return {
    ...account,
    calls,
    query,
    rows: async (sql, changes) => (await query(sql, changes)).rows,
    connect: () => engine.connect(),
    addFunction: (fn) => {
      catalog.functions.put({ ...object, ...serviceFunction, ...fn })
    },
  }
}

const toFahrenheit: CallServiceFunction = (call) =>
  Promise.resolve(call.rows.map(([celsius]) => (Number(celsius) * 9) / 5 + 32))

const serviceFunction = {
  kind: 'FUNCTION',
  database: 'DB',
  schema: 'PUBLIC',
  arguments: [{ name: 'INPUT', type: { kind: 'FLOAT' } }],
  returns: { kind: 'FLOAT' },
  returnsNotNull: false,
  strict: false,
  immutable: false,
  service: 'DB.PUBLIC.CONVERT_API',
  endpoint: 'convert-api',
  path: '/convert',
  contextHeaders: [],
  maxBatchRows: 5,
  maxBatchRetries: 3,
  onBatchFailure: 'ABORT',
  batchTimeoutSecs: 3600,
} as const satisfies Omit<ServiceFunctionObject, 'name' | 'createdOn' | 'owner' | 'comment'>
