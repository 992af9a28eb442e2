import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Session } from '@spcs/session'

/** What a public endpoint answered. */
export interface EndpointAnswer {
  readonly status: number
  readonly body: string
}

const WITHIN_MS = 10_000

/** Gets a page of a public endpoint as a program does: with a token of the session in place of a sign-in. */
export async function getFromEndpoint(url: URL, session: Session): Promise<EndpointAnswer> {
  const isHere = url.hostname.endsWith('.localhost')
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const sent = send({
    // Browsers know that *.localhost is this machine; Node asks a name server.
    host: isHere ? '127.0.0.1' : url.hostname,
    port: url.port,
    path: url.pathname + url.search,
    headers: {
      host: url.host,
      authorization: `Snowflake Token="${await sessionToken(session)}"`,
    },
    signal: AbortSignal.timeout(WITHIN_MS),
  }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, body: await text(answer) }
}

/** The token that also opens the registry. */
async function sessionToken(session: Session): Promise<string> {
  const { token } = JSON.parse(await session.registryCredentials('').token()) as { token: string }
  return token
}
