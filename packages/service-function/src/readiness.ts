import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsync } from 'fastify'

export interface ReadinessOptions {
  /** What the service's specification has as `readinessProbe.path`; default `/healthcheck`. */
  readonly path?: string | undefined
  /** The most time that `drain` waits for a probe; default 250. */
  readonly drainMs?: number | undefined
}

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Turns readiness red, waits until a probe has seen that, and closes the app: what a service does on SIGTERM, so that
     * no request is sent to it any more when it stops to listen. Where nobody probes, it closes at once.
     */
    drain(): Promise<void>
  }
}

/** Whoever has not probed for so long does not probe. */
const PROBED_LATELY_MS = 60_000
/** A prober that has seen red tells others. */
const TELLING_MS = 50

/** Between looks for connections that have fallen idle while the app closes. */
const IDLE_LOOK_MS = 20

/**
 * Answers the readiness probe: 200, and 503 once the app drains. Gives the app its `drain()`, and ends connections that
 * are kept alive as they fall idle while it closes: they would hold the process back.
 */
export const readiness: FastifyPluginAsync<ReadinessOptions> = async (
  app,
  { path = '/healthcheck', drainMs = 250 },
) => {
  let probedAt = Number.NEGATIVE_INFINITY
  let isDraining = false
  const seenRed = new AbortController()

  // Probes come every few seconds, and need no line in the log.
  app.get(path, { logLevel: 'silent' }, (_request, reply) => {
    probedAt = performance.now()
    if (!isDraining) return { status: 'ok' }
    reply.code(503).raw.once('close', () => seenRed.abort())
    return { status: 'draining' }
  })

  let idleLooks: NodeJS.Timeout | undefined
  app.addHook('preClose', (done) => {
    idleLooks = setInterval(() => app.server.closeIdleConnections(), IDLE_LOOK_MS)
    done()
  })
  app.addHook('onClose', (_app, done) => {
    clearInterval(idleLooks)
    done()
  })

  app.decorate('drain', async () => {
    isDraining = true
    if (performance.now() - probedAt < PROBED_LATELY_MS) {
      await sleep(drainMs, undefined, { signal: seenRed.signal }).catch(() => sleep(TELLING_MS))
    }
    await app.close()
  })
}

// For the app that registers it, not for a part of its own: https://fastify.dev/docs/latest/Reference/Plugins
Object.assign(readiness, { [Symbol.for('skip-override')]: true })
