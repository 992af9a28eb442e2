import type { FastifyInstance, FastifyReply } from 'fastify'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Refuses what a web page could send: requests for a host name that is not ours, which is how DNS rebinding
 * arrives, and requests with an Origin, which no driver and no registry client sends.
 *
 * @param allowedHosts Host names besides those of this machine, without port.
 */
export function guardRequests(app: FastifyInstance, allowedHosts: readonly string[]): void {
  const allowed = new Set([...LOOPBACK, ...allowedHosts.map((host) => host.toLowerCase())])
  app.addHook('onRequest', (request, reply, done) => {
    const host = hostName(request.headers.host ?? '')
    const isOurs = allowed.has(host) || host.endsWith('.localhost')
    if (!isOurs) refuse(reply, 'This host name is not served here')
    else if (request.headers.origin !== undefined)
      refuse(reply, 'Requests of web pages are refused')
    else done()
  })
}

function refuse(reply: FastifyReply, message: string): void {
  void reply.code(403).send({ success: false, code: '403', message, data: null })
}

/** `Local.localhost:8084` → `local.localhost`, `[::1]:8084` → `[::1]`; nothing for what is no host. */
function hostName(header: string): string {
  return /^(\[[0-9a-f:]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header)?.[1]?.toLowerCase() ?? ''
}
