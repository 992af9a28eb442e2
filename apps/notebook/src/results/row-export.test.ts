import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { DuckDBInstance } from '@duckdb/node-api'
import type { DataType } from '@spcs/sql'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import type { RowsQuestion, StoredResult } from './result-store.ts'
import type { ResultRow } from './result.ts'
import type { ExportFormat } from './row-export.ts'
import { sharedResults } from './testing/result-of.ts'

const shared = sharedResults()
const WAITS = new AbortController().signal
const EVERYTHING: RowsQuestion = { sort: [], filters: [] }
const DIGITS_38 = '12345678901234567890123456789012345678'

async function exported(
  format: ExportFormat,
  kinds: readonly DataType['kind'][],
  rows: readonly ResultRow[],
  { names, question = EVERYTHING }: { names?: readonly string[]; question?: RowsQuestion } = {},
): Promise<Buffer> {
  const { store, of, workDirectory } = shared()
  const made = of(kinds, rows)
  const result: StoredResult = {
    ...made,
    columns: made.columns.map((column, at) => ({ ...column, name: names?.[at] ?? column.name })),
  }
  const { bytes, stream } = await store.export(result, format, question, WAITS)
  const content = await buffer(stream)
  expect(content.length).toBe(bytes)
  expect(readdirSync(join(workDirectory, 'exports'))).toEqual([])
  return content
}

/** What DuckDB reads in a file, and of which types. */
async function readBack(content: Buffer, name: string, read: string): Promise<unknown[]> {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, content)
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  try {
    const reader = await connection.runAndReadAll(
      `SELECT * FROM ${read.replace('FILE', `'${file}'`)}`,
    )
    const types = reader.columnTypes().map(String)
    return [types, ...reader.getRowsJson()]
  } finally {
    connection.closeSync()
  }
}

describe('CSV', () => {
  test('is RFC 4180, tells NULL from an empty text, and guards no formula', async () => {
    const rows = [
      ['plain', '1'],
      ['', null],
      [null, '-2'],
      ['a,"b"\nc\rd', '3'],
      ['=1+1', '4'],
      [' spaces ', '5'],
    ]
    const content = await exported('csv', ['VARCHAR', 'NUMBER'], rows, { names: ['na"me', 'n'] })
    expect(content.toString()).toBe(
      '"na""me",n\r\nplain,1\r\n"",\r\n,-2\r\n"a,""b""\nc\rd",3\r\n=1+1,4\r\n spaces ,5\r\n',
    )
    const read = 'read_csv(FILE, all_varchar = true, allow_quoted_nulls = false)'
    expect((await readBack(content, 'r.csv', read)).slice(1)).toEqual(rows)
  })
})

describe('JSON', () => {
  test('is an array of objects, numbers with every digit', async () => {
    const kinds: DataType['kind'][] = ['NUMBER', 'FLOAT', 'BOOLEAN', 'VARCHAR', 'VARIANT', 'DATE']
    const rows = [
      [DIGITS_38, '59.0', 'true', 'a"\n\u0000', '{"b":[1]}', '2024-01-01'],
      ['-0.50', 'NaN', null, '1', '"1"', null],
      ['0', '-inf', 'false', '', '[NaN]', null],
    ]
    const text = (await exported('json', kinds, rows)).toString()
    expect(text).toContain(`"A":${DIGITS_38},"B":59.0,"C":true,`)
    expect(JSON.parse(text)).toEqual([
      {
        A: Number(DIGITS_38),
        B: 59,
        C: true,
        D: 'a"\n\u0000',
        E: { b: [1] },
        F: '2024-01-01',
      },
      { A: -0.5, B: 'NaN', C: null, D: '1', E: '1', F: null },
      { A: 0, B: '-inf', C: false, D: '', E: '[NaN]', F: null },
    ])
  })

  test('keeps columns of one name apart', async () => {
    const names = ['a', 'a', 'A', "it's {}"]
    const kinds: DataType['kind'][] = ['NUMBER', 'NUMBER', 'NUMBER', 'NUMBER']
    const text = (await exported('json', kinds, [['1', '2', '3', '4']], { names })).toString()
    expect(JSON.parse(text)).toEqual([{ a: 1, a_2: 2, A: 3, "it's {}": 4 }])
  })

  test('of no rows is an empty array', async () => {
    expect(JSON.parse((await exported('json', ['NUMBER'], [])).toString())).toEqual([])
  })
})

describe('Parquet', () => {
  test('has the types of the columns', async () => {
    const kinds: DataType['kind'][] = [
      'NUMBER',
      'NUMBER',
      'FLOAT',
      'BOOLEAN',
      'DATE',
      'TIME',
      'TIMESTAMP_NTZ',
      'TIMESTAMP_NTZ',
      'TIMESTAMP_TZ',
      'BINARY',
      'VARCHAR',
    ]
    const rows = [
      [
        DIGITS_38,
        '1.5',
        'NaN',
        'true',
        '9999-12-31',
        '10:00:00.000001',
        '0001-01-01 00:00:00.000001',
        '2024-01-01 00:00:00.123456789',
        '2024-01-01 10:00:00 +0200',
        '00FF',
        'a',
      ],
      Array.from({ length: 11 }, () => null),
    ]
    const names = ['a', 'A', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', '']
    const content = await exported('parquet', kinds, rows, { names })
    const read = "(SELECT * REPLACE (h AT TIME ZONE 'UTC' AS h) FROM read_parquet(FILE))"
    expect(await readBack(content, 'r.parquet', read)).toEqual([
      [
        'DECIMAL(38,0)',
        'DECIMAL(18,1)',
        'DOUBLE',
        'BOOLEAN',
        'DATE',
        'TIME',
        'TIMESTAMP',
        'TIMESTAMP_NS',
        'TIMESTAMP',
        'BLOB',
        'VARCHAR',
      ],
      [
        DIGITS_38,
        '1.5',
        'NaN',
        true,
        '9999-12-31',
        '10:00:00.000001',
        '0001-01-01 00:00:00.000001',
        '2024-01-01 00:00:00.123456789',
        '2024-01-01 08:00:00',
        '\\x00\\xFF',
        'a',
      ],
      Array.from({ length: 11 }, () => null),
    ])
  })

  test('has texts where a type would lose a digit', async () => {
    const kinds: DataType['kind'][] = ['TIMESTAMP_NTZ', 'TIME', 'TIMESTAMP_TZ', 'NUMBER', 'DATE']
    const row = [
      '9999-12-31 23:59:59.999999999',
      '10:00:00.000000001',
      '2024-01-01 00:00:00.123456789 Z',
      '1e-7',
      'someday',
    ]
    const content = await exported('parquet', kinds, [row])
    expect(await readBack(content, 'r.parquet', 'read_parquet(FILE)')).toEqual([
      ['VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR'],
      row,
    ])
  })
})

test('what is exported is in order, and filtered', async () => {
  const rows = Array.from({ length: 3_000 }, (_, at) => [String((at * 7) % 3_000), `r${at}`])
  const question: RowsQuestion = {
    sort: [{ column: 0, descending: true }],
    filters: [{ column: 0, operator: 'less', value: '3' }],
  }
  const kinds: DataType['kind'][] = ['NUMBER', 'VARCHAR']
  expect((await exported('csv', kinds, rows, { question })).toString()).toBe(
    'A,B\r\n2,r1286\r\n1,r2143\r\n0,r0\r\n',
  )
  const json = await exported('json', kinds, rows, { question: { ...question, filters: [] } })
  expect((JSON.parse(json.toString()) as { A: number }[]).map(({ A }) => A)).toEqual(
    Array.from({ length: 3_000 }, (_, at) => 2_999 - at),
  )
  const parquet = await exported('parquet', kinds, rows, { question })
  expect(await readBack(parquet, 'r.parquet', 'read_parquet(FILE)')).toMatchObject([
    {},
    ['2', 'r1286'],
    ['1', 'r2143'],
    ['0', 'r0'],
  ])
})
