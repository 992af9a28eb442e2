import { describe, expect, test } from 'vitest'
import { expandEscapes } from './expand-escapes.ts'
import { openQueryAccount } from './testing/query-account.ts'

const account = await openQueryAccount()

describe('expandEscapes()', () => {
  test.each([
    [String.raw`'\u00e9\xE9 \ud83d\ude00'`, 'éé 😀'],
    [String.raw`'\u0027 \x5c \\u0041'`, String.raw`' \ \u0041`],
    [String.raw`'\u0000' || 'a\u00'`, '\0au00'],
    [String.raw`$$\u0041$$`, String.raw`\u0041`],
  ])('%s is %o', async (sql, cell) => {
    expect(await account.rows(`SELECT ${sql} AS x`)).toEqual([[cell]])
  })

  test('leaves everything outside of strings', () => {
    const sql = String.raw`SELECT "\u0041" -- \u0041 '\u0041'`
    expect(expandEscapes(sql)).toBe(sql)
  })
})
