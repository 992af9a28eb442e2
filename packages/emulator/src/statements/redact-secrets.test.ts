import { describe, expect, test } from 'vitest'
import { redactSecrets } from './redact-secrets.ts'

describe('redactSecrets()', () => {
  test.each([
    ["CREATE USER a PASSWORD = 'x''y'", "CREATE USER a PASSWORD = '***'"],
    [
      "alter user a set password='x\\'y' comment = 'c'",
      "alter user a set password='***' comment = 'c'",
    ],
    ["CREATE USER a PASSWORD 'x'", "CREATE USER a PASSWORD '***'"],
    ["CREATE USER a PASSWORD /* 'not' */ = $$x$$", "CREATE USER a PASSWORD /* 'not' */ = '***'"],
    [
      "CREATE SECRET s SECRET_STRING = 'x', PASSWORD = 'y'",
      "CREATE SECRET s SECRET_STRING = '***', PASSWORD = '***'",
    ],
    ['CREATE SECRET s SECRET_STRING = x1', "CREATE SECRET s SECRET_STRING = '***'"],
    ['CREATE USER a PASSWORD = 12 COMMENT = b', "CREATE USER a PASSWORD = '***' COMMENT = b"],
    ["SELECT 'password = secret'", "SELECT 'password = secret'"],
    ["SELECT * FROM t WHERE name = 'x'", "SELECT * FROM t WHERE name = 'x'"],
  ])('%s', (text, redacted) => {
    expect(redactSecrets(text)).toBe(redacted)
  })

  test('shows nothing of a text in which a string does not end', () => {
    expect(redactSecrets("CREATE USER a PASSWORD = 'hunter2")).not.toContain('hunter2')
  })
})
