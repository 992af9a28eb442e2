import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify'
import type { BatchEndpoint } from './batch-endpoint.ts'
import type { BatchesInFlight } from './batches-in-flight.ts'
import type { ServiceFunction } from './define-service-function.ts'
import type { AnswerBody } from './encode-answer.ts'
import { type Failure, translateError } from './failure.ts'
import { gunzipBody } from './gunzip-body.ts'
import { type ReceivedBatch, receiveBatch } from './received-batch.ts'

/** Takes the batches of one function at its path: POST, and for a long-running one the GETs that ask for the answer. */
export function batchRoutes(
  app: FastifyInstance,
  { name, path, longRunning }: ServiceFunction,
  endpoint: BatchEndpoint,
  inFlight: BatchesInFlight,
): void {
  const takeBody: preParsingHookHandler = (request, reply, payload, done) => {
    const bytes = announcedBytes(request)
    try {
      inFlight.enter(bytes)
    } catch (error) {
      return done(error as Error)
    }
    reply.raw.once('close', () => inFlight.leave(bytes))
    request.receivedBatch = receiveBatch(name, request)
    gunzipBody.call(app, request, reply, payload, done)
  }

  const route = { schema: SCHEMA, preParsing: takeBody, errorHandler: onError }
  app.post<BatchRoute>(path, route, (request, reply) => {
    const batch = request.receivedBatch ?? receiveBatch(name, request)
    endpoint.answer(batch, request, request.body ?? EMPTY, reply)
  })

  if (longRunning) {
    app.get(path, { errorHandler: onError }, (request, reply) => {
      endpoint.poll(receiveBatch(name, request), request, reply)
    })
  }

  /** For a body that cannot be read, and too much in flight; what is not about a batch goes further up. */
  function onError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const failure = translateError(error)
    if (failure === undefined) return void reply.send(error)
    // Fastify would hang up on a caller who is still sending, and who would so miss the answer.
    reply.removeHeader('connection')
    endpoint.refuse(failure, request.receivedBatch ?? receiveBatch(name, request), reply)
  }
}

/** The length of the body as its sender says it, 0 where that is nothing to count on. */
function announcedBytes({ headers }: FastifyRequest): number {
  const bytes = Number(headers['content-length'])
  return bytes > 0 && Number.isFinite(bytes) ? bytes : 0
}

const EMPTY = Buffer.alloc(0)

/** Bodies are bytes on both ways: they are read and written here. A request may have none. */
interface BatchRoute {
  Body: Buffer | undefined
  Reply: AnswerBody | Failure
}

declare module 'fastify' {
  interface FastifyRequest {
    receivedBatch: ReceivedBatch | null
  }
}

const FAILURE = {
  type: 'object',
  required: ['error', 'code'],
  properties: {
    error: { type: 'string', description: 'What happened and what to do about it' },
    code: { type: 'string' },
    row: { type: 'integer', description: 'The row number within the batch' },
    argument: { type: 'string' },
  },
} as const

// Rows have no schema: the answerer's one pass checks them as well.
const SCHEMA = { response: { '4xx': FAILURE, '5xx': FAILURE } }
