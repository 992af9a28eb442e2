import { describe, expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

describe('returnPath()', () => {
  test.each([
    ['/', '/'],
    ['/notebooks/a.ipynb?x=1&y=%2F', '/notebooks/a.ipynb?x=1&y=%2F'],
    ['/a?next=//evil.example', '/a?next=//evil.example'],
    [undefined, '/'],
    [null, '/'],
    ['', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['//evil.example', '/'],
    ['///evil.example', '/'],
    ['/\\evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/a/..//evil.example', '/'],
    ['/./\\evil.example', '/'],
    ['//here.invalid//evil.example', '/'],
    ['/sfc-endpoint/logout', '/'],
    ['/a/../sfc-endpoint/logout', '/'],
    ['/a\r\nSet-Cookie: x=1', '/aSet-Cookie:%20x=1'],
  ])('%j → %j', (wanted, expected) => {
    expect(returnPath(wanted)).toBe(expected)
  })
})
