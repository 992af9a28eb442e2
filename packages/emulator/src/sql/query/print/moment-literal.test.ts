import { describe, expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'
import { maybeMomentLiteral } from './moment-literal.ts'

const account = await openQueryAccount()
const TYPES = ['DATE', 'TIME', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ']

describe('maybeMomentLiteral()', () => {
  test.each([
    '2024-01-02',
    '0001-01-01 00:00:00',
    '9999-12-31T23:59:59.999999999',
    '2024-02-29 03:04',
    '2024-01-02 03:04:05.1',
    '2024-01-02T03:04:05.123456789Z',
    '2024-01-02 03:04:05 +0530',
    '1969-12-31 23:59:59.5-08:00',
    '23:59:59.123456789',
    '03:04',
    ' 2024-01-02 03:04:05 ',
  ])('gives what text that is no literal gives: %s', async (text) => {
    const isTime = !text.includes('-')
    const types = TYPES.filter((type) => !isTime || type === 'TIME')
    const literals = types.map((type) =>
      `'${text}'::${type}, '${text}'::${type}(0)`.replace(/DATE\(0\)/, 'DATE'),
    )
    const columns = literals.map((sql) => sql.replaceAll(`'${text}'`, 'x'))
    const [read] = await account.rows(
      `SELECT ${columns.join(', ')} FROM (SELECT '${text}' || '' AS x)`,
    )
    expect((await account.rows(`SELECT ${literals.join(', ')}`))[0]).toEqual(read)
  })

  test.each([
    '2024-02-30',
    '2023-02-29',
    '0000-01-01',
    '2024-13-01',
    '2024-01-00',
    '2024-01-02 24:00:00',
    '2024-01-02 03:60:00',
    '2024-1-2',
    '02-Jan-2024',
    '1704164645',
    `2024-01-02' OR '1'='1`,
    '',
  ])('leaves to others: %s', (text) => {
    for (const kind of ['DATE', 'TIMESTAMP_NTZ', 'TIMESTAMP_TZ'] as const) {
      expect(maybeMomentLiteral(text, { kind, precision: 9 })).toBeUndefined()
    }
  })
})
