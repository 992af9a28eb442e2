import fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyReply } from 'fastify'
import type { Account } from '../account.ts'
import type { RunStatement } from '../run-statement.ts'
import { Sessions, type SessionsOptions } from '../sessions.ts'
import { SnowflakeError } from '../snowflake-error.ts'
import type { KeepLimits } from '../statements/kept-statements.ts'
import { internalError, stackOf } from '../statements/statement-error.ts'
import { Statements } from '../statements/statements.ts'
import { admin } from './admin.ts'
import { failure } from './envelope.ts'
import { guardRequests } from './guard.ts'
import { acceptJsonBodies, MOST_BODY_BYTES } from './json-body.ts'
import { login } from './login.ts'
import { oauthToken } from './oauth-token.ts'
import { queries } from './queries.ts'
import { stages } from './stages.ts'
import { telemetry } from './telemetry.ts'

/** What the image registry is given. */
export interface RegistryOptions {
  readonly account: Account
  /** The user and role of an open session. */
  readonly findSession: (sessionId: string) => { user: string; role: string } | undefined
}

export interface AppOptions {
  readonly runStatement: RunStatement
  /** The image registry, under `/v2/` and `/login`. */
  readonly registry?: FastifyPluginAsync<RegistryOptions> | undefined
  /** Host names besides those of this machine under which clients know the account, without port. */
  readonly allowedHosts?: readonly string[] | undefined
  /** The account's sessions, or how they are kept. */
  readonly sessions?: Sessions | SessionsOptions | undefined
  /** How much of ended statements is kept. */
  readonly keep?: KeepLimits | undefined
  /** A statement that takes longer is answered as running. Default 4 seconds. */
  readonly answerWithinMs?: number | undefined
  /** So long a poll for a result is held. Default 25 seconds. */
  readonly pollMs?: number | undefined
}

/** The account's HTTP side: the drivers' API and the image registry on one port. It does not listen yet. */
export function buildApp(account: Account, options: AppOptions): FastifyInstance {
  const { runStatement, keep, answerWithinMs, pollMs } = options
  const sessions =
    options.sessions instanceof Sessions
      ? options.sessions
      : new Sessions(account, options.sessions)
  const statements = new Statements(account, sessions, { runStatement, keep })
  const app = fastify({
    logger: false,
    bodyLimit: MOST_BODY_BYTES,
    routerOptions: { maxParamLength: 4096 },
  })
  guardRequests(app, options.allowedHosts ?? [])
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, account))
  app.setNotFoundHandler((_request, reply) => {
    return reply.code(404).send({ success: false, code: '404', message: 'Not found', data: null })
  })
  logRequests(app, account)

  void app.register((api) => {
    acceptJsonBodies(api)
    void api.register(login, { account, sessions })
    void api.register(queries, { sessions, statements, answerWithinMs, pollMs })
    void api.register(telemetry)
    return Promise.resolve()
  })
  void app.register(oauthToken, { account })
  void app.register(stages, { account })
  void app.register(admin, { account })
  if (options.registry !== undefined) {
    void app.register(options.registry, { account, findSession: (id) => sessions.maybe(id) })
  }

  app.addHook('onReady', () => sessions.dropLeftOvers())
  // Before requests are waited for: those that wait for a statement are answered then.
  app.addHook('preClose', () => statements.close())
  app.addHook('onClose', () => sessions.closeAll())
  return app
}

/** Routes are logged, not addresses: those hold secrets. */
function logRequests(app: FastifyInstance, account: Account): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const ms = Math.round(reply.elapsedTime)
    account.log.debug({ method, route: routeOptions.url, status: reply.statusCode, ms }, 'answered')
  })
}

/** Drivers repeat what is answered with a 5xx, so a fault of ours is an error in a good answer. */
function answerError(error: unknown, reply: FastifyReply, account: Account): FastifyReply {
  if (error instanceof SnowflakeError) return reply.code(200).send(failure(error))
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (error instanceof Error && typeof status === 'number' && status < 500) {
    const { message } = error
    return reply.code(status).send({ success: false, code: String(status), message, data: null })
  }
  const requestId = reply.request.id
  account.log.error({ requestId, error: stackOf(error) }, 'request failed unexpectedly')
  return reply.code(200).send(failure(internalError(`request ${requestId}`)))
}
