import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { ServiceFunctionError } from './errors.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** Answers a request and returns true, or leaves it as it is and returns false. */
export type MaybeAnswer = (request: IncomingMessage, response: ServerResponse) => boolean

/** What answers POSTs past Fastify, by URL. */
export type ShortBatchPaths = Map<string, MaybeAnswer>

/** Fastify may ask for several servers, for 127.0.0.1 and ::1, with one and the same listener. */
const pathsOfListener = new WeakMap<Listener, ShortBatchPaths>()
const pathsOfServer = new WeakMap<Server, ShortBatchPaths>()

/**
 * A server for Fastify that answers short batches without it, in three quarters of the time:
 *
 * ```ts
 * const app = Fastify({ serverFactory: batchServer })
 * app.register(serviceFunctions, { functions })
 * ```
 *
 * Hooks of Fastify do not run for those batches, the logger of a request does not exist for them; leave it out where
 * they must. Everything else goes to Fastify: other requests, bodies that come in pieces or as gzip, long-running
 * functions, and whatever comes while the app closes.
 *
 * @throws {ServiceFunctionError} `SERVER_UNSUPPORTED` for `https` and `http2`.
 */
export function batchServer(listener: Listener, options: Record<string, unknown>): Server {
  refuseEncryption(options)
  const paths = pathsOfListener.get(listener) ?? new Map<string, MaybeAnswer>()
  pathsOfListener.set(listener, paths)

  const server = createServer((options['http'] ?? {}) as ServerOptions, (request, response) => {
    const maybeAnswer = request.method === 'POST' ? paths.get(request.url ?? '') : undefined
    if (maybeAnswer === undefined) listener(request, response)
    else process.nextTick(answerOrPassOn, maybeAnswer, listener, request, response)
  })
  pathsOfServer.set(server, paths)
  return Object.assign(server, timeoutsOf(options as unknown as FastifyTimeouts))
}

/** Where a server takes short batches, if it is one that does. */
export function shortBatchPathsOf(server: Server): ShortBatchPaths | undefined {
  return pathsOfServer.get(server)
}

/** By then the part of the body that came along with the head has been read. */
function answerOrPassOn(
  maybeAnswer: MaybeAnswer,
  listener: Listener,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!maybeAnswer(request, response)) listener(request, response)
}

/** As Fastify has filled them in. */
interface FastifyTimeouts {
  readonly keepAliveTimeout: number
  readonly requestTimeout: number
  readonly connectionTimeout: number
  /** 0 for as many as come. */
  readonly maxRequestsPerSocket: number
}

/** What Fastify sets in servers that it makes itself. */
function timeoutsOf({ connectionTimeout, ...timeouts }: FastifyTimeouts): Partial<Server> {
  const { keepAliveTimeout, requestTimeout, maxRequestsPerSocket } = timeouts
  return { keepAliveTimeout, requestTimeout, maxRequestsPerSocket, timeout: connectionTimeout }
}

function refuseEncryption({ https, http2 }: Record<string, unknown>): void {
  const option = https ? 'https' : http2 ? 'http2' : undefined
  if (option === undefined) return
  throw new ServiceFunctionError(
    'SERVER_UNSUPPORTED',
    `Cannot make server: batchServer does not support Fastify's option "${option}"`,
    { hint: `Leave out "${option}", or serverFactory: Fastify then answers all batches itself` },
  )
}
