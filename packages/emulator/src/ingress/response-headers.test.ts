import { describe, expect, test } from 'vitest'
import { isProgram, responseHeaders, upgradeResponseHeaders } from './response-headers.ts'

const RULES = { contentSecurityPolicy: "default-src 'self'", corsHeaders: [] }
const ADDED = [
  ['X-Frame-Options', 'DENY'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cross-Origin-Embedder-Policy', 'credentialless'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Content-Security-Policy', "default-src 'self'"],
].flat()

describe('responseHeaders()', () => {
  test.each<[rule: string, sent: string[], kept: string[]]>([
    [
      'keeps what is no concern of the platform',
      ['ETag', '1', 'Content-Length', '3'],
      ['ETag', '1', 'Content-Length', '3'],
    ],
    [
      'keeps every cookie of the service',
      ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'],
      ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'],
    ],
    ['removes a cookie that would be the sign-in', ['Set-Cookie', 'spcs-endpoint=t'], []],
    ['removes Server', ['Server', 'x'], []],
    ['removes X-Powered-By', ['x-powered-by', 'x'], []],
    ['removes X-XSS-Protection', ['X-XSS-Protection', '0'], []],
    ['removes Public-Key-Pins', ['Public-Key-Pins', 'x'], []],
    ['replaces X-Frame-Options', ['X-Frame-Options', 'SAMEORIGIN'], []],
    ['replaces Cross-Origin-Opener-Policy', ['Cross-Origin-Opener-Policy', 'unsafe-none'], []],
    ['replaces Cross-Origin-Resource-Policy', ['Cross-Origin-Resource-Policy', 'cross-origin'], []],
    ['replaces Cross-Origin-Embedder-Policy', ['Cross-Origin-Embedder-Policy', 'require-corp'], []],
    ['replaces X-Content-Type-Options', ['X-Content-Type-Options', 'x'], []],
    [
      'keeps a policy of the service beside its own',
      ['Content-Security-Policy', "img-src 'none'"],
      ['Content-Security-Policy', "img-src 'none'"],
    ],
    [
      'removes CORS headers of the service',
      ['Access-Control-Allow-Origin', '*', 'Access-Control-Max-Age', '9'],
      [],
    ],
    [
      'removes what is for this hop',
      ['Connection', 'close, X-Hop', 'X-Hop', '1', 'Transfer-Encoding', 'chunked'],
      [],
    ],
  ])('%s', (_rule, sent, kept) => {
    expect(responseHeaders(sent, RULES)).toEqual([...kept, ...ADDED])
  })

  test('adds the CORS headers that are given', () => {
    const corsHeaders = ['Vary', 'Origin']
    expect(responseHeaders([], { ...RULES, corsHeaders })).toEqual([...ADDED, 'Vary', 'Origin'])
  })
})

describe('upgradeResponseHeaders()', () => {
  test('keeps the handshake, and removes what every answer loses', () => {
    const sent = [
      'Connection',
      'Upgrade',
      'Upgrade',
      'websocket',
      'Sec-WebSocket-Accept',
      'x',
      'Server',
      'y',
    ]
    const kept = ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Accept', 'x']
    expect(upgradeResponseHeaders(sent)).toEqual(kept)
  })
})

describe('isProgram()', () => {
  test.each([
    ['application/x-msdownload', true],
    ['application/exe', true],
    ['Application/X-EXE; charset=binary', true],
    ['application/dos-exe', true],
    ['application/x-winexe', true],
    ['application/msdos-windows', true],
    ['application/x-msdos-program', true],
    ['application/x-sh', true],
    ['application/x-bsh', true],
    ['application/x-csh', true],
    ['application/x-tcsh', true],
    ['application/batch', true],
    ['application/json', false],
    ['application/x-shockwave-flash', false],
    ['text/html; charset=exe', false],
    [undefined, false],
  ])('%s: %s', (contentType, expected) => {
    expect(isProgram(contentType)).toBe(expected)
  })
})
