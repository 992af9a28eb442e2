import { randomUUID } from 'node:crypto'
import { printDataType } from '@spcs/sql'
import type { FastifyInstance } from 'fastify'
import { Agent } from 'undici'
import { callInBatches, type CallInBatchesOptions } from './call-in-batches.ts'
import type { ServiceFunction } from './define-service-function.ts'
import type { Exchange } from './exchange.ts'
import { type Faults, withFaults } from './faults.ts'
import { httpExchange } from './http-exchange.ts'
import { injectExchange } from './inject-exchange.ts'
import { printSignature } from './signature.ts'
import type { SqlResult, SqlTypeName, SqlValue } from './sql-type.ts'
import { rowEncoder, valueDecoder } from './sql-row.ts'

/** The Fastify app that answers the function, or the address where it is answered: `http://127.0.0.1:9090`. */
export type CalledService = Pick<FastifyInstance, 'inject'> | string | URL

export interface CallServiceFunctionOptions<Called extends ServiceFunction> extends Pick<
  CallInBatchesOptions,
  | 'maxBatchRetries'
  | 'onBatchFailure'
  | 'batchTimeoutSecs'
  | 'requestTimeoutMs'
  | 'concurrency'
  | 'retryPauseMs'
  | 'contextHeaders'
  | 'signal'
> {
  /** The definition: where it is answered, and the types of rows and results. */
  readonly function: Called
  /** Default: that of the definition, else 4096. */
  readonly maxBatchRows?: number | undefined
  /** What goes wrong on the way, to see that the service copes. */
  readonly faults?: Faults | undefined
}

/** The arguments of one row, by the keys of the definition or in their order; null is SQL NULL. */
export type ArgumentRow<Called extends ServiceFunction> =
  | readonly ArgumentValue<Called['arguments'][number]['sqlType']>[]
  | {
      readonly [Argument in Called['arguments'][number] as Argument['key']]: ArgumentValue<
        Argument['sqlType']
      >
    }

type ArgumentValue<SqlType extends string> = SqlType extends SqlTypeName
  ? SqlResult<SqlType> | null
  : unknown

/** What a function answers for a row. */
export type ResultValue<Called extends ServiceFunction> =
  Called['returns']['sqlType'] extends SqlTypeName
    ? SqlValue<Called['returns']['sqlType']> | null
    : unknown

/**
 * Calls a service function as `SELECT` does in Snowflake, with values of TypeScript on both sides: the way to test one.
 *
 * The rows travel in batches under Snowflake's headers, those with a NULL only where the function is called on NULL
 * input. 429, 5xx and faults of the network are tried again under the same batch id, 202 is polled, answers are checked.
 *
 * @returns One value a row, in row order.
 * @throws {ServiceFunctionError} `ARGUMENT_INVALID` or `ARGUMENT_COUNT_WRONG` for a row that SQL would not send,
 *   `RESULT_INVALID` for an answer that SQL would not take, one of the `BATCH_…` codes for a lost batch.
 */
export async function callServiceFunction<const Called extends ServiceFunction>(
  service: CalledService,
  rows: readonly ArgumentRow<Called>[],
  { function: definition, faults, ...options }: CallServiceFunctionOptions<Called>,
): Promise<ResultValue<Called>[]> {
  const isSent = sentRows(definition)
  const encoded = rows.map(rowEncoder(definition))
  const decode = valueDecoder(definition)
  const call = (url: URL, exchange: Exchange): Promise<unknown[]> =>
    callInBatches({
      maxBatchRows: definition.maxBatchRows,
      ...options,
      lease: async () => ({ url: url.origin, release: () => {} }),
      exchange: faults === undefined ? exchange : withFaults(exchange, faults),
      path: definition.path,
      rows: encoded.filter(isSent),
      name: definition.name,
      signature: printSignature(definition),
      returnType: printDataType(definition.returns.type),
      queryId: randomUUID(),
    })
  const values = await throughService(service, call)
  let next = 0
  return encoded.map((row, index) =>
    isSent(row) ? decode(values[next++], index) : null,
  ) as ResultValue<Called>[]
}

async function throughService(
  service: CalledService,
  call: (url: URL, exchange: Exchange) => Promise<unknown[]>,
): Promise<unknown[]> {
  if (typeof service === 'object' && 'inject' in service) {
    return call(new URL('http://localhost'), injectExchange(service))
  }
  const dispatcher = new Agent()
  try {
    return await call(new URL(service), httpExchange(dispatcher))
  } finally {
    await dispatcher.destroy()
  }
}

/** True for the rows that reach the service: those without NULL, where NULL in is NULL out. */
function sentRows({ nullHandling }: ServiceFunction): (row: readonly unknown[]) => boolean {
  return nullHandling === 'returns-null-on-null-input' ? (row) => !row.includes(null) : () => true
}
