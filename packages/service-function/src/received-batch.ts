import type { IncomingHttpHeaders } from 'node:http'
import { performance } from 'node:perf_hooks'
import { BATCH_ID_HEADER, QUERY_ID_HEADER } from './headers.ts'

/** What is known of a batch before its body is read, and then of its rows. */
export interface ReceivedBatch {
  readonly functionName: string
  readonly batchId: string | undefined
  readonly queryId: string | undefined
  /** When its headers were there, on the clock of `performance.now()`. */
  readonly started: number
  /** Undefined until its body was read, and for a batch that came again. */
  rows: number | undefined
  /** True for a batch that came again: it joined the first one, or got its answer. */
  repeated: boolean
}

/** What is asked of a request, be it Fastify's or Node's own. */
export interface HeadersOfBatch {
  readonly headers: IncomingHttpHeaders
}

export function receiveBatch(functionName: string, { headers }: HeadersOfBatch): ReceivedBatch {
  return {
    functionName,
    batchId: headerText(headers[BATCH_ID_HEADER]),
    queryId: headerText(headers[QUERY_ID_HEADER]),
    started: performance.now(),
    rows: undefined,
    repeated: false,
  }
}

function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined
}
