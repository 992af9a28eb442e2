import { beforeAll, expect, test } from 'vitest'
import type { Bind } from '../../../account.ts'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()
const text = (value: string | null): Bind => ({ type: 'TEXT', value })
const fixed = (value: string): Bind => ({ type: 'FIXED', value })

beforeAll(() => account.query('CREATE TABLE t (n NUMBER, s VARCHAR, d TIMESTAMP_NTZ)'))

test('? takes the binds in the order of the text, not of evaluation', async () => {
  expect(
    await account.rows('SELECT ? FROM (SELECT ? AS x) WHERE x = ?', {
      binds: [text('first'), fixed('2'), fixed('2')],
    }),
  ).toEqual([['first']])
})

test(':1 takes a bind by its number, as often as it likes', async () => {
  expect(await account.rows('SELECT :2, :1, :2', { binds: [text('a'), text('b')] })).toEqual([
    ['b', 'a', 'b'],
  ])
})

test.each<[Bind, string, string | null]>([
  [fixed('12'), 'fixed', '12'],
  [fixed('-5'), 'fixed', '-5'],
  [{ type: 'REAL', value: '1.5' }, 'real', '1.5'],
  [text("it's"), 'text', "it's"],
  [text(null), 'text', null],
  [{ type: 'BOOLEAN', value: 'true' }, 'boolean', '1'],
  [{ type: 'DATE', value: '1704067200000' }, 'date', '19723'],
  [{ type: 'TIME', value: '3661000000000' }, 'time', '3661.000000000'],
  [
    { type: 'TIMESTAMP_NTZ', value: '1704067200123456789' },
    'timestamp_ntz',
    '1704067200.123456789',
  ],
  [
    { type: 'TIMESTAMP_LTZ', value: '1704067200000000000' },
    'timestamp_ltz',
    '1704067200.000000000',
  ],
  [{ type: 'TIMESTAMP_LTZ', value: '-1' }, 'timestamp_ltz', '-0.000000001'],
  [
    { type: 'TIMESTAMP_TZ', value: '1704144845123456789 1770' },
    'timestamp_tz',
    '1704144845.123456789 1770',
  ],
  [
    { type: 'TIMESTAMP_TZ', value: '2024-01-02 03:04:05.5 -0800' },
    'timestamp_tz',
    '1704193445.500000000 960',
  ],
  [{ type: 'BINARY', value: 'AB' }, 'binary', 'AB'],
  [{ type: 'VARIANT', value: '{"a":1}' }, 'variant', '{"a":1}'],
])('the bind %j is of type %s', async (bind, type, cell) => {
  const result = await account.query('SELECT ?', { binds: [bind] })
  expect([result.columns[0]?.type, result.rows]).toEqual([type, [[cell]]])
})

test('lists of values insert many rows by one statement', async () => {
  const result = await account.query('INSERT INTO t (n, s, d) VALUES (?, UPPER(?), ?)', {
    binds: [
      { type: 'FIXED', value: ['1', null, '3'] },
      { type: 'TEXT', value: [null, 'b', "c'"] },
      { type: 'TEXT', value: ['2024-01-01T00:00:00.000Z', null, null] },
    ],
  })
  expect(result.rows).toEqual([['3']])
  expect(await account.rows('SELECT * FROM t ORDER BY n')).toEqual([
    ['1', null, '1704067200.000000000'],
    ['3', "C'", null],
    [null, 'B', null],
  ])
})

test('a bind that is not given is refused', async () => {
  await expect(account.rows('SELECT ?')).rejects.toMatchObject({ code: '100132' })
})
