import { describe, expect, test } from 'vitest'
import { RedactedStream, redactSecrets } from './redact-secrets.ts'

const SECRET = 'abcabcabd'

describe('redactSecrets()', () => {
  test('takes the longest first, and leaves short ones, which ordinary words hold', () => {
    expect(redactSecrets('x-abcabcabd-abcabcabdef', [SECRET, 'abcabcabdef', 'x'])).toBe(
      'x-[token]-[token]',
    )
  })
})

describe('a RedactedStream', () => {
  test('finds a secret wherever it is cut', () => {
    const text = `1${SECRET}2abcabcabcabd3`
    for (let cut = 0; cut <= text.length; cut += 1) {
      for (let second = cut; second <= text.length; second += 1) {
        const stream = new RedactedStream(() => [SECRET])
        const pieces = [text.slice(0, cut), text.slice(cut, second), text.slice(second)]
        const out = pieces.map((piece) => stream.push(piece)).join('') + stream.flush()
        expect(out).toBe('1[token]2abc[token]3')
      }
    }
  })

  test('holds nothing but what may become one', () => {
    const stream = new RedactedStream(() => [SECRET])
    expect(stream.push('an abc')).toBe('an ')
    expect(stream.heldLength).toBe(3)
    expect(stream.push('!')).toBe('abc!')
    expect(stream.heldLength).toBe(0)
  })
})
