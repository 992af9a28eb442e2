import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import {
  createServer as createHttp2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** What came to a collector. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Collector {
  /** `127.0.0.1:4317` */
  readonly host: string
  readonly received: Received[]
}

/** How a collector answers: with a gRPC status and its message, by hanging up, or not at all. */
export type GrpcAnswer = { status: string; message?: string; body?: Buffer } | 'hang-up' | 'none'

/** A collector on a free port that speaks OTLP over gRPC, until the test ends. */
export async function grpcCollector(answer: GrpcAnswer = { status: '0' }): Promise<Collector> {
  const received: Received[] = []
  const server = createHttp2Server()
  server.on('stream', (stream, headers) => void answerCall(stream, headers))
  return { host: await listen(server), received }

  async function answerCall(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ): Promise<void> {
    stream.on('error', () => {}) // who hangs up is what some tests are about
    received.push({ headers, body: await buffer(stream) })
    if (answer === 'hang-up') return stream.session?.destroy()
    if (answer === 'none') return
    const { status, message = '', body = Buffer.alloc(5) } = answer
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    )
    stream.once('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': status, 'grpc-message': message })
    })
    stream.end(body)
  }
}

/** A collector on a free port that speaks OTLP over HTTP, until the test ends. */
export async function httpCollector(status = 200): Promise<Collector> {
  const received: Received[] = []
  const server = createHttpServer((request, response) => void answerPost(request, response))
  return { host: await listen(server), received }

  async function answerPost(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    received.push({ headers: { ':path': request.url, ...request.headers }, body })
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  }
}

async function listen(server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
