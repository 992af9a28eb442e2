import type { ResultColumn, ResultSet, Value } from '@spcs/sql'
import { describe, expect, test } from 'vitest'
import { printResult } from './print-result.ts'

function result(
  columns: Readonly<Record<string, ResultColumn['type']>>,
  rows: readonly (readonly Value[])[],
): ResultSet {
  return {
    queryId: '01b2',
    columns: Object.entries(columns).map(([name, type]) => ({ name, type, nullable: true })),
    rows,
    rowsAffected: undefined,
  }
}

describe('printResult()', () => {
  test('tells a FLOAT from a NUMBER, and writes dates as the session does', () => {
    const date = Object.assign(new Date('2023-03-21'), { toJSON: () => '2023-03-21' })
    const columns = { DATE: 'DATE', C: 'NUMBER', F: 'FLOAT', NOTE: 'VARCHAR' } as const
    expect(
      printResult(
        result(columns, [
          [date, 15, 59, 'two\nlines'],
          [null, -1, 62.6, null],
        ]),
      ),
    ).toBe(
      [
        '----------------------------------------',
        '|"DATE"      |"C"  |"F"   |"NOTE"      |',
        '----------------------------------------',
        '|2023-03-21  |15   |59.0  |two\\nlines  |',
        '|NULL        |-1   |62.6  |NULL        |',
        '----------------------------------------',
        '2 rows · 01b2',
      ].join('\n'),
    )
  })

  test('cuts after 50 rows and says how many there are', () => {
    const rows = Array.from({ length: 51 }, (_, row) => [row])
    const lines = printResult(result({ N: 'NUMBER' }, rows)).split('\n')
    expect(lines.at(-1)).toBe('51 rows, the first 50 shown · 01b2')
    expect(lines).toHaveLength(3 + 50 + 2)
  })
})
