import type { ResultSet, Value } from './result-set.ts'

/** How a statement is run. */
export interface ExecuteOptions {
  /** Values for `?` or `:1`, in order. */
  readonly binds?: readonly Value[] | undefined
  /** Cancels the statement when it fires. */
  readonly signal?: AbortSignal | undefined
}

/** How a file is put on a stage. */
export interface PutFileOptions {
  /** Replace a file of the same name; default true. */
  readonly overwrite?: boolean | undefined
  /** Gzip on the way; default false, so that a specification stays readable on its stage. */
  readonly autoCompress?: boolean | undefined
}

/** Something that runs Snowflake SQL: a session, or whatever else a caller brings. */
export interface QueryRunner {
  /** Runs one statement and brings its whole result. */
  execute(sql: string, options?: ExecuteOptions): Promise<ResultSet>
  /** Runs one statement and brings its rows as they arrive. */
  stream(sql: string, options?: ExecuteOptions): AsyncIterable<readonly Value[]>
  /** Puts a local file under a stage location such as `@DB.PUBLIC.SPECS/folder`. */
  putFile(path: string, stageLocation: string, options?: PutFileOptions): Promise<void>
  /** Cancels a running statement by its query id. */
  cancel(queryId: string): Promise<void>
}
