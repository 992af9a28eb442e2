import type { ExecuteOptions, ResultColumn } from '@spcs/sql'
import type { Connection, RowStatement } from 'snowflake-sdk'
import { toDriverBinds } from './bind.ts'
import { called } from './called.ts'
import { translateDriverError } from './driver-error.ts'
import { SessionError } from './errors.ts'
import { type ColumnReader, readColumn } from './column-reader.ts'
import type { WireCell } from './raw-cells.ts'
import { rowBatches } from './row-batches.ts'

/** A row as it came over the wire. */
export type WireRow = readonly WireCell[]

/** A statement whose result is there to be read. */
export interface StartedStatement {
  readonly statement: RowStatement
  readonly columns: readonly ResultColumn[]
  /** How the cells of each column are read. */
  readonly readers: readonly ColumnReader[]
  /** The rows, once; leaving the loop early ends the statement's download. */
  readonly batches: () => AsyncGenerator<readonly WireRow[]>
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
        rowMode: 'array',
        complete: (error, completed) => (error ? reject(error) : resolve(completed)),
      })
      running.add(statement)
    })
    const read = (executed.getColumns() ?? []).map(readColumn)
    return {
      statement: executed,
      columns: read.map(({ column }) => column),
      readers: read.map(({ reader }) => reader),
      batches: () => batchesOf(executed, signal),
    }
  } catch (error) {
    if (isAborted(signal)) throw cancelled(signal, error)
    if (error instanceof SessionError) throw error
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

async function* batchesOf(
  statement: RowStatement,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly WireRow[]> {
  const stream = statement.streamRows()
  // A row that is waited for may be long in coming.
  const onAbort = (): void => void stream.destroy(cancelled(signal))
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for await (const batch of rowBatches<WireRow>(stream)) {
      if (isAborted(signal)) throw cancelled(signal)
      yield batch
    }
    if (isAborted(signal)) throw cancelled(signal)
  } catch (error) {
    throw translateDriverError(error, 'run statement', statement.getQueryId())
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function cancelled(signal: AbortSignal | undefined, cause: unknown = signal?.reason): SessionError {
  return new SessionError('CANCELLED', 'Cannot run statement: it was cancelled', { cause })
}
