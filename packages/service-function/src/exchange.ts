import type { IncomingHttpHeaders } from 'node:http'

/** One request to a service: a batch, or with GET the question for its answer. */
export interface ExchangeRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly signal: AbortSignal
}

/** One answer of the service, read to its end. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/**
 * Sends one request and reads its whole answer. The signal alone limits the time. Whatever it rejects with counts as a
 * fault of the network, after which the batch is sent again.
 */
export type Exchange = (url: URL, request: ExchangeRequest) => Promise<HttpAnswer>
