import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import type { Me } from '../protocol.ts'

/** Said by `GET /api/me`; the release sets it in every package at once. */
const VERSION = '0.1.0'

export function meRoute(
  app: FastifyInstance,
  config: Pick<Config, 'identity' | 'shells' | 'account'>,
): void {
  app.get('/api/me', { config: { access: 'read' } }, (request): Me => ({
    user: request.user,
    mode: config.identity.mode,
    shells: config.shells,
    account: config.account ?? null,
    version: VERSION,
  }))
}
