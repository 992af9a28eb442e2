import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Sessions } from '../sessions.ts'
import type { Session } from '../sql-session.ts'
import { readStatementRequest } from '../statements/statement-request.ts'
import type { Statement } from '../statements/statement.ts'
import type { Statements } from '../statements/statements.ts'
import { type Envelope, failure, success } from './envelope.ts'
import { sessionToken } from './session-token.ts'

export interface QueriesOptions {
  readonly sessions: Sessions
  readonly statements: Statements
  /** A statement that takes longer is answered as running. Default 4 seconds. */
  readonly answerWithinMs?: number | undefined
  /** So long a poll for its result is held. Default 25 seconds. */
  readonly pollMs?: number | undefined
}

interface ById {
  Params: { queryId: string }
}

/** Running statements, waiting for them, cancelling them; large results. */
export const queries: FastifyPluginAsync<QueriesOptions> = (app, options) => {
  const { sessions, statements, answerWithinMs = 4000, pollMs = 25_000 } = options
  const sessionOf = (request: FastifyRequest): Session =>
    sessions.find(sessionToken(request.headers.authorization))

  app.post<{ Querystring: { requestId?: string } }>(
    '/queries/v1/query-request',
    async (request, reply) => {
      const session = sessionOf(request)
      const wanted = readStatementRequest(request.query.requestId ?? '', request.body)
      const statement = statements.submit(session, wanted)
      if (statement.isAsync) return inProgress(statement)
      await endWithin(statement, answerWithinMs)
      return answer(statement, request, reply)
    },
  )

  app.get<ById>('/queries/:queryId/result', async (request, reply) => {
    const statement = statements.get(sessionOf(request).user, request.params.queryId)
    await endWithin(statement, pollMs)
    return answer(statement, request, reply)
  })

  app.get<ById>('/monitoring/queries/:queryId', (request) => {
    const statement = statements.maybe(sessionOf(request).user, request.params.queryId)
    return monitored(statement)
  })

  app.post('/queries/v1/abort-request', (request) => {
    const { user } = sessionOf(request)
    statements.cancel(statements.maybeByRequest(user, requestIdOf(request.body)))
    return success()
  })

  app.post<ById>('/queries/:queryId/abort-request', (request) => {
    statements.cancel(statements.maybe(sessionOf(request).user, request.params.queryId))
    return success()
  })

  // Drivers fetch chunks without a token: the secret in the address stands for it.
  app.get<{ Params: { secret: string; index: string } }>(
    '/results/:secret/:index',
    (request, reply) => {
      const { secret, index } = request.params
      const chunk = statements.maybeChunk(secret, Number(index))
      if (chunk === undefined) return reply.code(404).type('text/plain').send('no such result')
      // The driver hangs on application/json here.
      return reply
        .type('binary/octet-stream')
        .header('content-encoding', 'gzip')
        .header('content-length', chunk.length)
        .send(chunk)
    },
  )
  return Promise.resolve()
}

async function endWithin(statement: Statement, milliseconds: number): Promise<void> {
  if (statement.outcome !== undefined) return
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([statement.ended, timeout])
  clearTimeout(timer)
}

function answer(statement: Statement, request: FastifyRequest, reply: FastifyReply): unknown {
  const { outcome, queryId } = statement
  if (outcome === undefined) return inProgress(statement)
  if (outcome.kind === 'failed') return failure(outcome.error, queryId)
  const data = outcome.answer.dataFor(request.headers.host ?? '')
  return reply
    .type('application/json')
    .send(`{"data":${data},"code":null,"message":null,"success":true,"headers":null}`)
}

/** Drivers that wait follow `getResultUrl` at once; that it is held is what keeps them from spinning. */
function inProgress({ queryId, isAsync }: Statement): Envelope {
  const data = {
    queryId,
    getResultUrl: `/queries/${queryId}/result`,
    progressDesc: null,
    queryAbortsAfterSecs: 300,
  }
  const message = isAsync
    ? 'Query execution in progress in async mode.'
    : 'Query execution in progress.'
  return { ...success(data), code: isAsync ? '333334' : '333333', message }
}

/** Drivers read the error's code, message and SQL state each in another place. */
function monitored(statement: Statement | undefined): Envelope {
  if (statement === undefined) return success({ queries: [] })
  const { queryId, status, outcome, startedAt, endedAt, session } = statement
  const error = outcome?.kind === 'failed' ? outcome.error : undefined
  const query = {
    id: queryId,
    status,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    sessionId: Number(session.id),
    startTime: startedAt.getTime(),
    endTime: endedAt?.getTime() ?? 0,
  }
  const data = { queries: [query], sqlState: error?.sqlState ?? null }
  return { ...success(data), code: error?.code ?? null }
}

function requestIdOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('requestId' in body)) return ''
  return typeof body.requestId === 'string' ? body.requestId : ''
}
