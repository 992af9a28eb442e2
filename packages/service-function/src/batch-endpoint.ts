import { performance } from 'node:perf_hooks'
import { crc32 } from 'node:zlib'
import type { FastifyBaseLogger } from 'fastify'
import { batchAnswerer } from './answer-batch.ts'
import { batchLogOf, logHandlerFailure } from './batch-log.ts'
import type { RecordBatch } from './batch-metrics.ts'
import { batchReader } from './batch-reader.ts'
import type { BatchReply } from './batch-reply.ts'
import { handlerFailed } from './call-handler.ts'
import { contextHeaderReader } from './context-headers.ts'
import type { ServiceFunction } from './define-service-function.ts'
import type { AnswerBody } from './encode-answer.ts'
import { ServiceFunctionError } from './errors.ts'
import { statusOf, toFailure, translateError } from './failure.ts'
import { BATCH_ID_HEADER } from './headers.ts'
import { KnownBatches } from './known-batches.ts'
import type { LongRunningBatches } from './long-running-batches.ts'
import type { HeadersOfBatch, ReceivedBatch } from './received-batch.ts'
import { RunningBatch, type RunningBatchOptions } from './running-batch.ts'
import { sendAnswer } from './send-answer.ts'

/** How far a server is on its way to its end. */
export interface ServerEnd {
  /** It listens no more. */
  readonly hasBegun: boolean
  /** Fires when what still runs must end. */
  readonly signal: AbortSignal
}

/** What the functions of one server share, and what each may use. */
export interface BatchEndpointOptions {
  readonly longRunning: LongRunningBatches
  readonly end: ServerEnd
  /** For answers in case that their batch comes again. */
  readonly answerCacheBytes: number
  readonly gzipFromBytes: number
  readonly record: RecordBatch | undefined
  readonly log: FastifyBaseLogger
}

/** Answers the batches of one function, wherever they come from. */
export interface BatchEndpoint {
  /** Answers a batch whose body is there: with rows, with 202, or with what went wrong. */
  answer(batch: ReceivedBatch, request: HeadersOfBatch, body: Buffer, reply: BatchReply): void
  /** Answers whoever asks for the rows of a long-running batch. */
  poll(batch: ReceivedBatch, request: HeadersOfBatch, reply: BatchReply): void
  /** Answers that a batch cannot be answered, and logs it. */
  refuse(error: ServiceFunctionError, batch: ReceivedBatch, reply: BatchReply): void
}

/** How long Snowflake waits for one answer. */
const REQUEST_TIMEOUT_MS = 30_000

/** What answers the batches of a function, knows those that come again, and leaves a line and figures of each. */
export function batchEndpoint(
  definition: ServiceFunction,
  options: BatchEndpointOptions,
): BatchEndpoint {
  const { longRunning, end, answerCacheBytes, gzipFromBytes, record, log } = options
  const { name, path } = definition
  const known = new KnownBatches(answerCacheBytes)
  const logBatch = batchLogOf(log)
  const answerRows = batchAnswerer(definition)
  const readContextHeaders = contextHeaderReader(definition)
  const readBatch = batchReader(definition)
  const timeoutMs = definition.longRunning ? undefined : REQUEST_TIMEOUT_MS
  const runningOptions: RunningBatchOptions = { log, stop: end.signal, timeoutMs }

  return {
    answer(batch, request, body, reply) {
      try {
        const answer = definition.longRunning
          ? start(batch, request, body)
          : answerOnce(batch, request, body)
        if (answer instanceof Promise) {
          answer.then(
            (made) => succeed(batch, request, made, reply),
            (error: unknown) => fail(error, batch, reply),
          )
        } else {
          succeed(batch, request, answer, reply)
        }
      } catch (error) {
        fail(error, batch, reply)
      }
    },

    poll(batch, request, reply) {
      try {
        succeed(batch, request, longRunning.poll(idOf(batch)), reply)
      } catch (error) {
        fail(error, batch, reply)
      }
    },

    refuse,
  }

  /** The answer of the same batch when it came before; else computes it. */
  function answerOnce(
    batch: ReceivedBatch,
    request: HeadersOfBatch,
    body: Buffer,
  ): AnswerBody | Promise<AnswerBody> {
    const { batchId } = batch
    if (batchId === undefined) return compute(batch, request, body)
    const checksum = crc32(body)
    const answered = known.find(batchId, checksum)
    if (answered !== undefined) {
      batch.repeated = true
      return answered
    }
    const answer = compute(batch, request, body)
    if (answer instanceof Promise) known.run(batchId, checksum, answer)
    else known.keep(batchId, checksum, answer)
    return answer
  }

  function start(batch: ReceivedBatch, request: HeadersOfBatch, body: Buffer): undefined {
    longRunning.start(idOf(batch), async () => compute(batch, request, body))
  }

  function compute(
    batch: ReceivedBatch,
    request: HeadersOfBatch,
    body: Buffer,
  ): AnswerBody | Promise<AnswerBody> {
    const rows = readBatch(body, batch)
    const running = new RunningBatch(batch, readContextHeaders(request), runningOptions)
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
    request: HeadersOfBatch,
    answer: AnswerBody | undefined,
    reply: BatchReply,
  ): void {
    sayEnd(reply)
    if (answer === undefined) {
      reply.code(202)
      note(batch, 202)
      reply.send()
    } else {
      note(batch, 200)
      sendAnswer(request, reply, answer, gzipFromBytes)
    }
  }

  function fail(error: unknown, batch: ReceivedBatch, reply: BatchReply): void {
    refuse(translateError(error) ?? handlerFailed(definition, error), batch, reply)
  }

  function refuse(error: ServiceFunctionError, batch: ReceivedBatch, reply: BatchReply): void {
    const { code } = error
    const status = statusOf(code)
    reply.code(status)
    sayEnd(reply)
    if (code === 'TOO_BUSY') reply.header('retry-after', '1')
    if (code === 'HANDLER_FAILED') logHandlerFailure(log, batch, error)
    note(batch, status, error)
    reply.send(toFailure(error))
  }

  /** A connection that is kept would hold up a server that closes. */
  function sayEnd(reply: BatchReply): void {
    if (end.hasBegun) reply.header('connection', 'close')
  }

  function note(batch: ReceivedBatch, status: number, failure?: ServiceFunctionError): void {
    const seconds = (performance.now() - batch.started) / 1000
    record?.(batch.rows ?? 0, seconds, failure?.code)
    logBatch(batch, status, seconds, failure)
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
