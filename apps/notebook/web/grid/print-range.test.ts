import { describe, expect, test } from 'vitest'
import type { ResultBundleColumn } from '../../src/results/result.ts'
import { indentJson } from './indent-json.ts'
import { printRange } from './print-range.ts'

const COLUMNS: readonly ResultBundleColumn[] = [
  { name: 'N', type: 'NUMBER', nullable: true },
  { name: 'T|x', type: 'VARCHAR', nullable: true },
  { name: 'V', type: 'VARIANT', nullable: true },
]
const ROWS = [
  ['12345678901234567890.10', 'a\t"b"\nc', '{"k": 1.50}'],
  [null, '', null],
]

describe('printRange()', () => {
  test('TSV is what a spreadsheet takes', () => {
    expect(printRange('tsv', COLUMNS, ROWS, false)).toBe(
      '12345678901234567890.10\t"a\t""b""\nc"\t{"k": 1.50}\n\t""\t',
    )
    expect(printRange('tsv', COLUMNS, [], true)).toBe('N\tT|x\tV')
  })

  test.each(['{"k": 1.50}', '"quoted"', 'a\tb\nc', ''])(
    'one value alone is its text as it is: %j',
    (text) => {
      const columns = COLUMNS.slice(1, 2)
      expect(printRange('tsv', columns, [[text]], false)).toBe(text)
      expect(printRange('tsv', columns, [['"x"'], [null]], false)).toBe('"""x"""\n')
    },
  )

  test('CSV has names, and tells the empty text from NULL', () => {
    expect(printRange('csv', COLUMNS, ROWS, true)).toBe(
      'N,T|x,V\r\n12345678901234567890.10,"a\t""b""\nc","{""k"": 1.50}"\r\n,"",',
    )
  })

  test('JSON keeps every digit', () => {
    const text = printRange('json', COLUMNS, ROWS, true)
    expect(text).toContain(
      '"N": 12345678901234567890.10, "T|x": "a\\t\\"b\\"\\nc", "V": {"k": 1.50}',
    )
    expect(JSON.parse(text)).toMatchObject([{ V: { k: 1.5 } }, { N: null, 'T|x': '', V: null }])
    const float: ResultBundleColumn = { name: 'F', type: 'FLOAT', nullable: true }
    expect(JSON.parse(printRange('json', [float], [['NaN'], ['1.0']], true))).toEqual([
      { F: 'NaN' },
      { F: 1 },
    ])
    expect(JSON.parse(printRange('json', COLUMNS, [], true))).toEqual([])
  })

  test('Markdown is one line for each row', () => {
    expect(printRange('markdown', COLUMNS, ROWS, true)).toBe(
      [
        String.raw`| N | T\|x | V |`,
        '| --: | --- | --- |',
        '| 12345678901234567890.10 | a\t"b"<br>c | {"k": 1.50} |',
        '|  |  |  |',
      ].join('\n'),
    )
  })
})

describe('indentJson()', () => {
  test('writes lines, and no value otherwise than it was', () => {
    expect(
      indentJson('{"a":[1.10,12345678901234567890,{"b":"x, {\\"y\\": [1]}"}],"c":{},"d":[ ]}'),
    ).toBe(
      [
        '{',
        '  "a": [',
        '    1.10,',
        '    12345678901234567890,',
        '    {',
        String.raw`      "b": "x, {\"y\": [1]}"`,
        '    }',
        '  ],',
        '  "c": {},',
        '  "d": []',
        '}',
      ].join('\n'),
    )
  })

  test('leaves alone what is no JSON', () => {
    expect(indentJson('{a: 1}')).toBeUndefined()
    expect(indentJson('plain')).toBeUndefined()
  })
})
