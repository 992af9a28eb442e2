import {
  type ExecuteOptions,
  parseName,
  type PutFileOptions,
  type QueryRunner,
  type ResultSet,
  type Value,
} from '@spcs/sql'
import { invalidArgument } from './arguments.ts'
import { DataFrame } from './dataframe.ts'
import { checkBinds, withoutSemicolon } from './sql-text.ts'

/**
 * Where DataFrames come from: whatever runs SQL, such as a `Session` of @spcs/session, with `table()` and `sql()`. Closing
 * it closes what it runs on.
 */
export class DataFrameSession implements QueryRunner, AsyncDisposable {
  readonly #runner: QueryRunner & Closable

  constructor(runner: QueryRunner) {
    this.#runner = runner
  }

  /** The rows of a table or view: `table('db.schema."my table"')`. */
  table(name: string): DataFrame {
    const parts = parseName(name)
    if (parts.length > 3) {
      throw invalidArgument(
        `read table "${name}": it has ${parts.length} parts`,
        'Name it by database, schema and table, or fewer',
      )
    }
    return new DataFrame(this, { kind: 'table', name: parts })
  }

  /**
   * The rows of a statement, which is not run yet.
   *
   * @param binds A value for each `?` of the text.
   * @throws {DataFrameError} `BIND_COUNT_WRONG`
   */
  sql(text: string, binds: readonly Value[] = []): DataFrame {
    checkBinds(text, binds)
    return new DataFrame(this, { kind: 'sql', text: withoutSemicolon(text), binds })
  }

  execute(sql: string, options?: ExecuteOptions): Promise<ResultSet> {
    return this.#runner.execute(sql, options)
  }

  stream(sql: string, options?: ExecuteOptions): AsyncIterable<readonly Value[]> {
    return this.#runner.stream(sql, options)
  }

  putFile(path: string, stageLocation: string, options?: PutFileOptions): Promise<void> {
    return this.#runner.putFile(path, stageLocation, options)
  }

  cancel(queryId: string): Promise<void> {
    return this.#runner.cancel(queryId)
  }

  /** Closes what it runs on, where that can be closed. */
  async close(): Promise<void> {
    await (this.#runner.close === undefined
      ? this.#runner[Symbol.asyncDispose]?.()
      : this.#runner.close())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** What a runner may have besides running. */
interface Closable extends Partial<AsyncDisposable> {
  close?(): Promise<void>
}
