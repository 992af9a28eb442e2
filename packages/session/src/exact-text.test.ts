import { afterAll, beforeAll, expect, test } from 'vitest'
import { printValue } from '@spcs/sql'
import type { Session } from './session.ts'
import { column, WireAccount } from './testing/wire-account.ts'

let account: WireAccount
let session: Session
beforeAll(async () => {
  account = await WireAccount.start()
  session = await account.connect()
})
afterAll(async () => {
  await session.close()
  await account.stop()
})

const PARAMETERS = {
  TIMEZONE: 'America/Los_Angeles',
  DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
  TIME_OUTPUT_FORMAT: 'HH24:MI:SS',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3',
  BINARY_OUTPUT_FORMAT: 'HEX',
}

/** A cell as a user sees it: by its reader, and by its value. */
async function printed(
  type: string,
  scale: number,
  cell: string | null,
  parameters: Readonly<Record<string, string>> = PARAMETERS,
): Promise<readonly (string | null | undefined)[]> {
  account.answers.set('SELECT A CELL', {
    rowtype: [column('A', type, scale)],
    rowset: [[cell]],
    parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
  })
  const opened = await session.openResult('SELECT A CELL')
  const texts: (string | null | undefined)[] = []
  for await (const rows of opened.batches) {
    texts.push(...rows.map((row) => opened.readers[0]?.toText(row[0] ?? null)))
  }
  const { columns, rows } = await session.execute('SELECT A CELL')
  return [...texts, printValue(rows[0]?.[0], columns[0]?.type, columns[0]?.scale)]
}

test.each([
  ['fixed', 2, '12.30'],
  ['fixed', 0, '99999999999999999999999999999999999999'],
  ['fixed', 0, '-99999999999999999999999999999999999999'],
  ['fixed', 37, '0.0000000000000000000000000000000000001'],
  ['fixed', 10, '9007199254740993.0000000000'],
  ['text', 0, 'NULL'],
  ['boolean', 0, '1', 'true'],
  ['boolean', 0, '0', 'false'],
  ['binary', 0, '00FFCA', '00FFCA'],
  ['binary', 0, ''],
  ['real', 0, '1', '1.0'],
  ['real', 0, '-0', '-0.0'],
  ['real', 0, '1.7976931348623157e+308'],
  ['real', 0, '-1.7976931348623157e308', '-1.7976931348623157e+308'],
  ['real', 0, '4.9406564584124654e-324', '5e-324'],
  ['real', 0, 'inf'],
  ['real', 0, '-Infinity', '-inf'],
  ['real', 0, 'NaN'],
  ['date', 0, '19723', '2024-01-01'],
  ['date', 0, '-719162', '0001-01-01'],
  ['date', 0, '2932896', '9999-12-31'],
  ['time', 9, '86399.999999999', '23:59:59.999999999'],
  ['time', 0, '0', '00:00:00'],
  ['timestamp_ntz', 9, '1704067200.123456789', '2024-01-01 00:00:00.123456789'],
  ['timestamp_ntz', 9, '1704067200.100000000', '2024-01-01 00:00:00.100'],
  ['timestamp_ntz', 0, '1704067200', '2024-01-01 00:00:00.000'],
  ['timestamp_ntz', 9, '-0.000000001', '1969-12-31 23:59:59.999999999'],
  ['timestamp_ntz', 9, '-62135596800.000000000', '0001-01-01 00:00:00.000'],
  ['timestamp_ntz', 9, '253402300799.999999999', '9999-12-31 23:59:59.999999999'],
  ['timestamp_tz', 9, '1704067200.000000001 1770', '2024-01-01 05:30:00.000000001 +0530'],
  ['timestamp_tz', 3, '1704067200.500 960', '2023-12-31 16:00:00.500 -0800'],
  ['timestamp_ltz', 9, '1704067200.000001000', '2023-12-31 16:00:00.000001 -0800'],
  ['timestamp_ltz', 9, '1720000000.000000000', '2024-07-03 02:46:40.000 -0700'],
  ['timestamp_ltz', 0, '-3000000000', '1874-12-07 10:47:02.000 -0752'],
] as const)('%s(%i) %s', async (type, scale, cell, text: string = cell) => {
  expect(await printed(type, scale, cell)).toEqual([text, text])
})

test('NULL of every type is null', async () => {
  for (const type of ['fixed', 'real', 'date', 'timestamp_tz', 'variant', 'binary', 'text']) {
    expect(await printed(type, 0, null)).toEqual([null, null])
  }
})

test('a format with names is printed by the driver', async () => {
  const parameters = { ...PARAMETERS, DATE_OUTPUT_FORMAT: 'DD-MON-YYYY' }
  expect(await printed('date', 0, '19723', parameters)).toEqual(['01-Jan-2024', '01-Jan-2024'])
})

test('a Date has what the driver gives it, and shows as a plain one', async () => {
  account.answers.set('SELECT A CELL', {
    rowtype: [column('A', 'timestamp_tz', 9)],
    rowset: [['1704067200.123456789 1500']],
    parameters: Object.entries(PARAMETERS).map(([name, value]) => ({ name, value })),
  })
  const { rows } = await session.execute('SELECT A CELL')
  const date = rows[0]?.[0] as Date & Record<string, () => unknown>
  expect(date.getTime()).toBe(1704067200123)
  expect(Object.keys(date)).toEqual([])
  expect([date['getNanoSeconds']?.(), date['getTimezone']?.()]).toEqual([123456789, 60])
})
