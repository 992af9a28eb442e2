import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { parseIdentifier, SqlError } from '@spcs/sql'
import type { Account } from '../account.ts'
import { findPublicEndpoint } from '../ingress/public-endpoint.ts'
import { SnowflakeError } from '../snowflake-error.ts'
import type { Identity } from './authenticate/identity.ts'
import { byKeyPair } from './authenticate/key-pair.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const LIFE_MS = 3_600_000

/**
 * Gives an access token for one public endpoint to who signs with a user's private key. The answer is the bare token.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/tutorials/tutorial-1
 */
export const oauthToken: FastifyPluginAsync<{ readonly account: Account }> = (app, { account }) => {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 65_536 },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  )
  app.post('/oauth/token', (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    if (form.get('grant_type') !== JWT_BEARER) {
      return refuse(reply, 'unsupported_grant_type', `grant_type is not ${JWT_BEARER}`)
    }
    const scope = readScope(form.get('scope') ?? '')
    const target = findPublicEndpoint(scope.host, account)
    if (target === undefined) {
      return refuse(reply, 'invalid_scope', `scope names no public endpoint: "${scope.host}"`)
    }
    const identity = maybeIdentity(form.get('assertion') ?? '', account)
    if (identity === undefined) return refuse(reply, 'invalid_grant', 'assertion is refused')
    const { role } = scope
    if (role !== undefined && !identity.roles.includes(role)) {
      return refuse(reply, 'invalid_scope', `user ${identity.user} has no role "${role}"`)
    }
    const subject = { kind: 'ingress', user: identity.user, role, host: target.host } as const
    return reply.type('text/plain').send(account.tokens.issue(subject, LIFE_MS))
  })
  return Promise.resolve()
}

/** `session:role:R host` or `host`. */
function readScope(scope: string): { role: string | undefined; host: string } {
  const words = scope.split(/\s+/).filter(Boolean)
  const prefix = 'session:role:'
  const role = words.find((word) => word.toLowerCase().startsWith(prefix))
  const host = words.find((word) => word !== role) ?? ''
  return { role: role === undefined ? undefined : roleName(role.slice(prefix.length)), host }
}

/** As stored; what is no identifier is taken as it is, and is then no role. */
function roleName(typed: string): string {
  try {
    return parseIdentifier(typed)
  } catch (error) {
    if (error instanceof SqlError) return typed
    throw error
  }
}

/** Why an assertion is refused is only logged. */
function maybeIdentity(assertion: string, account: Account): Identity | undefined {
  try {
    return byKeyPair({ TOKEN: assertion, SESSION_PARAMETERS: {} }, account)
  } catch (error) {
    if (error instanceof SnowflakeError) return undefined
    throw error
  }
}

function refuse(reply: FastifyReply, error: string, description: string): FastifyReply {
  return reply.code(400).send({ error, error_description: description })
}
