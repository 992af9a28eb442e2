import type { IncomingHttpHeaders } from 'node:http'
import { printIdentifier } from '@spcs/sql'
import type { Account } from '../account.ts'
import { findAccessToken } from '../catalog/access-tokens.ts'
import type { User } from '../catalog/objects.ts'
import type { Caller } from './access.ts'
import { maybeSignInCookie } from './cookie.ts'
import type { IngressSessions } from './ingress-sessions.ts'
import { isSnowflakeToken, snowflakeToken } from './request-headers.ts'

export type RequestAuthentication =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'anonymous' } // nothing that would say who asks
  | { readonly kind: 'refused'; readonly reason: string } // a token that is no good

export interface AuthenticationSources {
  readonly account: Account
  readonly sessions: IngressSessions
  /** The user of an open session of the drivers' API. */
  readonly findSession: (sessionId: string) => { readonly user: string } | undefined
}

/** Who sends a request to the endpoint at this host: by a token of Snowflake's in Authorization, else by our cookie. */
export function authenticateRequest(
  headers: IncomingHttpHeaders,
  host: string,
  { account, sessions, findSession }: AuthenticationSources,
): RequestAuthentication {
  if (!isSnowflakeToken(headers.authorization)) {
    const user = sessions.maybeUser(maybeSignInCookie(headers.cookie), host)
    return user === undefined ? { kind: 'anonymous' } : { kind: 'caller', caller: { user } }
  }
  const token = snowflakeToken(headers.authorization)
  const subject = account.tokens.resolve(token)
  if (subject?.kind === 'ingress' && subject.host === host) {
    return byUser(subject.user, account, subject.role)
  }
  const found = findAccessToken(token, account.catalog, account.now())
  if (found !== undefined) return byUser(found.user.name, account, found.token.role ?? undefined)
  // DIFFERS: a session token counts with the user's default role, not with the session's.
  const session = subject?.kind === 'session' ? findSession(subject.sessionId) : undefined
  if (session !== undefined) return byUser(session.user, account)
  return {
    kind: 'refused',
    reason: account.tokens.isExpired(token)
      ? 'OAuth access token expired.'
      : 'Invalid OAuth access token.',
  }
}

function byUser(name: string, account: Account, role?: string): RequestAuthentication {
  const user: User | undefined = account.catalog.users.maybe(printIdentifier(name))
  if (user === undefined || user.disabled) {
    return { kind: 'refused', reason: `User ${name} may not sign in.` }
  }
  return { kind: 'caller', caller: { user, role } }
}
