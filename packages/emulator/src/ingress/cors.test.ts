import { describe, expect, test } from 'vitest'
import { corsDecision, type CorsRequest } from './cors.ts'

const LISTED = 'https://app.example.com'
const SETTINGS = {
  'Access-Control-Allow-Origin': [LISTED],
  'Access-Control-Allow-Methods': ['GET', 'POST'],
  'Access-Control-Allow-Headers': ['X-A', 'X-B'],
  'Access-Control-Expose-Headers': ['X-C'],
}
const ALLOWED = [
  ['Access-Control-Allow-Origin', LISTED],
  ['Access-Control-Allow-Credentials', 'true'],
  ['Access-Control-Allow-Methods', 'GET, POST'],
  ['Access-Control-Allow-Headers', 'X-A, X-B'],
  [
    'Access-Control-Expose-Headers',
    'X-C, X-Frame-Options, Cross-Origin-Opener-Policy, Cross-Origin-Resource-Policy, X-Content-Type-Options, Cross-Origin-Embedder-Policy, Content-Security-Policy-Report-Only, Content-Security-Policy',
  ],
  ['Access-Control-Max-Age', '7200'],
  ['Vary', 'Origin'],
].flat()

const pass = { kind: 'pass', headers: [] }
const allow = { kind: 'pass', headers: ALLOWED }
const refuse = {
  kind: 'refuse',
  reason:
    'Rejecting a CORS request since cookie was present, and request does not have an auth header',
}
const request = (changes: Partial<CorsRequest>): CorsRequest => ({
  method: 'GET',
  host: 'e1-local-local.localhost:8085',
  hasCookie: true,
  hasAuthorization: false,
  ...changes,
})
const preflight = { method: 'OPTIONS', requestedMethod: 'POST', hasCookie: false }

describe('corsDecision()', () => {
  test.each<[rule: string, sent: Partial<CorsRequest>, decision: object]>([
    ['no origin', { method: 'POST' }, pass],
    ['its own origin', { method: 'POST', origin: 'http://e1-local-local.localhost:8085' }, pass],
    [
      'its own host behind TLS',
      { method: 'POST', origin: 'https://E1-local-local.localhost:8085' },
      pass,
    ],
    [
      'its own host at another port',
      { method: 'POST', origin: 'http://e1-local-local.localhost:1' },
      refuse,
    ],
    ['a listed origin', { origin: LISTED }, allow],
    ['an origin not listed', { origin: 'https://other.example.com' }, pass],
    ['a listed host at another port', { origin: `${LISTED}:8443` }, pass],
    ['a listed origin as the start of another', { origin: `${LISTED}.evil.com` }, pass],
    ['a null origin', { origin: 'null' }, pass],
    ['a change with a cookie alone', { method: 'POST', origin: LISTED }, refuse],
    ['a change with a cookie, null origin', { method: 'DELETE', origin: 'null' }, refuse],
    [
      'a change with Authorization too',
      { method: 'PUT', origin: LISTED, hasAuthorization: true },
      allow,
    ],
    ['a change without cookie', { method: 'PUT', origin: LISTED, hasCookie: false }, allow],
    ['HEAD', { method: 'HEAD', origin: 'https://other.example.com' }, pass],
    [
      'a preflight of a listed origin',
      { ...preflight, origin: LISTED },
      { kind: 'preflight', headers: ALLOWED },
    ],
    ['a preflight of another', { ...preflight, origin: 'https://other.example.com' }, pass],
    [
      'OPTIONS that is no preflight',
      { method: 'OPTIONS', origin: LISTED, hasCookie: false },
      allow,
    ],
  ])('%s', (_rule, sent, decision) => {
    expect(corsDecision(request(sent), SETTINGS)).toEqual(decision)
  })

  test('without corsSettings no origin is listed', () => {
    expect(corsDecision(request({ origin: LISTED }), undefined)).toEqual(pass)
  })
})
