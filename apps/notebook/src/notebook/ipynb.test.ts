import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyCell } from './apply-operation.ts'
import { parseNotebook, printNotebook, TYPESCRIPT_METADATA } from './ipynb.ts'
import type { Cell, JsonObject } from './notebook.ts'
import { metadata, notebook } from './testing/arbitraries.ts'

describe('printNotebook()', () => {
  test('prints as Jupyter does: sorted keys, one space, lines of text, a last line end', () => {
    const cell: Cell = {
      ...emptyCell('first', 'sql', 'select 1\nfrom t'),
      executionCount: 3,
      outputs: [{ type: 'stream', name: 'stdout', text: 'é\n', omitted: 0 }],
    }
    const text = printNotebook({ notebook: { cells: [cell], metadata: {} }, besides: { x: [] } })
    expect(text).toBe(`{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 3,
   "id": "first",
   "metadata": {
    "spcs": {
     "language": "sql"
    }
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "é\\n"
     ]
    }
   ],
   "source": [
    "select 1\\n",
    "from t"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5,
 "x": []
}
`)
  })

  test('what is printed is read back as it was', () => {
    fc.assert(
      fc.property(notebook, metadata, (book, others) => {
        const { cells: _, metadata: __, nbformat: ___, ...besides } = others
        const file = { notebook: book, besides }
        const text = printNotebook(file)
        expect(parseNotebook(text)).toEqual(file)
        expect(printNotebook(parseNotebook(text))).toBe(text)
      }),
    )
  })

  test('says what is left out of printed text', () => {
    const output = { type: 'stream', name: 'stdout', text: 'abc', omitted: 7 } as const
    const cells = [{ ...emptyCell('a', 'typescript', ''), outputs: [output] }]
    const text = printNotebook({ notebook: { cells, metadata: {} }, besides: {} })
    expect(parseNotebook(text).notebook.cells[0]?.outputs).toEqual([
      { ...output, text: 'abc\n[7 more characters were printed]\n', omitted: 0 },
    ])
  })

  test('keeps every key it does not know, in the file, its metadata, cells and outputs', () => {
    const file = {
      cells: [
        {
          cell_type: 'code',
          id: 'a',
          metadata: { collapsed: true, tags: ['x'], vscode: { languageId: 'sql' } },
          source: [],
          outputs: [],
          execution_count: null,
          future: { deep: [1] },
        },
      ],
      metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' }, widgets: { w: 1 } },
      nbformat: 4,
      nbformat_minor: 5,
      elsewhere: [1, { two: 2 }],
    }
    const text = printNotebook(parseNotebook(JSON.stringify(file)))
    expect(JSON.parse(text)).toEqual(file)
  })
})

describe('parseNotebook()', () => {
  test.each<[string, JsonObject, string]>([
    ['its own mark', { spcs: { language: 'sql' } }, 'sql'],
    ["VS Code's", { vscode: { languageId: 'sql' } }, 'sql'],
    ["Snowflake's", { language: 'sql', name: 'cell1' }, 'sql'],
    ['another language', { language: 'python' }, 'raw'],
    ['none', {}, 'typescript'],
  ])('knows the language of a cell by %s', (_, marks, kind) => {
    expect(cellOf({ cell_type: 'code', metadata: marks, source: '' }).kind).toBe(kind)
  })

  test('a cell that is SQL no more loses every mark of it', () => {
    const marks = {
      language: 'sql',
      vscode: { languageId: 'sql', x: 1 },
      spcs: { language: 'sql' },
    }
    const sql = cellOf({ cell_type: 'code', metadata: marks, source: '' })
    const cells = [{ ...sql, kind: 'typescript' as const }]
    const text = printNotebook({ notebook: { cells, metadata: {} }, besides: {} })
    const [read] = parseNotebook(text).notebook.cells
    expect(read).toMatchObject({
      kind: 'typescript',
      metadata: { language: 'typescript', vscode: { languageId: 'typescript', x: 1 } },
    })
  })

  test('trusts no output of a file (CVE-2026-102831)', () => {
    const cell = cellOf({
      cell_type: 'code',
      source: ['a\r\n', 'b'],
      outputs: [
        { output_type: 'display_data', data: { 'text/html': ['<b>', 'x'] }, trusted: true },
        { output_type: 'execute_result', data: {}, metadata: { trusted: true } },
      ],
      metadata: { trusted: true },
    })
    expect(cell.source).toBe('a\nb')
    expect(cell.outputs).toMatchObject([
      { trusted: false, data: { 'text/html': '<b>x' } },
      { trusted: false, count: null },
    ])
  })

  test('names cells without a name, or with another one, the same way each time', () => {
    const code = { cell_type: 'code', source: 'x', metadata: {}, outputs: [] }
    const cells = [code, { ...code, id: 'a' }, { ...code, id: 'a' }, { ...code, id: 'no good' }]
    const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 2 })
    const ids = parseNotebook(text).notebook.cells.map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
    expect(ids[1]).toBe('a')
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,64}$/)
    expect(parseNotebook(text).notebook.cells.map(({ id }) => id)).toEqual(ids)
    const others = JSON.stringify({ cells: [{ ...code, source: 'new' }, ...cells], nbformat: 4 })
    expect(
      parseNotebook(others)
        .notebook.cells.map(({ id }) => id)
        .slice(1),
    ).toEqual(ids)
  })

  test('reads nbformat 3', () => {
    const { notebook: book, besides } = parseNotebook(
      JSON.stringify({
        metadata: { name: 'old' },
        nbformat: 3,
        nbformat_minor: 0,
        worksheets: [
          {
            cells: [
              { cell_type: 'heading', level: 2, source: ['Two\n', 'lines'] },
              {
                cell_type: 'code',
                input: ['1+1'],
                prompt_number: 7,
                language: 'python',
                collapsed: false,
                outputs: [
                  { output_type: 'stream', stream: 'stderr', text: ['hi'] },
                  { output_type: 'pyout', prompt_number: 7, text: ['2'], html: '<b>2</b>' },
                  { output_type: 'display_data', png: 'iVBO', json: '{"a":1}', metadata: { m: 1 } },
                  { output_type: 'pyerr', ename: 'E', evalue: 'bad', traceback: ['t'] },
                ],
              },
            ],
          },
        ],
      }),
    )
    expect(besides).toEqual({})
    expect(book.metadata).toEqual({
      language_info: { name: 'python' },
      orig_nbformat: 3,
      orig_nbformat_minor: 0,
    })
    expect(book.cells).toMatchObject([
      { kind: 'markdown', source: '## Two lines' },
      {
        kind: 'raw',
        language: 'python',
        source: '1+1',
        executionCount: 7,
        metadata: { collapsed: false },
        outputs: [
          { type: 'stream', name: 'stderr', text: 'hi' },
          { type: 'result', count: 7, data: { 'text/plain': '2', 'text/html': '<b>2</b>' } },
          { type: 'display', data: { 'image/png': 'iVBO', 'application/json': { a: 1 } } },
          { type: 'error', name: 'E', message: 'bad', traceback: ['t'] },
        ],
      },
    ])
    expect(book.cells[1]?.besides).toBeUndefined()
  })

  test.each([
    ['', 'it is no JSON: it is empty'],
    ['{"cells": [', 'it is no JSON: Unexpected end of JSON input at line 1, column 12'],
    ['{\n"a": 1,\n "b" x}', 'at line 3, column 6'],
    ['{\n<<<<<<< HEAD\n"a": 1\n=======\n', 'a merge conflict: "<<<<<<<" at line 2, column 1'],
    ['[]', 'the file is no object'],
    ['{"nbformat": 5}', 'nbformat is 5, not 3 or 4'],
    ['{"cells": []}', 'nbformat is null, not 3 or 4'],
    ['{"nbformat": 4}', 'cells is no list'],
    [withCell({ cell_type: 'chart' }), 'cells[0].cell_type is "chart"'],
    [withCell({ cell_type: 'code', source: [1] }), 'cells[0].source is neither text nor a list'],
    [
      withCell({ cell_type: 'code', source: '', outputs: [{ output_type: 'x' }] }),
      'cells[0].outputs[0].output_type is "x"',
    ],
    [`{"nbformat": 4, "cells": [], "x": ${'['.repeat(9000)}${']'.repeat(9000)}}`, 'nests deeper'],
  ])('says what is wrong with %.60s and where', (text, message) => {
    expect(() => parseNotebook(text)).toThrow(message)
    expect(() => parseNotebook(text)).toThrow(expect.objectContaining({ code: 'NOTEBOOK_INVALID' }))
  })

  test('reads a new notebook of its own', () => {
    const file = { notebook: { cells: [], metadata: TYPESCRIPT_METADATA }, besides: {} }
    expect(parseNotebook(printNotebook(file))).toEqual(file)
  })
})

function withCell(cell: JsonObject): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] })
}

function cellOf(written: JsonObject): Cell {
  const [cell] = parseNotebook(withCell(written)).notebook.cells
  if (cell === undefined) throw new Error('no cell')
  return cell
}
