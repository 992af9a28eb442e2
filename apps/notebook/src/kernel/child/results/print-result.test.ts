import type { ResultColumn, Value } from '@spcs/sql'
import { describe, expect, test } from 'vitest'
import { printResult } from './print-result.ts'

function result(
  columns: Readonly<Record<string, ResultColumn['type']>>,
  rows: readonly (readonly Value[])[],
  rowsAffected?: number,
): Parameters<typeof printResult>[0] {
  return {
    queryId: '01b2',
    columns: Object.entries(columns).map(([name, type]) => ({ name, type, nullable: true })),
    firstRows: rows.slice(0, 50),
    rowCount: rows.length,
    rowsAffected,
  }
}

describe('printResult()', () => {
  test('tells a FLOAT from a NUMBER, and writes dates as the session does', () => {
    const date = Object.assign(new Date('2023-03-21'), { toJSON: () => '2023-03-21' })
    const columns = { DATE: 'DATE', C: 'NUMBER', F: 'FLOAT' } as const
    expect(
      printResult(
        result(columns, [
          [date, 15, 59],
          [null, -1, 62.6],
        ]),
      ).split('\n'),
    ).toEqual([
      expect.stringMatching(/^-+$/),
      expect.stringMatching(/^\|"DATE" +\|"C" +\|"F" +\|$/),
      expect.stringMatching(/^-+$/),
      expect.stringMatching(/^\|2023-03-21 +\|15 +\|59\.0 +\|$/),
      expect.stringMatching(/^\|NULL +\|-1 +\|62\.6 +\|$/),
      expect.stringMatching(/^-+$/),
      '2 rows · 01b2',
    ])
  })

  test('cuts after 50 rows and says how many there are', () => {
    const rows = Array.from({ length: 51 }, (_, row) => [row])
    const lines = printResult(result({ N: 'NUMBER' }, rows)).split('\n')
    expect(lines.at(-1)).toBe('51 rows, the first 50 shown · 01b2')
    expect(lines).toHaveLength(3 + 50 + 2)
  })

  test.each([
    [
      { status: 'VARCHAR' },
      ['Table T successfully created.'],
      undefined,
      'Table T successfully created. · 01b2',
    ],
    [{ 'number of rows inserted': 'NUMBER' }, [1], 1, '1 row inserted · 01b2'],
    [
      { 'number of rows inserted': 'NUMBER', 'number of rows updated': 'NUMBER' },
      [2, 0],
      2,
      '2 rows inserted, 0 rows updated · 01b2',
    ],
    [
      { 'number of rows updated': 'NUMBER', 'number of multi-joined rows updated': 'NUMBER' },
      [3, 0],
      3,
      '3 rows updated · 01b2',
    ],
    [
      { 'number of rows updated': 'NUMBER', 'number of multi-joined rows updated': 'NUMBER' },
      [3, 1],
      3,
      '3 rows updated, 1 of them joined several times · 01b2',
    ],
  ] as const)('says what was done: %j', (columns, row, rowsAffected, text) => {
    expect(printResult(result(columns, [row], rowsAffected))).toBe(text)
  })
})
