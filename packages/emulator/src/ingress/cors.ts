import type { CorsSettings } from '@spcs/spec'

/** What of a request matters for other origins. */
export interface CorsRequest {
  readonly method: string
  /** Host header, with port. */
  readonly host: string
  readonly origin?: string | undefined
  /** Access-Control-Request-Method. */
  readonly requestedMethod?: string | undefined
  readonly hasCookie: boolean
  readonly hasAuthorization: boolean
}

export type CorsDecision =
  | { readonly kind: 'pass'; readonly headers: readonly string[] } // goes on, its answer gets these headers
  | { readonly kind: 'preflight'; readonly headers: readonly string[] } // is answered without asking the service
  | { readonly kind: 'refuse'; readonly reason: string }

/** Headers of the platform's that pages of other origins may read. */
const ALWAYS_EXPOSED: readonly string[] = [
  'X-Frame-Options',
  'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy',
  'X-Content-Type-Options',
  'Cross-Origin-Embedder-Policy',
  'Content-Security-Policy-Report-Only',
  'Content-Security-Policy',
]

const TWO_HOURS = '7200'

/**
 * What becomes of a request from a page of another origin: only origins that the endpoint's corsSettings list get CORS
 * headers, and nobody may change anything by the cookie alone.
 */
export function corsDecision(
  request: CorsRequest,
  settings: CorsSettings | undefined,
): CorsDecision {
  const { method, origin, host } = request
  if (origin === undefined || isOwn(origin, host)) return { kind: 'pass', headers: [] }
  const isListed = settings?.['Access-Control-Allow-Origin'].some((one) => isSame(one, origin))
  const headers = settings !== undefined && isListed === true ? corsHeaders(origin, settings) : []
  const isPreflight = method === 'OPTIONS' && request.requestedMethod !== undefined
  if (isPreflight && headers.length > 0) return { kind: 'preflight', headers }
  const isSafe = method === 'GET' || method === 'HEAD'
  if (!isSafe && request.hasCookie && !request.hasAuthorization) {
    return {
      kind: 'refuse',
      reason:
        'Rejecting a CORS request since cookie was present, and request does not have an auth header',
    }
  }
  return { kind: 'pass', headers }
}

function corsHeaders(origin: string, settings: CorsSettings): string[] {
  const exposed = [...(settings['Access-Control-Expose-Headers'] ?? []), ...ALWAYS_EXPOSED]
  const { 'Access-Control-Allow-Methods': methods, 'Access-Control-Allow-Headers': names } =
    settings
  const pairs: (readonly [name: string, value: string | undefined])[] = [
    ['Access-Control-Allow-Origin', origin],
    ['Access-Control-Allow-Credentials', 'true'],
    ['Access-Control-Allow-Methods', methods?.join(', ')],
    ['Access-Control-Allow-Headers', names?.join(', ')],
    ['Access-Control-Expose-Headers', exposed.join(', ')],
    ['Access-Control-Max-Age', TWO_HOURS],
    ['Vary', 'Origin'],
  ]
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
}

/** Whatever the scheme: TLS may end in front of the account. */
export function isOwn(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}

function isSame(listed: string, origin: string): boolean {
  if (!URL.canParse(listed) || !URL.canParse(origin)) return false
  return new URL(listed).origin === new URL(origin).origin && new URL(origin).origin !== 'null'
}
