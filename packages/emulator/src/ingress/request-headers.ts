import { sessionToken } from '../http/session-token.ts'
import { withoutSignInCookie } from './cookie.ts'
import { endToEnd, pairsOf, type RawHeaders } from './headers.ts'

/** What the platform tells the service of who asks. */
export interface RequestIdentity {
  /** The user's stored name. */
  readonly user: string
  /** For services with executeAsCaller: half of a token that opens a session as the user. */
  readonly callerToken?: string | undefined
}

/**
 * The headers of a request as the service gets them: who asks is added and cannot be forged, what belongs to the
 * platform or to this hop is removed, everything else stays as it came, Host too.
 */
export function requestHeaders(
  raw: RawHeaders,
  { user, callerToken }: RequestIdentity,
  options: { readonly method?: string | undefined; readonly isUpgrade?: boolean } = {},
): string[] {
  const kept = endToEnd(raw).flatMap(([name, value]) => keptHeader(name, value))
  return [
    ...kept,
    ...framing(raw, options.method),
    ...(options.isUpgrade === true ? ['Connection', 'Upgrade', 'Upgrade', 'websocket'] : []),
    'Sf-Context-Current-User',
    headerText(user),
    ...(callerToken === undefined ? [] : ['Sf-Context-Current-User-Token', callerToken]),
  ]
}

function keptHeader(name: string, value: string): string[] {
  // Some servers do not tell _ from -, so that one would be as good as the other.
  const known = name.toLowerCase().replaceAll('_', '-')
  if (known.startsWith('sf-context-') || known === 'x-sf-spcs-authorization') return []
  if (known === 'expect') return [] // answered here
  if (known === 'authorization' && isSnowflakeToken(value)) return []
  if (known !== 'cookie') return [name, value]
  const rest = withoutSignInCookie(value)
  return rest === '' ? [] : [name, rest]
}

/** True for `Snowflake Token="…"`: anything else is the service's own. */
export function isSnowflakeToken(authorization: string | undefined): boolean {
  return /^\s*Snowflake\s+Token\s*=/i.test(authorization ?? '')
}

/** The token of such a header; empty when there is none. */
export function snowflakeToken(authorization: string | undefined): string {
  return sessionToken(authorization)
}

/** A body that came in chunks goes on in chunks, whatever the method; and where there is none, none is made up. */
function framing(raw: RawHeaders, method: string | undefined): string[] {
  const names = new Set(pairsOf(raw).map(([name]) => name.toLowerCase()))
  if (names.has('transfer-encoding')) return ['Transfer-Encoding', 'chunked']
  const mayHaveBody = ['POST', 'PUT', 'PATCH'].includes(method ?? '')
  return mayHaveBody && !names.has('content-length') ? ['Content-Length', '0'] : []
}

/** A header takes one line of bytes: UTF-8, and controls as %0A. */
function headerText(text: string): string {
  const line = text.replaceAll(/\p{Cc}/gu, (control) => encodeURIComponent(control))
  return Buffer.from(line, 'utf8').toString('latin1')
}
