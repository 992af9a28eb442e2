import { isUtf8 } from 'node:buffer'
import { parseJson } from '@spcs/sql'
import { ServiceFunctionError } from './errors.ts'
import type { ExactNumbers } from './value-codec.ts'

const EXPECTED = 'Send {"data": [[0, argument, ...], [1, argument, ...], ...]} as Snowflake does'

/**
 * The rows of a service function's request body, `{"data": [[0, argument, ...], ...]}`, still unchecked.
 *
 * @param exact Which numbers come as bigint, or as `RawJson`, where a double would lose digits.
 * @throws {ServiceFunctionError} `BODY_NOT_JSON` or `DATA_MISSING`.
 * @see https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 */
export function decodeBatch(body: Buffer, exact: ExactNumbers): unknown[] {
  if (!isUtf8(body)) throw notJson('UTF-8')
  let json: unknown
  try {
    const text = body.toString()
    json = exact === 'none' ? JSON.parse(text) : parseJson(text, { exact: exact === 'decimals' })
  } catch (cause) {
    throw notJson('JSON', cause)
  }
  if (typeof json === 'object' && json !== null && 'data' in json && Array.isArray(json.data)) {
    return json.data
  }
  throw new ServiceFunctionError(
    'DATA_MISSING',
    'Cannot read batch: the body has no array called "data"',
    { hint: EXPECTED },
  )
}

function notJson(what: string, cause?: unknown): ServiceFunctionError {
  return new ServiceFunctionError('BODY_NOT_JSON', `Cannot read batch: the body is not ${what}`, {
    hint: EXPECTED,
    cause,
  })
}
