import type { ResultColumn } from '@spcs/sql'
import { describe, expect, test } from 'vitest'
import { printTable } from './show.ts'
import { column } from './testing/fake-runner.ts'
import { WEATHER_TABLE } from './testing/weather-table.ts'

const WEATHER: ResultColumn[] = [
  column('DATE', 'DATE'),
  column('LOCATION'),
  column('TEMP_C', 'NUMBER'),
  column('TEMP_F', 'NUMBER'),
  column('TEMP_F_SNOWPARK', 'FLOAT'),
]

const READINGS = [
  ['2023-03-21', 'London', 15, 59, 59],
  ['2023-07-13', 'Manchester', 20, 68, 68],
  ['2023-05-09', 'Liverpool', 17, 63, 62.6],
  ['2023-09-17', 'Cambridge', 19, 66, 66.2],
  ['2023-11-02', 'Oxford', 13, 55, 55.4],
  ['2023-01-25', 'Birmingham', 11, 52, 51.8],
  ['2023-08-30', 'Newcastle', 21, 70, 69.8],
  ['2023-06-15', 'Bristol', 16, 61, 60.8],
  ['2023-04-07', 'Leeds', 18, 64, 64.4],
  ['2023-10-23', 'Southampton', 12, 54, 53.6],
]

describe('printTable()', () => {
  test('prints the quickstart’s table byte for byte', () => {
    expect(`${printTable(WEATHER, READINGS)}\n`).toBe(WEATHER_TABLE)
  })

  test('prints NULL, and one empty line where there are no rows', () => {
    expect(printTable([column('A'), column('B')], [[null, 'x']]).split('\n')).toEqual([
      '--------------',
      '|"A"   |"B"  |',
      '--------------',
      '|NULL  |x    |',
      '--------------',
    ])
    expect(printTable([column('A')], []).split('\n')).toEqual([
      '-------',
      '|"A"  |',
      '-------',
      '|     |',
      '-------',
    ])
  })

  test('cuts what is wider, the header too, by characters and not in the middle of one', () => {
    const table = printTable(
      [column('A LONG NAME'), column('B')],
      [
        ['0123456789', '😀😀😀😀😀😀😀😀😀'],
        ['12345678', ''],
      ],
      8,
    )
    expect(table.split('\n')).toEqual([
      '-----------------------',
      '|"A LO...  |"B"       |',
      '-----------------------',
      '|01234...  |😀😀😀😀😀...  |',
      '|12345678  |          |',
      '-----------------------',
    ])
  })

  test('splits a text of several lines, and pads the other columns', () => {
    expect(printTable([column('A'), column('B')], [['1\n\n22', 'x\r\ny']]).split('\n')).toEqual([
      '-------------',
      '|"A"  |"B"  |',
      '-------------',
      '|1    |x    |',
      '|     |y    |',
      '|22   |     |',
      '-------------',
    ])
  })

  test('shows control characters instead of letting a terminal act on them', () => {
    const [, , , line] = printTable([column('A')], [['\u001b[31mred\u0007\t']]).split('\n')
    expect(line).toBe(String.raw`|\u001b[31mred\u0007\t  |`)
  })

  test('doubles the quotes in a name', () => {
    expect(printTable([column('a "b"')], []).split('\n')[1]).toBe('|"a ""b"""  |')
  })

  test('looks at no more of a long text than it shows', () => {
    const [, , , line] = printTable([column('A')], [['x'.repeat(1_000_000)]]).split('\n')
    expect(line).toBe(`|${'x'.repeat(47)}...  |`)
  })
})
