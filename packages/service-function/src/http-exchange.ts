import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, request } from 'undici'

/** One answer of the service, read to its end. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface HttpExchangeOptions {
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body: string | undefined
  readonly dispatcher: Dispatcher
  readonly signal: AbortSignal
}

/** Sends one request and reads its whole answer. The signal alone limits the time. */
export async function httpExchange(url: URL, options: HttpExchangeOptions): Promise<HttpAnswer> {
  const { method, headers, body, dispatcher, signal } = options
  const response = await request(url, {
    method,
    headers,
    dispatcher,
    signal,
    body: body ?? null,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    status: response.statusCode,
    headers: response.headers,
    body: Buffer.from(await response.body.arrayBuffer()),
  }
}
