import { ServiceFunctionError } from './errors.ts'

const EXPECTED = 'Send {"data": [[0, argument, ...], [1, argument, ...], ...]} as Snowflake does'

/**
 * The rows of a service function's request body, `{"data": [[0, argument, ...], ...]}`, still unchecked.
 *
 * @throws {ServiceFunctionError} `BODY_NOT_JSON` or `DATA_MISSING`.
 * @see https://docs.snowflake.com/en/sql-reference/external-functions-data-format
 */
export function decodeBatch(body: string): unknown[] {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch (cause) {
    throw new ServiceFunctionError('BODY_NOT_JSON', 'Cannot read batch: the body is not JSON', {
      hint: EXPECTED,
      cause,
    })
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
