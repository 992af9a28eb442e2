import { parseName, printName, quoteLiteral } from '@spcs/sql'
import type { ServiceFunction } from './define-service-function.ts'
import { printSignature } from './signature.ts'

/** What the SQL needs beside the definition; names are written as one types them in SQL. */
export interface CreateFunctionOptions {
  /** The service that answers: `CONVERT_API` or `DB.PUBLIC.CONVERT_API`. */
  readonly service: string
  /** The name of the service's endpoint: `convert-api`. */
  readonly endpoint: string
  /** Another name than the definition's, such as one with database and schema. */
  readonly name?: string | undefined
  /** Replaces a function of the same name and argument types, and with it the grants on it. */
  readonly orReplace?: boolean | undefined
  /** The same answer for the same arguments, so that Snowflake may cache it; default VOLATILE. */
  readonly immutable?: boolean | undefined
  readonly maxBatchRetries?: number | undefined
  readonly onBatchFailure?: 'ABORT' | 'RETURN_NULL' | undefined
  readonly batchTimeoutSecs?: number | undefined
}

/**
 * The `CREATE FUNCTION` of a service function.
 *
 * @throws {SqlError} `IDENTIFIER_INVALID` when a name cannot be read.
 * @see https://docs.snowflake.com/en/sql-reference/sql/create-function-spcs
 */
export function createFunctionSql(
  definition: ServiceFunction,
  options: CreateFunctionOptions,
): string {
  const name = options.name === undefined ? [definition.name] : parseName(options.name)
  const { comment, maxBatchRows, contextHeaders } = definition
  const { maxBatchRetries, onBatchFailure, batchTimeoutSecs } = options
  return [
    `CREATE ${options.orReplace ? 'OR REPLACE ' : ''}FUNCTION ${printName(name)} ${printSignature(definition)}`,
    `RETURNS ${definition.returns.sqlType}`,
    definition.nullHandling === 'returns-null-on-null-input' && 'RETURNS NULL ON NULL INPUT',
    options.immutable && 'IMMUTABLE',
    `SERVICE = ${printName(parseName(options.service))}`,
    `ENDPOINT = ${quoteLiteral(options.endpoint)}`,
    comment !== undefined && `COMMENT = ${quoteLiteral(comment)}`,
    contextHeaders.length > 0 && `CONTEXT_HEADERS = (${contextHeaders.join(', ')})`,
    maxBatchRows !== undefined && `MAX_BATCH_ROWS = ${maxBatchRows}`,
    maxBatchRetries !== undefined && `MAX_BATCH_RETRIES = ${maxBatchRetries}`,
    onBatchFailure !== undefined && `ON_BATCH_FAILURE = ${onBatchFailure}`,
    batchTimeoutSecs !== undefined && `BATCH_TIMEOUT_SECS = ${batchTimeoutSecs}`,
    `AS ${quoteLiteral(definition.path)}`,
  ]
    .filter((line) => typeof line === 'string')
    .join('\n  ')
}
