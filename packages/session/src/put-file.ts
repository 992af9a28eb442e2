import { type PutFileOptions, quoteLiteral, type ResultSet, toObjects } from '@spcs/sql'
import { SessionError } from './errors.ts'

/** The PUT statement for one file; the driver does the upload when it sees the word. */
export function putSql(path: string, stageLocation: string, options: PutFileOptions): string {
  const { overwrite = true, autoCompress = false } = options
  return [
    `PUT ${quoteLiteral(`file://${path}`)} ${quoteLiteral(stageLocation)}`,
    `AUTO_COMPRESS = ${autoCompress ? 'TRUE' : 'FALSE'}`,
    `OVERWRITE = ${overwrite ? 'TRUE' : 'FALSE'}`,
  ].join(' ')
}

/**
 * Reads the rows that the driver makes of its uploads.
 *
 * @throws {SessionError} `PUT_FAILED` unless the file is on the stage now.
 */
export function checkPutResult(path: string, stageLocation: string, result: ResultSet): void {
  const files = toObjects(result)
  const failed = files.find(({ status }) => status !== 'UPLOADED' && status !== 'SKIPPED')
  if (failed === undefined && files.length > 0) return
  const message = failed?.['message']
  const why = typeof message === 'string' && message !== '' ? message : 'no file was uploaded'
  throw putFailed(path, stageLocation, why, { queryId: result.queryId })
}

/** What the driver throws while it moves a file; what Snowflake says to the PUT itself stays as it is. */
export function translatePutError(path: string, stageLocation: string, error: unknown): unknown {
  if (!(error instanceof SessionError) || error.code !== 'DRIVER_FAILED') return error
  const why = error.snowflakeMessage ?? error.message
  return putFailed(path, stageLocation, why, { cause: error })
}

function putFailed(
  path: string,
  stageLocation: string,
  why: string,
  more: { readonly queryId?: string; readonly cause?: unknown },
): SessionError {
  return new SessionError('PUT_FAILED', `Cannot put "${path}" to "${stageLocation}": ${why}`, {
    hint: 'Check the path of the file, and that the role may write to the stage',
    ...more,
  })
}
