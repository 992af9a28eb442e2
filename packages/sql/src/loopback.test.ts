import { describe, expect, test } from 'vitest'
import { isLoopback } from './loopback.ts'

describe('isLoopback()', () => {
  test.each(['127.0.0.1', '127.9.9.9', 'localhost', 'LOCALHOST', 'x-y.localhost', '[::1]', '::1'])(
    '%s stays on this machine',
    (host) => expect(isLoopback(host)).toBe(true),
  )

  test.each(['128.0.0.1', '127.0.0.1.example.com', 'localhost.example.com', '0.0.0.0', ''])(
    '%j may not',
    (host) => expect(isLoopback(host)).toBe(false),
  )
})
