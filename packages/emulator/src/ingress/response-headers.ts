import { setsSignInCookie } from './cookie.ts'
import { endToEnd, type RawHeaders } from './headers.ts'

export interface ResponseRules {
  readonly contentSecurityPolicy: string
  /** The headers that `corsDecision` gives; none for other origins. */
  readonly corsHeaders: readonly string[]
}

/** Removed from every answer of a service. */
const REMOVED: readonly string[] = ['public-key-pins', 'server', 'x-powered-by', 'x-xss-protection']

/** Set on every answer, whatever the service says. */
const SET: readonly (readonly [name: string, value: string])[] = [
  ['X-Frame-Options', 'DENY'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cross-Origin-Embedder-Policy', 'credentialless'],
  ['X-Content-Type-Options', 'nosniff'],
]

/**
 * The headers of a service's answer as the client gets them. The service's own Content-Security-Policy stays beside the
 * platform's, so it can only narrow it.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/service-network-communications
 */
export function responseHeaders(raw: RawHeaders, rules: ResponseRules): string[] {
  const replaced = new Set(SET.map(([name]) => name.toLowerCase()))
  return [
    ...allowed(raw).filter(([name]) => !replaced.has(name.toLowerCase())),
    ...SET,
    ['Content-Security-Policy', rules.contentSecurityPolicy] as const,
  ]
    .flat()
    .concat(rules.corsHeaders)
}

/** The headers of the answer that turns a connection into a WebSocket. */
export function upgradeResponseHeaders(raw: RawHeaders): string[] {
  return ['Connection', 'Upgrade', 'Upgrade', 'websocket', ...allowed(raw).flat()]
}

function allowed(raw: RawHeaders): [name: string, value: string][] {
  return endToEnd(raw).filter(([name, value]) => {
    const known = name.toLowerCase()
    if (known === 'set-cookie') return !setsSignInCookie(value)
    return !REMOVED.includes(known) && !known.startsWith('access-control-')
  })
}

const PROGRAMS = new Set([
  'batch',
  'dos-exe',
  'exe',
  'msdos-windows',
  'x-bsh',
  'x-csh',
  'x-exe',
  'x-msdos-program',
  'x-msdownload',
  'x-sh',
  'x-tcsh',
  'x-winexe',
])

/** True for the content type of a program, which no endpoint may give out. */
export function isProgram(contentType: string | undefined): boolean {
  const subtype = /^[^/;]+\/([^;]+)/.exec(contentType ?? '')?.[1]
  return PROGRAMS.has(subtype?.trim().toLowerCase() ?? '')
}
