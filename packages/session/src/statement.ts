import type { ExecuteOptions, ResultColumn, Value } from '@spcs/sql'
import type { Connection, RowStatement } from 'snowflake-sdk'
import { toDriverBinds } from './bind.ts'
import { called } from './called.ts'
import { translateDriverError } from './driver-error.ts'
import { SessionError } from './errors.ts'
import { columnKind, READ_AS_TEXT, readValue } from './result-value.ts'

/** A statement whose result is there to be read. */
export interface StartedStatement {
  readonly statement: RowStatement
  readonly columns: readonly ResultColumn[]
  /** The rows, once; leaving the loop early ends the statement's download. */
  readonly rows: () => AsyncGenerator<readonly Value[]>
}

/**
 * Sends a statement and returns when its first rows may be read.
 *
 * @param running Holds the statement while it runs, so that others can cancel it by its query id.
 */
export async function startStatement(
  connection: Connection,
  sql: string,
  { binds, signal }: ExecuteOptions,
  running: Set<RowStatement>,
): Promise<StartedStatement> {
  if (isAborted(signal)) throw cancelled(signal)
  const driverBinds = binds === undefined ? {} : { binds: toDriverBinds(binds) }
  let statement: RowStatement | undefined
  const onAbort = (): void => {
    // The statement itself then fails with 000604, or with the reason why it could not be cancelled.
    if (statement !== undefined) void cancelStatement(statement).catch(() => undefined)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const executed = await new Promise<RowStatement>((resolve, reject) => {
      statement = connection.execute({
        ...driverBinds,
        sqlText: sql,
        streamResult: true,
        fetchAsString: READ_AS_TEXT,
        rowMode: 'array',
        complete: (error, completed) => (error ? reject(error) : resolve(completed)),
      })
      running.add(statement)
    })
    const columns = columnsOf(executed)
    return { statement: executed, columns, rows: () => rowsOf(executed, columns, signal) }
  } catch (error) {
    if (isAborted(signal)) throw cancelled(signal, error)
    throw translateDriverError(error, 'run statement', statement?.getQueryId())
  } finally {
    signal?.removeEventListener('abort', onAbort)
    if (statement !== undefined) running.delete(statement)
  }
}

/** Asks Snowflake to end a statement. */
export async function cancelStatement(statement: RowStatement): Promise<void> {
  try {
    await called((done) => statement.cancel(done))
  } catch (error) {
    throw translateDriverError(error, 'cancel statement', statement.getQueryId())
  }
}

async function* rowsOf(
  statement: RowStatement,
  columns: readonly ResultColumn[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Value[]> {
  const kinds = columns.map((column) => column.type)
  const stream: AsyncIterable<readonly unknown[]> & { destroy(error?: Error): unknown } =
    statement.streamRows()
  // A row that is waited for may be long in coming.
  const onAbort = (): void => void stream.destroy(cancelled(signal))
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for await (const cells of stream) {
      if (isAborted(signal)) throw cancelled(signal)
      yield kinds.map((kind, index) => readValue(kind, cells[index]))
    }
  } catch (error) {
    throw translateDriverError(error, 'run statement', statement.getQueryId())
  } finally {
    signal?.removeEventListener('abort', onAbort)
    stream.destroy()
  }
}

function columnsOf(statement: RowStatement): ResultColumn[] {
  return (statement.getColumns() ?? []).map((column) => ({
    name: column.getName(),
    type: columnKind(column.getType()),
    nullable: column.isNullable(),
  }))
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function cancelled(signal: AbortSignal | undefined, cause: unknown = signal?.reason): SessionError {
  return new SessionError('CANCELLED', 'Cannot run statement: it was cancelled', { cause })
}
