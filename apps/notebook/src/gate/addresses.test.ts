import { describe, expect, test } from 'vitest'
import { isOwnHost, isOwnOrigin } from './addresses.ts'

describe('isOwnHost()', () => {
  test.each([
    ['localhost:8888', '127.0.0.1', true],
    ['127.0.0.2', '127.0.0.1', true],
    ['notes.example:8888', 'notes.example', true],
    ['NOTES.example', 'notes.example', true],
    ['notes.example.evil.example', 'notes.example', false],
    ['evil.example', '0.0.0.0', false],
    ['10.0.0.5:8888', '0.0.0.0', true],
    ['[fe80::1]:8888', '::', true],
    ['10.0.0.5:8888', '127.0.0.1', false],
    ['', '0.0.0.0', false],
    ['localhost@evil.example', '127.0.0.1', false],
    ['localhost, evil.example', '127.0.0.1', false],
    ['localhost:8888:1', '127.0.0.1', false],
  ])('%s at a server that listens on %s: %s', (header, listenHost, expected) => {
    expect(isOwnHost(header, listenHost)).toBe(expected)
  })
})

describe('isOwnOrigin() (CVE-2026-40110, CVE-2023-26114)', () => {
  test.each([
    ['http://localhost:8888', 'localhost:8888', 'token', true],
    ['https://localhost:8888', 'localhost:8888', 'token', false],
    ['http://localhost', 'localhost:8888', 'token', false],
    ['http://127.0.0.1:8888', 'localhost:8888', 'token', false],
    [
      'https://a-org-acc.snowflakecomputing.app',
      'a-org-acc.snowflakecomputing.app',
      'ingress',
      true,
    ],
    [
      'http://a-org-acc.snowflakecomputing.app',
      'a-org-acc.snowflakecomputing.app',
      'ingress',
      false,
    ],
    [
      'https://b-org-acc.snowflakecomputing.app',
      'a-org-acc.snowflakecomputing.app',
      'ingress',
      false,
    ],
    ['http://a-local-acc.localhost:8090', 'a-local-acc.localhost:8090', 'ingress', true],
    ['http://b-local-acc.localhost:8090', 'a-local-acc.localhost:8090', 'ingress', false],
    ['http://', '', 'token', false],
    ['null', 'null', 'ingress', false],
  ] as const)('%s at %s in %s mode: %s', (origin, host, mode, expected) => {
    expect(isOwnOrigin(origin, host, mode)).toBe(expected)
  })
})
