import type { FastifyInstance } from 'fastify'

/** For readiness probes: the only route without the gate. */
export function healthRoute(app: FastifyInstance): void {
  app.get('/health', { config: { access: 'public' }, logLevel: 'silent' }, () => ({ status: 'ok' }))
}
