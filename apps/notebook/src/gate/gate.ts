import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Identity } from '../config.ts'
import { ServerError } from '../errors.ts'
import { type Access, maybeForeign } from './access.ts'
import { isOwnHost } from './addresses.ts'
import { ALL_ANSWERS, PAGE_POLICY } from './security-headers.ts'
import { Sessions } from './sessions.ts'
import { isSameToken } from './token.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; a route that does not say is an error at the start. */
    access?: Access
    isSocket?: boolean
    isEntry?: boolean
  }
  interface FastifyRequest {
    /** Who asks; empty on public routes. */
    user: string
  }
}

export interface GateOptions {
  readonly identity: Identity
  /** Where the server listens. */
  readonly host: string
}

/** The one header that Snowflake's ingress sets, after removing what a client sent under that name. */
const USER_HEADER = 'sf-context-current-user'

/**
 * The one gate in front of every route and every socket: called before any route is declared, it holds for all.
 */
export function addGate(app: FastifyInstance, options: GateOptions): void {
  const { identity, host } = options
  const sessions = new Sessions()
  app.decorateRequest('user', '')
  app.addHook('onRoute', checkPolicy)
  app.addHook('onRequest', async (request, reply) => {
    for (const [name, value] of Object.entries(ALL_ANSWERS)) reply.header(name, value)
    reply.header('content-security-policy', PAGE_POLICY)
    const { access = 'read', isSocket = false, isEntry = false } = request.routeOptions.config ?? {}
    const isUpgrade = request.headers.upgrade !== undefined
    if (access === 'public' && !isUpgrade) return undefined
    if (identity.mode === 'token' && !isOwnHost(request.headers.host ?? '', host)) {
      throw new ServerError('HOST_REFUSED', 'Cannot answer to this Host header', {
        hint: 'Open the notebook by the address that it printed',
      })
    }
    const asked = { access, isSocket: isSocket || isUpgrade, isEntry, headers: request.headers }
    const foreign = maybeForeign(asked, identity.mode)
    if (foreign !== undefined) throw foreign
    if (identity.mode === 'token' && isEntry && !isUpgrade) {
      const location = maybeSignIn(request, reply, identity.token, sessions)
      if (location !== undefined) return reply.redirect(location, 303)
    }
    const user = maybeUser(request, identity, sessions)
    if (user === undefined) {
      throw new ServerError('NOT_SIGNED_IN', 'Cannot answer: you are not signed in', {
        hint:
          identity.mode === 'token'
            ? 'Open the address with the token, which the notebook printed when it started'
            : 'Come by the public endpoint, where Snowflake signs you in',
      })
    }
    request.user = user
    if (isUpgrade !== isSocket && !request.is404) {
      throw new ServerError(
        'METHOD_REFUSED',
        `Cannot ${isSocket ? 'answer without' : 'open'} a socket here`,
        {
          hint: 'Read in protocol.ts which addresses are sockets',
        },
      )
    }
    return undefined
  })
}

/** @throws at the start, for a route that nobody has thought about. */
function checkPolicy(route: RouteOptions): void {
  const config = route.config ?? {}
  if (config.access === undefined) {
    throw new TypeError(`${String(route.method)} ${route.url} declares no access policy`)
  }
  route.config = { ...config, isSocket: route.websocket === true || route.wsHandler !== undefined }
}

/** With the token in the URL: a session begins, and the browser is sent to the same page without it. */
function maybeSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  sessions: Sessions,
): string | undefined {
  // The path is that of the entry: what a client sends decides nothing but the rest of the query.
  const query = new URLSearchParams(request.url.split('?')[1] ?? '')
  const given = query.get('token')
  if (given === null) return undefined
  if (!isSameToken(given, token)) {
    throw new ServerError('NOT_SIGNED_IN', 'Cannot sign in: this is not the token', {
      hint: 'Open the address that the notebook printed at its last start',
    })
  }
  query.delete('token')
  reply.setCookie(cookieName(request), sessions.start(), {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
  })
  const rest = query.toString()
  return rest === '' ? '/' : `/?${rest}`
}

function maybeUser(
  request: FastifyRequest,
  identity: Identity,
  sessions: Sessions,
): string | undefined {
  if (identity.mode === 'ingress') {
    const user = request.headers[USER_HEADER]
    return typeof user === 'string' && user !== '' ? user : undefined
  }
  const session = request.cookies[cookieName(request)]
  return session !== undefined && sessions.has(session) ? identity.user : undefined
}

/** Browsers send cookies to every port of a host: two notebooks on one machine need two names. */
function cookieName(request: FastifyRequest): string {
  return `spcs-notebook-${request.raw.socket.localPort ?? 0}`
}
