import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { InstanceLease } from '@spcs/service-function'
import { printIdentifier } from '@spcs/sql'
import type { Account } from '../account.ts'
import { SnowflakeError } from '../snowflake-error.ts'
import { stackOf } from '../statements/statement-error.ts'
import { type Caller, callerRole, mayBeReached, whyRefused } from './access.ts'
import { authenticateRequest } from './authenticate-request.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { corsDecision } from './cors.ts'
import { answerPage, type Exchange, upgradeExchange } from './exchange.ts'
import { forward } from './forward.ts'
import { IngressSessions } from './ingress-sessions.ts'
import type { Page } from './page.ts'
import { findPublicEndpoint, type PublicEndpoint } from './public-endpoint.ts'
import { requestHeaders } from './request-headers.ts'
import { PLATFORM_PATH, returnPath } from './return-path.ts'
import { answerPlatformPath, redirectToSignIn, refusalPage } from './sign-in.ts'
import { SignInLimit } from './sign-in-limit.ts'

export interface IngressOptions {
  readonly account: Account
  /** The user of an open session of the drivers' API, whose token is good here too. */
  readonly findSession: (sessionId: string) => { readonly user: string } | undefined
  /** A connection is cut when no byte came in either direction for so long. Default 90 seconds. */
  readonly idleMs?: number | undefined
}

/** The door to the public endpoints of an account's services. */
export interface Ingress {
  /** @returns The port that it listens on. */
  listen(host: string, port: number): Promise<number>
  close(): Promise<void>
}

const IDLE_MS = 90_000
/** DIFFERS: the parameter SERVICE_CALLER_TOKEN_VALIDITY_SECS is not read. */
const CALLER_TOKEN_MS = 120_000

/** Each public endpoint is a host of its own; which one a request is for, its Host header alone says. */
export function buildIngress(options: IngressOptions): Ingress {
  const { account } = options
  const now = (): number => account.now().getTime()
  const idleMs = options.idleMs ?? IDLE_MS
  const doorkeeper: Doorkeeper = {
    ...options,
    idleMs,
    sessions: new IngressSessions(account),
    limit: new SignInLimit(now),
  }
  // Uploads may take long; that nothing comes is watched for each exchange, and between two of them by the server.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: idleMs })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    void answerSafely({ request, response }, doorkeeper)
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    void answerSafely(upgradeExchange(request, socket, head), doorkeeper)
  })
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  return {
    listen: (host, port) => listen(server, host, port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

interface Doorkeeper extends IngressOptions {
  readonly idleMs: number
  readonly sessions: IngressSessions
  readonly limit: SignInLimit
}

async function answerSafely(exchange: Exchange, doorkeeper: Doorkeeper): Promise<void> {
  logAnswer(exchange, doorkeeper.account)
  try {
    await answer(exchange, doorkeeper)
  } catch (error) {
    doorkeeper.account.log.error({ error: stackOf(error) }, 'request at an endpoint failed')
    answerPage(exchange, 500, { title: 'Internal error', text: ['The account failed to answer.'] })
  }
}

/** One request, from the door to the service. */
async function answer(exchange: Exchange, doorkeeper: Doorkeeper): Promise<void> {
  const { request, upgrade } = exchange
  const { account } = doorkeeper
  const { headers, method = 'GET', url = '/' } = request
  const target = findPublicEndpoint(headers.host, account)
  if (target === undefined || !account.services.hasAddress(target.service, target.endpoint.name)) {
    answerPage(exchange, 404, unknownHost(headers.host))
    return
  }
  if (!mayBeReached(target, account)) {
    answerPage(exchange, 404, unbound(target))
    return
  }
  const problem = badRequest(exchange)
  if (problem !== undefined) {
    answerPage(exchange, problem.status, { title: 'Request refused', text: [problem.text] })
    return
  }

  const cors = corsDecision(
    {
      method,
      host: headers.host ?? '',
      origin: headers.origin,
      requestedMethod: headers['access-control-request-method'],
      hasCookie: headers.cookie !== undefined,
      hasAuthorization: headers.authorization !== undefined,
    },
    target.endpoint.corsSettings,
  )
  if (cors.kind === 'preflight') {
    exchange.response.writeHead(204, [...cors.headers]).end()
    return
  }
  if (url.startsWith(PLATFORM_PATH)) {
    await answerPlatformPath(exchange, target, doorkeeper)
    return
  }
  if (cors.kind === 'refuse') {
    answerPage(exchange, 403, { title: cors.reason, text: [] })
    return
  }

  const authentication = authenticateRequest(headers, target.host, doorkeeper)
  if (authentication.kind === 'anonymous' && upgrade === undefined) {
    redirectToSignIn(exchange)
    return
  }
  if (authentication.kind !== 'caller') {
    const reason = authentication.kind === 'refused' ? authentication.reason : 'Sign in first.'
    answerPage(exchange, 401, { title: 'Not signed in', text: [reason] })
    return
  }
  const { caller } = authentication
  const refusal = whyRefused(caller, target, account)
  if (refusal !== undefined) {
    answerPage(exchange, 403, refusalPage(refusal, returnPath(url)))
    return
  }

  const lease = await maybeLease(exchange, target, account)
  if (lease === undefined) return
  const identity = { user: caller.user.name, callerToken: callerToken(caller, target, account) }
  forward(exchange, lease, {
    headers: requestHeaders(request.rawHeaders, identity, {
      method,
      isUpgrade: upgrade !== undefined,
    }),
    contentSecurityPolicy: contentSecurityPolicy(target.service, account.catalog),
    corsHeaders: cors.headers,
    idleMs: doorkeeper.idleMs,
    maybeLeaseOther: (address) =>
      account.services.maybeLeaseOther(target.service, target.endpoint.name, address),
  })
}

/** Hosts are logged, not paths: those may hold secrets. */
function logAnswer({ request, response }: Exchange, account: Account): void {
  const { method, headers } = request
  response.on('finish', () => {
    const { statusCode: status } = response
    account.log.debug({ method, host: headers.host, status }, 'answered at an endpoint')
  })
}

/** What no service gets to see. */
function badRequest({ request, upgrade }: Exchange): { status: number; text: string } | undefined {
  const { method, url = '', headers } = request
  if (method === 'TRACE' || method === 'CONNECT') {
    return { status: 405, text: `Method ${method} is refused.` }
  }
  if (!url.startsWith('/')) return { status: 400, text: 'The request names no path.' }
  const isOther = upgrade !== undefined && headers.upgrade?.toLowerCase() !== 'websocket'
  return isOther ? { status: 400, text: 'Only WebSockets change the protocol.' } : undefined
}

/** A ready instance. A suspended service is resumed; when there is none, the client is told why. */
async function maybeLease(
  exchange: Exchange,
  { service, endpoint }: PublicEndpoint,
  account: Account,
): Promise<InstanceLease | undefined> {
  const { response } = exchange
  const gone = new AbortController()
  const onClose = (): void => gone.abort()
  response.once('close', onClose)
  try {
    const lease = await account.services.leaseEndpoint(service, endpoint.name, gone.signal)
    if (!gone.signal.aborted) return lease
    lease.release()
    return undefined
  } catch (error) {
    if (gone.signal.aborted) return undefined
    if (!(error instanceof SnowflakeError)) throw error
    const page = { title: 'The service is not ready', text: [`${error.message}.`] }
    answerPage(exchange, 503, page, { 'Retry-After': '5' })
    return undefined
  } finally {
    response.off('close', onClose)
  }
}

function callerToken(
  caller: Caller,
  { spec, key }: PublicEndpoint,
  account: Account,
): string | undefined {
  if (!spec.capabilities.securityContext.executeAsCaller) return undefined
  const subject = {
    kind: 'caller',
    service: key,
    user: caller.user.name,
    role: callerRole({ user: caller.user }, account),
  } as const
  return account.tokens.issue(subject, CALLER_TOKEN_MS)
}

function unknownHost(host: string | undefined): Page {
  return {
    title: 'No endpoint at this address',
    text: [
      `The account has no public endpoint at "${host ?? ''}".`,
      'SHOW ENDPOINTS IN SERVICE … tells the addresses of a service; one that has just been made gets its address shortly.',
    ],
  }
}

function unbound({ service }: PublicEndpoint): Page {
  const owner = printIdentifier(service.owner)
  return {
    title: 'No endpoint at this address',
    text: [`Role ${owner}, which owns the service, may not have public endpoints any more:`],
    code: `GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE ${owner};`,
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
