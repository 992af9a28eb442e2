import { describe, expect, test } from 'vitest'
import { safeUrl } from './safe-url.ts'

describe('safeUrl()', () => {
  test.each([
    ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
    ['http://127.0.0.1:8888/x', 'http://127.0.0.1:8888/x'],
    ['mailto:someone@example.com', 'mailto:someone@example.com'],
    ['HTTPS://EXAMPLE.COM', 'https://example.com/'],
  ])('lets %s through', (address, expected) => {
    expect(safeUrl(address)).toBe(expected)
  })

  test.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    'command:run',
    '/api/files',
    '//example.com/x',
    '#top',
    '',
  ])('refuses %j (CVE-2022-41034, jupyterlab#19003)', (address) => {
    expect(safeUrl(address)).toBeUndefined()
  })
})
