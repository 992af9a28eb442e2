import { type Dispatcher, request } from 'undici'
import type { Exchange } from './exchange.ts'

/** The exchange over HTTP, on the dispatcher's connections. */
export function httpExchange(dispatcher: Dispatcher): Exchange {
  return async (url, { method, headers, body, signal }) => {
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
}
