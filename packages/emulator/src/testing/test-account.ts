import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Account, StatementContext } from '../account.ts'
import { bootstrapCatalog } from '../catalog/bootstrap.ts'
import { Catalog } from '../catalog/catalog.ts'
import { DirectoryStageFiles } from '../catalog/directory-stage-files.ts'
import { type Command, runCommand } from '../commands/command.ts'
import { openEngine } from '../engine/duckdb.ts'
import { unsupported } from '../snowflake-error.ts'
import type { Session } from '../sql-session.ts'
import type { RowsResult, StatementResult, WireRow } from '../statement-result.ts'
import { Tokens } from '../tokens.ts'

/** A small account for tests, signed in as ADMIN with the role ACCOUNTADMIN. */
export interface TestAccount {
  readonly account: Account
  /** The session that `run` uses; a test may change it. */
  readonly session: Session
  context(overrides?: Partial<StatementContext>): StatementContext
  /** Runs one of the commands; any other statement is refused as unsupported. */
  run(sql: string): Promise<StatementResult>
}

/** The time that a test account's clock shows, and thus every `created_on` in it. */
export const TEST_TIME = '2026-01-02T03:04:05.000Z'

export interface TestAccountOptions {
  /** The statements that `run` knows. */
  readonly commands?: readonly Command[]
  readonly session?: Partial<Session>
}

/** An account in memory with a bootstrapped catalog; parts not given throw when they are used. */
export function testAccount(
  overrides: Partial<Account> = {},
  options: TestAccountOptions = {},
): TestAccount {
  const catalog = new Catalog(undefined)
  bootstrapCatalog(catalog, { user: 'ADMIN', password: 'admin', now: new Date(TEST_TIME) })
  const account: Account = {
    name: 'LOCAL',
    catalog,
    engine: missing('engine'),
    stages: missing('stages'),
    images: missing('images'),
    services: missing('services'),
    tokens: new Tokens(),
    address: '127.0.0.1:8084',
    ingressPort: 8085,
    log: silent,
    now: () => new Date(TEST_TIME),
    ...overrides,
  }
  const session = testSession(options.session)
  let queries = 0
  const context = (changes: Partial<StatementContext> = {}): StatementContext => ({
    account,
    session,
    queryId: `00000000-0000-0000-0000-${String((queries += 1)).padStart(12, '0')}`,
    binds: [],
    signal: new AbortController().signal,
    ...changes,
  })
  const run = async (sql: string): Promise<StatementResult> => {
    const result = await runCommand(sql, context(), options.commands ?? [])
    if (result === undefined) throw unsupported(sql)
    catalog.save()
    return result
  }
  return { account, session, context, run }
}

/** A session of ADMIN; its engine throws unless one is given. */
export function testSession(overrides: Partial<Session> = {}): Session {
  return {
    id: '1',
    user: 'ADMIN',
    role: 'ACCOUNTADMIN',
    database: null,
    schema: null,
    warehouse: 'COMPUTE_WH',
    parameters: new Map(),
    variables: new Map(),
    queryIds: [],
    engine: missing('session.engine'),
    ...overrides,
  }
}

/** A test account with a real engine in memory, which `close` ends, and stages in a temporary folder. */
export async function openTestAccount(
  commands: readonly Command[],
  overrides: Partial<Account> = {},
): Promise<TestAccount & { close(): Promise<void> }> {
  const engine = await openEngine(undefined)
  const connection = await engine.connect()
  const root = temporaryDirectory()
  const account = testAccount(
    { engine, stages: new DirectoryStageFiles(root), ...overrides },
    { commands, session: { engine: connection } },
  )
  const close = async (): Promise<void> => {
    connection.close()
    await engine.close()
    rmSync(root, { recursive: true, force: true })
  }
  return { ...account, close }
}

/** The rows of a result as objects keyed by column name. */
export function rowsOf(result: StatementResult): Record<string, string | null>[] {
  if (result.kind !== 'rows') throw new Error('Cannot read rows: the result is a transfer')
  const names = result.columns.map(({ name }) => name)
  return rowsIn(result).map((row) =>
    Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])),
  )
}

/** The rows of a result as they go over the wire. */
export function rowsIn({ rows }: RowsResult): readonly WireRow[] {
  if (!('kind' in rows)) return rows
  const texts = rows.chunks.map(({ body }) => gunzipSync(body).toString())
  return JSON.parse(`[${[rows.inline, ...texts].join(',')}]`) as WireRow[]
}

/** The names of a result's columns, in order. */
export function columnsOf(result: StatementResult): string[] {
  return result.kind === 'rows' ? result.columns.map(({ name }) => name) : []
}

/** The text of an answer that only reports success. */
export function statusOf(result: StatementResult): string | null {
  return rowsOf(result)[0]?.['status'] ?? null
}

/** A new folder under the temporary one, which the end of the run removes. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'spcs-emulator-'))
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Takes the place of any part of an account. */
function missing(part: string): never {
  const refuse = (_target: object, key: string | symbol): undefined => {
    if (key === 'then') return undefined // a promise may be resolved with it
    throw new Error(`Cannot use "${part}.${String(key)}": the test account was made without it`)
  }
  return new Proxy({}, { get: refuse }) as never
}
