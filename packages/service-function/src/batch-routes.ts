import { crc32 } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify'
import { batchAnswerer } from './answer-batch.ts'
import { logBatch, logHandlerFailure } from './batch-log.ts'
import type { RecordBatch } from './batch-metrics.ts'
import type { BatchesInFlight } from './batches-in-flight.ts'
import { batchReader } from './batch-reader.ts'
import { contextHeaderReader } from './context-headers.ts'
import type { ServiceFunction } from './define-service-function.ts'
import type { AnswerBody } from './encode-answer.ts'
import { ServiceFunctionError } from './errors.ts'
import { type Failure, statusOf, toFailure, translateError } from './failure.ts'
import { gunzipBody } from './gunzip-body.ts'
import { BATCH_ID_HEADER } from './headers.ts'
import { KnownBatches } from './known-batches.ts'
import type { LongRunningBatches } from './long-running-batches.ts'
import { type ReceivedBatch, receiveBatch } from './received-batch.ts'
import { RunningBatch } from './running-batch.ts'
import { sendAnswer } from './send-answer.ts'

/** What the functions of one server share, and what each may use. */
export interface BatchRoutesOptions {
  readonly inFlight: BatchesInFlight
  readonly longRunning: LongRunningBatches
  /** Fires when what still runs must end. */
  readonly stop: AbortSignal
  /** For answers in case that their batch comes again. */
  readonly answerCacheBytes: number
  readonly gzipFromBytes: number
  readonly record: RecordBatch | undefined
}

/** How long Snowflake waits for one answer. */
const REQUEST_TIMEOUT_MS = 30_000

/** Answers the batches of one function at its path: POST, and for a long-running one the GETs that ask for the answer. */
export function batchRoutes(
  app: FastifyInstance,
  definition: ServiceFunction,
  options: BatchRoutesOptions,
): void {
  const { inFlight, longRunning, stop, answerCacheBytes, gzipFromBytes, record } = options
  const { name, path } = definition
  const known = new KnownBatches(answerCacheBytes)
  const answerRows = batchAnswerer(definition)
  const readContextHeaders = contextHeaderReader(definition)
  const readBatch = batchReader(definition)

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
    try {
      const answer = definition.longRunning ? start(batch, request) : answerOnce(batch, request)
      if (answer instanceof Promise) {
        answer.then(
          (body) => succeed(batch, request, reply, body),
          (error: unknown) => fail(error, batch, reply),
        )
      } else {
        succeed(batch, request, reply, answer)
      }
    } catch (error) {
      fail(error, batch, reply)
    }
  })

  if (definition.longRunning) {
    app.get(path, { errorHandler: onError }, (request, reply) => {
      const batch = receiveBatch(name, request)
      try {
        succeed(batch, request, reply, longRunning.poll(idOf(batch)))
      } catch (error) {
        fail(error, batch, reply)
      }
    })
  }

  /** The answer of the same batch when it came before; else computes it. */
  function answerOnce(
    batch: ReceivedBatch,
    request: FastifyRequest<BatchRoute>,
  ): AnswerBody | Promise<AnswerBody> {
    const { batchId } = batch
    const { body = EMPTY } = request
    if (batchId === undefined) return compute(batch, request, body, REQUEST_TIMEOUT_MS)
    const checksum = crc32(body)
    const answered = known.find(batchId, checksum)
    if (answered !== undefined) {
      batch.repeated = true
      return answered
    }
    const answer = compute(batch, request, body, REQUEST_TIMEOUT_MS)
    if (answer instanceof Promise) known.run(batchId, checksum, answer)
    else known.keep(batchId, checksum, answer)
    return answer
  }

  function start(batch: ReceivedBatch, request: FastifyRequest<BatchRoute>): undefined {
    const { body = EMPTY } = request
    longRunning.start(idOf(batch), async () => compute(batch, request, body, undefined))
  }

  function compute(
    batch: ReceivedBatch,
    { headers }: FastifyRequest,
    body: Buffer,
    timeoutMs: number | undefined,
  ): AnswerBody | Promise<AnswerBody> {
    const rows = readBatch(body, batch)
    const running = new RunningBatch(batch, {
      headers: readContextHeaders(headers),
      log: app.log,
      stop,
      timeoutMs,
    })
    const answer = answerRows(rows, running)
    if (answer instanceof Promise) return endAfter(running, answer)
    running.end()
    return answer
  }

  /** The id that a poll comes back with. */
  function idOf({ batchId }: ReceivedBatch): string {
    if (batchId !== undefined) return `${path} ${batchId}`
    throw new ServiceFunctionError(
      'BATCH_ID_MISSING',
      `Cannot answer batch: ${name} is long-running, and the header ${BATCH_ID_HEADER} is missing`,
      { hint: 'Send the header with an id of your own, and ask with GET for the answer' },
    )
  }

  /** Sends the answer, or 202 where there is none yet. */
  function succeed(
    batch: ReceivedBatch,
    request: FastifyRequest,
    reply: FastifyReply,
    answer: AnswerBody | undefined,
  ): void {
    if (answer === undefined) {
      reply.code(202)
      note(batch, 202)
      reply.send()
    } else {
      note(batch, 200)
      sendAnswer(request, reply, answer, gzipFromBytes)
    }
  }

  /** For what goes wrong before the route is reached: a body that cannot be read, too much in flight. */
  function onError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    fail(error, request.receivedBatch ?? receiveBatch(name, request), reply)
  }

  /** Answers what went wrong with a batch, and logs it; what is not about a batch goes further up. */
  function fail(error: unknown, batch: ReceivedBatch, reply: FastifyReply): void {
    const failure = translateError(error)
    if (failure === undefined) return void reply.send(error)
    const { code } = failure
    const status = statusOf(code)
    reply.code(status)
    // Fastify would hang up on a caller who is still sending, and who would so miss the answer.
    reply.removeHeader('connection')
    if (code === 'TOO_BUSY') reply.header('retry-after', '1')
    if (code === 'HANDLER_FAILED') logHandlerFailure(app.log, batch, failure)
    note(batch, status, failure)
    reply.send(toFailure(failure))
  }

  function note(batch: ReceivedBatch, status: number, failure?: ServiceFunctionError): void {
    const seconds = (performance.now() - batch.started) / 1000
    record?.(batch.rows ?? 0, seconds, failure?.code)
    logBatch(app.log, batch, status, seconds, failure)
  }
}

async function endAfter(batch: RunningBatch, answer: Promise<AnswerBody>): Promise<AnswerBody> {
  try {
    const body = await answer
    batch.end()
    return body
  } catch (error) {
    batch.end(error instanceof Error ? error : new Error(String(error)))
    throw error
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
