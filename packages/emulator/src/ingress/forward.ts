import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ServerResponse } from 'node:http'
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
}

/**
 * Sends a request on to an instance, and its answer back, both as they come: nothing is kept, so uploads, downloads and
 * event streams may be as long as they like. A WebSocket becomes two connections with their ends tied together.
 *
 * @param address `http://127.0.0.1:PORT`
 */
export function forward(exchange: Exchange, address: string, options: ForwardOptions): void {
  const { request, response, upgrade } = exchange
  const { hostname, port } = new URL(address)
  const outgoing = openRequest({
    host: hostname,
    port,
    method: request.method,
    path: request.url,
    headers: options.headers,
    agent: false, // a connection of its own: none is kept that the service may close just then
    setHost: false,
  })
  /** Ends both sides; the client is told why where it has not been answered yet. */
  const fail = (status: number, reason: string): void => {
    idle.stop()
    outgoing.destroy()
    answerPage(exchange, status, { title: 'The service does not answer', text: [`${reason}.`] })
  }
  const idle = watchIdle(options.idleMs, () => {
    fail(504, `nothing was sent for ${Math.round(options.idleMs / 1000)} seconds`)
  })

  outgoing.on('response', (answer) => {
    idle.touch()
    try {
      onAnswer(answer, exchange, { outgoing, idle, rules: options })
    } catch {
      fail(502, 'the service sent an answer that is no HTTP') // such as a status of 099
    }
  })
  outgoing.on('upgrade', (answer, socket, head) => {
    idle.stop()
    if (upgrade === undefined) {
      socket.destroy()
      fail(502, 'the service changed the protocol without being asked to')
    } else {
      onUpgraded({ answer, socket, head }, response, upgrade, options.idleMs)
    }
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    // An answer that has been received whole stands, also when the rest of the request could not be sent.
    if (response.writableEnded) return
    if (response.headersSent) response.destroy()
    else fail(503, `the connection to the service failed (${error.code ?? error.message})`)
  })
  response.on('finish', () => idle.stop())
  response.on('close', () => {
    idle.stop()
    if (!response.writableFinished) outgoing.destroy()
  })

  if (upgrade !== undefined) {
    outgoing.end()
    return
  }
  outgoing.flushHeaders() // the body may begin much later
  request.on('data', () => idle.touch())
  request.pipe(outgoing)
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
