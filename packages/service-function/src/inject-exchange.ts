import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Exchange } from './exchange.ts'
import { unlessAborted } from './unless-aborted.ts'

/** The exchange with an app in this process, without a port. The app does not notice when its caller hangs up. */
export function injectExchange(app: Pick<FastifyInstance, 'inject'>): Exchange {
  return async ({ pathname }, { method, headers, body, signal }) => {
    const payload = body === undefined ? {} : { payload: body }
    const answer = app.inject({ method, url: pathname, headers: { ...headers }, ...payload })
    const { statusCode, headers: answered, rawPayload } = await unlessAborted(answer, signal)
    return { status: statusCode, headers: answered as IncomingHttpHeaders, body: rawPayload }
  }
}
