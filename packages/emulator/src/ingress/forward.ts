import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ServerResponse } from 'node:http'
import type { InstanceLease } from '@spcs/service-function'
import { answerPage, type Exchange } from './exchange.ts'
import { pairsOf } from './headers.ts'
import { type IdleWatch, watchIdle } from './idle.ts'
import {
  isProgram,
  responseHeaders,
  type ResponseRules,
  upgradeResponseHeaders,
} from './response-headers.ts'

export interface ForwardOptions extends ResponseRules {
  /** Headers for the service, as `requestHeaders` gives them. */
  readonly headers: readonly string[]
  /** The connection is cut when no byte came in either direction for so long. */
  readonly idleMs: number
  /** Another ready instance than the one at this address, for a request that did not reach that one. */
  readonly maybeLeaseOther: (url: string) => InstanceLease | undefined
}

/** Instances that one request is tried at. */
const MOST_ATTEMPTS = 3

/**
 * Sends a request on to an instance, and its answer back, both as they come: nothing is kept, so uploads, downloads and
 * event streams may be as long as they like. A WebSocket becomes two connections with their ends tied together. The
 * lease is released when the instance has nothing to do with the request any more; that of a WebSocket at once.
 */
export function forward(exchange: Exchange, lease: InstanceLease, options: ForwardOptions): void {
  const { request, response, upgrade } = exchange
  let attempts = 0
  let outgoing: ClientRequest | undefined
  /** Ends both sides; the client is told why where it has not been answered yet. */
  const fail = (status: number, reason: string): void => {
    idle.stop()
    outgoing?.destroy()
    answerPage(exchange, status, { title: 'The service does not answer', text: [`${reason}.`] })
  }
  const idle = watchIdle(options.idleMs, () => {
    fail(504, `nothing was sent for ${Math.round(options.idleMs / 1000)} seconds`)
  })
  response.on('finish', () => idle.stop())
  response.on('close', () => {
    idle.stop()
    if (!response.writableFinished) outgoing?.destroy()
  })

  const attempt = ({ url, release }: InstanceLease): void => {
    attempts += 1
    let wasReached = false
    let isAnswered = false
    const sent = openAttempt(url, exchange, options.headers)
    outgoing = sent
    sent.on('close', release)
    sent.once('socket', (socket) => {
      socket.once('connect', () => {
        wasReached = true
        if (upgrade !== undefined) return
        // Not before: the body is whole for another attempt.
        request.on('data', () => idle.touch())
        request.pipe(sent)
      })
    })
    sent.on('response', (answer) => {
      isAnswered = true
      idle.touch()
      try {
        onAnswer(answer, exchange, { outgoing: sent, idle, rules: options })
      } catch {
        fail(502, 'the service sent an answer that is no HTTP') // such as a status of 099
      }
    })
    sent.on('upgrade', (answer, socket, head) => {
      idle.stop()
      release()
      if (upgrade === undefined) {
        socket.destroy()
        fail(502, 'the service changed the protocol without being asked to')
      } else {
        onUpgraded({ answer, socket, head }, response, upgrade, options.idleMs)
      }
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // An answer that has been received whole stands, also when the rest of the request could not be sent.
      if (response.writableEnded) return
      if (response.headersSent || response.destroyed) {
        response.destroy()
        return
      }
      const isLost = !wasReached || (!isAnswered && mayComeTwice(request))
      const other = isLost && attempts < MOST_ATTEMPTS ? options.maybeLeaseOther(url) : undefined
      if (other === undefined) {
        fail(503, `the connection to the service failed (${error.code ?? error.message})`)
        return
      }
      request.unpipe(sent)
      attempt(other)
    })
  }
  try {
    attempt(lease)
  } catch (error) {
    lease.release()
    throw error
  }
}

function openAttempt(
  url: string,
  { request, upgrade }: Exchange,
  headers: readonly string[],
): ClientRequest {
  const { hostname, port } = new URL(url)
  const sent = openRequest({
    host: hostname,
    port,
    method: request.method,
    path: request.url,
    headers,
    agent: false, // a connection of its own: none is kept that the service may close just then
    setHost: false,
  })
  if (upgrade === undefined) sent.flushHeaders() // the body may begin much later
  else sent.end()
  return sent
}

/** True for a request without a body that changes nothing. */
function mayComeTwice({ method = '', headers }: IncomingMessage): boolean {
  const hasBody =
    headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
  return ['GET', 'HEAD', 'OPTIONS'].includes(method) && !hasBody
}

interface Answering {
  readonly outgoing: ClientRequest
  readonly idle: IdleWatch
  readonly rules: ResponseRules
}

function onAnswer(
  answer: IncomingMessage,
  exchange: Exchange,
  { outgoing, idle, rules }: Answering,
): void {
  const { response } = exchange
  if (isProgram(answer.headers['content-type'])) {
    outgoing.destroy()
    const text = [`An endpoint may not give out ${answer.headers['content-type']}.`]
    answerPage(exchange, 403, { title: 'Content type refused', text })
    return
  }
  response.writeHead(
    answer.statusCode ?? 502,
    answer.statusMessage,
    responseHeaders(answer.rawHeaders, rules),
  )
  response.flushHeaders() // an event stream may have nothing to say for a while
  answer.on('data', () => idle.touch())
  answer.on('close', () => {
    if (!answer.complete) response.destroy() // cut short: the client must see that
  })
  answer.pipe(response)
}

interface Upgraded {
  readonly answer: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

function onUpgraded(
  { answer, socket: service, head }: Upgraded,
  response: ServerResponse,
  upgrade: NonNullable<Exchange['upgrade']>,
  idleMs: number,
): void {
  const client = upgrade.socket
  // From here on the connection is the client's and the service's; nobody else may write to it.
  response.removeAllListeners('close')
  if (response.socket !== null) response.detachSocket(response.socket)
  const lines = pairsOf(upgradeResponseHeaders(answer.rawHeaders)).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  client.write(Buffer.from(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`, 'latin1'))
  client.write(head)
  service.write(upgrade.head)

  const end = (): void => {
    idle.stop()
    client.destroy()
    service.destroy()
  }
  const idle = watchIdle(idleMs, end)
  for (const side of [client, service]) {
    side.on('data', () => idle.touch())
    side.on('error', end)
    side.on('close', end)
  }
  client.pipe(service)
  service.pipe(client)
}
