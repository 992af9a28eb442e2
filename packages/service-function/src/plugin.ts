import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { batchAnswerer } from './answer-batch.ts'
import { decodeBatch } from './decode-batch.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { type Failure, statusOf, toFailure, translateError } from './failure.ts'
import { gunzipBody } from './gunzip-body.ts'
import { BATCH_ID_HEADER, QUERY_ID_HEADER } from './headers.ts'

export interface ServiceFunctionsOptions {
  readonly functions: readonly ServiceFunction[]
  /** The most bytes of a request body, once unzipped; default 64 MiB. */
  readonly bodyLimit?: number | undefined
}

const DEFAULT_BODY_LIMIT = 64 * 1024 * 1024

/**
 * Answers service functions: POST at the path of each, `{"data": [[row, ...arguments], ...]}` in,
 * `{"data": [[row, result], ...]}` out. Every batch leaves one line in the log.
 */
export const serviceFunctions: FastifyPluginAsyncTypebox<ServiceFunctionsOptions> = async (
  app,
  { functions, bodyLimit = DEFAULT_BODY_LIMIT },
) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit },
    (_request, body, done) => done(null, body),
  )
  app.addHook('preParsing', gunzipBody)

  for (const definition of functions) {
    const answer = batchAnswerer(definition)
    const fail = failer(definition)
    app.post<BatchRoute>(
      definition.path,
      { schema: SCHEMA, errorHandler: fail },
      async (request, reply) => {
        let rows: number | undefined
        try {
          const batch = decodeBatch(request.body ?? '')
          rows = batch.length
          const body = await answer(batch)
          logBatch(definition, request, reply, { rows })
          return reply.type('application/json').send(body)
        } catch (error) {
          fail(error, request, reply, rows)
          return reply
        }
      },
    )
  }
}

/** Bodies are text on both ways: the answerer prints its own. A request may have none. */
interface BatchRoute {
  Body: string | undefined
  Reply: string | Failure
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

// Rows have no schema: their one pass through `batchAnswerer` checks them as well.
const SCHEMA = { response: { '4xx': FAILURE, '5xx': FAILURE } }

type Fail = (error: unknown, request: FastifyRequest, reply: FastifyReply, rows?: number) => void

/** Answers what went wrong with a batch, and logs it; what is not about a batch goes further up. */
function failer(definition: ServiceFunction): Fail {
  return (error, request, reply, rows) => {
    const failure = translateError(error)
    if (failure === undefined) throw error
    const { code, row, argument, cause } = failure
    reply.code(statusOf(code))
    // Fastify would hang up on a caller who is still sending, and who would so miss the answer.
    reply.removeHeader('connection')
    if (code === 'HANDLER_FAILED') {
      request.log.error({ ...batchOf(definition, request), row, err: cause }, 'handler failed')
    }
    logBatch(definition, request, reply, { rows, code, row, argument })
    reply.send(toFailure(failure))
  }
}

/** The one line a batch leaves. It is written before the answer, so whoever has that finds it. */
function logBatch(
  definition: ServiceFunction,
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: object,
): void {
  request.log.info(
    {
      ...batchOf(definition, request),
      ...outcome,
      milliseconds: Math.round(reply.elapsedTime * 1000) / 1000,
      status: reply.statusCode,
    },
    'batch',
  )
}

function batchOf(definition: ServiceFunction, { headers }: FastifyRequest): object {
  return {
    function: definition.name,
    batchId: headers[BATCH_ID_HEADER],
    queryId: headers[QUERY_ID_HEADER],
  }
}
