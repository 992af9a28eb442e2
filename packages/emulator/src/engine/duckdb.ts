import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBMaterializedResult,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api'
import { installMacros } from './macros.ts'
import { registerServiceCalls } from './service-calls.ts'

/** The DuckDB instance of the account; schemas are named `DB.SCHEMA` inside its one database. */
export interface Engine {
  connect(): Promise<EngineConnection>
  close(): Promise<void>
}

/** One connection: its own transaction, its own running query. Statements given at once run in turn. */
export interface EngineConnection {
  /**
   * Grows whenever tables, views or what is seen of them may have changed, by any connection: what was read of the
   * engine's catalog before is stale then. Absent: nothing that was read of it is kept.
   */
  readonly catalogVersion?: number
  /** True between the session's BEGIN and its COMMIT or ROLLBACK; the query engine keeps it. */
  inTransaction: boolean
  /**
   * Runs one DuckDB statement. Values come as @duckdb/node-api gives them; an array of texts is bound as
   * a list of VARCHAR.
   *
   * @throws {EngineInterrupted} when it was interrupted; DuckDB's own error otherwise.
   */
  run(sql: string, values?: readonly unknown[]): Promise<EngineResult>
  /** The same for results of any size: every chunk of rows is handed over, waited for, and then forgotten. */
  read(
    sql: string,
    values: readonly unknown[],
    onChunk: (chunk: DuckDBDataChunk) => void | Promise<void>,
  ): Promise<number>
  /** Stops what runs; also a query that is only queued. */
  interrupt(): void
  close(): void
}

export interface EngineResult {
  readonly columns: readonly { readonly name: string; readonly type: unknown }[]
  readonly rows: readonly (readonly unknown[])[]
  readonly rowsChanged: number
}

/** What a query that was interrupted ends with. */
export class EngineInterrupted extends Error {
  constructor() {
    super('Interrupted')
    this.name = 'EngineInterrupted'
  }
}

/** Opens the account's engine over a file, or in memory, with Snowflake's functions in it. */
export async function openEngine(path: string | undefined): Promise<Engine> {
  const instance = await DuckDBInstance.create(path ?? ':memory:', {
    // Queries are printed from a list of known functions; this is the second door behind that one.
    enable_external_access: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const open = new Set<OpenConnection>()
  const version = { value: 0 }
  const connect = async (): Promise<OpenConnection> => {
    const duckdb = await instance.connect()
    const connection = new OpenConnection(duckdb, version, () => open.delete(connection))
    open.add(connection)
    return connection
  }
  const setup = await instance.connect()
  await setup.run(`SET GLOBAL TimeZone = 'UTC'`)
  await installMacros(setup)
  registerServiceCalls(setup)
  setup.closeSync()
  return {
    connect,
    async close() {
      for (const connection of open) connection.interrupt()
      await Promise.all([...open].map((connection) => connection.idle()))
      for (const connection of open) connection.close()
      instance.closeSync()
    },
  }
}

class OpenConnection implements EngineConnection {
  inTransaction = false
  readonly #connection: DuckDBConnection
  readonly #version: { value: number }
  readonly #onClose: () => void
  #last: Promise<unknown> = Promise.resolve()
  #running: object | undefined
  #interrupts = 0
  #closed = false

  constructor(connection: DuckDBConnection, version: { value: number }, onClose: () => void) {
    this.#connection = connection
    this.#version = version
    this.#onClose = onClose
  }

  get catalogVersion(): number {
    return this.#version.value
  }

  run(sql: string, values: readonly unknown[] = []): Promise<EngineResult> {
    return this.#inTurn(async (alive) => {
      const result = await this.#execute(sql, values)
      const rows: DuckDBValue[][] = []
      for (;;) {
        alive()
        const chunk = await result.fetchChunk()
        if (chunk === null || chunk.rowCount === 0) break
        chunk.appendToRows(rows)
      }
      const types = result.columnTypes()
      const columns = result.columnNames().map((name, index) => ({ name, type: types[index] }))
      return { columns, rows, rowsChanged: result.rowsChanged }
    })
  }

  read(
    sql: string,
    values: readonly unknown[],
    onChunk: (chunk: DuckDBDataChunk) => void | Promise<void>,
  ): Promise<number> {
    return this.#inTurn(async (alive) => {
      // Not streamed: @duckdb/node-api gives a stream's error, or its interruption, as an end of the rows.
      const result = await this.#execute(sql, values)
      for (;;) {
        alive()
        const chunk = await result.fetchChunk()
        if (chunk === null || chunk.rowCount === 0) return result.rowsChanged
        await onChunk(chunk)
      }
    })
  }

  interrupt(): void {
    this.#interrupts += 1
    const running = this.#running
    // DuckDB forgets an interrupt that comes before the query has started on its own thread.
    const again = (): void => {
      if (running === undefined || this.#running !== running || this.#closed) return
      this.#connection.interrupt()
      setTimeout(again, 10)
    }
    again()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#onClose()
    this.#connection.closeSync()
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    await this.#last
  }

  async #execute(sql: string, values: readonly unknown[]): Promise<DuckDBMaterializedResult> {
    try {
      return await this.#connection.run(sql, ...bindable(values))
    } finally {
      if (CHANGES_CATALOG.test(sql)) this.#version.value += 1
    }
  }

  #inTurn<T>(job: (alive: () => void) => Promise<T>): Promise<T> {
    const interrupts = this.#interrupts
    const alive = (): void => {
      if (interrupts !== this.#interrupts) throw new EngineInterrupted()
    }
    const turn = this.#last.then(async () => {
      alive()
      const running = {}
      this.#running = running
      try {
        return await job(alive)
      } catch (error) {
        alive()
        throw error
      } finally {
        this.#running = undefined
      }
    })
    this.#last = turn.catch(() => {})
    return turn
  }
}

// What a transaction changed is seen by others when it ends.
const CHANGES_CATALOG = /^\s*(?:CREATE|ALTER|DROP|COMMENT|COMMIT|ROLLBACK)\b/i

function bindable(values: readonly unknown[]): [DuckDBValue[]?, DuckDBType[]?] {
  if (values.length === 0) return []
  const bound = values.map((value) =>
    Array.isArray(value) ? listValue(value as DuckDBValue[]) : (value as DuckDBValue),
  )
  if (!values.some((value) => Array.isArray(value))) return [bound]
  return [bound, values.map((value) => (Array.isArray(value) ? LIST(VARCHAR) : VARCHAR))]
}
