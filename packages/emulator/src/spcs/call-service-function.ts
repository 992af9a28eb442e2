import { callInBatches, httpExchange, ServiceFunctionError } from '@spcs/service-function'
import { printDataType, printIdentifier } from '@spcs/sql'
import { Agent } from 'undici'
import type { Account } from '../account.ts'
import type { ServiceFunctionObject } from '../catalog/objects.ts'
import { serviceFunctionError, SnowflakeError } from '../snowflake-error.ts'
import type { CallServiceFunction } from '../sql/query/query-engine.ts'
import { contextHeaders } from './context-headers.ts'

/** Batches of one call under way at once. */
const CONCURRENCY = 8

export interface ServiceCallOptions {
  /** How long a service may take for one answer; default 30,000, as in Snowflake. */
  readonly requestTimeoutMs?: number | undefined
}

/** Makes the way from a call in SQL to the service's endpoint: rows in, one value a row out. */
export function createCallServiceFunction(
  account: Account,
  { requestTimeoutMs }: ServiceCallOptions = {},
): CallServiceFunction {
  const exchange = httpExchange(new Agent({ connections: CONCURRENCY, pipelining: 1 }))
  return async ({ function: fn, site, rows }, context) => {
    const service = account.catalog.services.get(fn.service)
    try {
      return await callInBatches({
        lease: () => account.services.leaseEndpoint(service, fn.endpoint, context.signal),
        exchange,
        path: fn.path,
        rows,
        name: fn.name,
        signature: printSignature(fn),
        returnType: printDataType(fn.returns),
        queryId: context.queryId,
        callSite: site,
        maxBatchRows: fn.maxBatchRows ?? undefined,
        maxBatchRetries: fn.maxBatchRetries,
        onBatchFailure: fn.onBatchFailure === 'RETURN_NULL' ? 'return-null' : 'abort',
        batchTimeoutSecs: fn.batchTimeoutSecs,
        requestTimeoutMs,
        concurrency: CONCURRENCY,
        contextHeaders: contextHeaders(fn.contextHeaders, context),
        signal: context.signal,
      })
    } catch (error) {
      throw failedRequest(fn, error) ?? error
    }
  }
}

/** What the SQL user is told; undefined for a cancelled query and for faults of ours. */
function failedRequest(fn: ServiceFunctionObject, error: unknown): SnowflakeError | undefined {
  const failed = `Request failed for external function ${fn.name}`
  const told = (text: string): SnowflakeError => serviceFunctionError(`${failed}${text}`, error)
  if (error instanceof ServiceFunctionError) {
    const { status, body, message } = error
    return status === undefined || error.code === 'BATCH_MALFORMED'
      ? told(`. Error: ${message}`)
      : told(` with remote service error: ${status} '${body ?? ''}'`)
  }
  if (error instanceof SnowflakeError && error.code === '100351')
    return told(`. Error: ${error.message}`)
  return undefined
}

function printSignature(fn: ServiceFunctionObject): string {
  const list = fn.arguments.map(
    ({ name, type }) => `${printIdentifier(name)} ${printDataType(type)}`,
  )
  return `(${list.join(', ')})`
}
