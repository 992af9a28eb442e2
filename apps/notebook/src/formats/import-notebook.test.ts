import { describe, expect, test } from 'vitest'
import { parseNotebook, printNotebook } from '../notebook/ipynb.ts'
import { conversionsOf } from './conversions.ts'
import { importNotebook } from './import-notebook.ts'

function cellsOf(text: string, name: string): unknown[] {
  const { notebook, besides } = importNotebook(text, name)
  // What is imported is written, and must be the same when it is opened.
  expect(parseNotebook(printNotebook({ notebook, besides })).notebook).toEqual(notebook)
  return notebook.cells.map(({ kind, source, language, metadata }) => {
    const of = language === undefined ? kind : `${kind} ${language}`
    const { name: called } = metadata
    return typeof called === 'string' ? [of, source, called] : [of, source]
  })
}

describe('importNotebook()', () => {
  test('Markdown: code in fences becomes cells', () => {
    const text = `# Title

Prose with \`code\`.

\`\`\`ts
const a = 1
\`\`\`

~~~~sql
SELECT '
~~~
'
~~~~
\`\`\`
output
\`\`\`
\`\`\`python
x = 1`
    expect(cellsOf(text, 'a.md')).toEqual([
      ['markdown', '# Title\n\nProse with `code`.'],
      ['typescript', 'const a = 1'],
      ['sql', "SELECT '\n~~~\n'"],
      ['markdown', '```\noutput\n```'],
      ['raw python', 'x = 1'],
    ])
  })

  test('srcbook: files become cells of one scope', () => {
    const text = `<!-- srcbook:{"language":"typescript","tsconfig.json":{"compilerOptions":{}}} -->

# Book

###### package.json

\`\`\`json
{ "type": "module" }
\`\`\`

Words before.

###### math.ts

\`\`\`typescript
export const add = (a: number, b: number) => a + b
\`\`\`

###### [use.ts](./src/use.ts)

\`\`\`typescript
import {
  add,
} from './math.ts'
import { readFile } from './other.ts'
console.log(add(1, 2))
\`\`\`
`
    expect(cellsOf(text, 'book.src.md')).toEqual([
      ['markdown', '# Book'],
      ['raw json', '{ "type": "module" }', 'package.json'],
      ['markdown', 'Words before.'],
      ['typescript', 'export const add = (a: number, b: number) => a + b', 'math.ts'],
      [
        'typescript',
        "// import {\n//   add,\n// } from './math.ts'\nimport { readFile } from './other.ts'\nconsole.log(add(1, 2))",
        'use.ts',
      ],
    ])
    const { conversions } = importNotebook(text, 'book.src.md')
    expect(conversions.map(({ number, text: said }) => `${number} ${said}`)).toEqual([
      '2 is written in JSON, which does not run here. It stays in the file as it is',
      '5 imports another cell, whose names are there already: the import is a comment',
    ])
  })

  test('a script: cells by their marks, or one', () => {
    expect(cellsOf('\uFEFFconst a = 1\r\n\r\na\r\n', 'a.ts')).toEqual([
      ['typescript', 'const a = 1\n\na'],
    ])
    const marked = '// head\n// %% one\na()\n//%% [markdown]\n// # Title\n//\n// text\n// %%\n'
    expect(cellsOf(marked, 'a.mjs')).toEqual([
      ['typescript', '// head'],
      ['typescript', 'a()'],
      ['markdown', '# Title\n\ntext'],
    ])
  })

  test('SQL: a cell a statement', () => {
    expect(cellsOf("-- first\nSELECT ';';\n\nSELECT 2", 'a.sql')).toEqual([
      ['sql', "-- first\nSELECT ';'"],
      ['sql', 'SELECT 2'],
    ])
    expect(cellsOf('', 'a.sql')).toEqual([['typescript', '']])
  })

  test('a notebook under another name', () => {
    const text = JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [{ cell_type: 'markdown', id: 'a', metadata: {}, source: 'x' }],
    })
    expect(cellsOf(text, 'a.ipynb.txt')).toEqual([['markdown', 'x']])
  })

  test('refuses what no notebook can be made of', () => {
    expect(() => importNotebook('x', 'a.py')).toThrow(
      expect.objectContaining({ code: 'IMPORT_REFUSED', hint: expect.stringMatching(/\.md/) }),
    )
    expect(() => importNotebook('{"nbformat": 4}', 'a.txt')).toThrow(
      expect.objectContaining({ code: 'NOTEBOOK_INVALID' }),
    )
  })
})

describe('conversionsOf()', () => {
  test.each([
    ['typescript', "import * as tslab from 'tslab'", /tslab/],
    ['typescript', 'await Deno.jupyter.display(x)', /Deno\.jupyter/],
    ['typescript', 'Deno.readTextFile("a")', /Deno, which is not here/],
    ['typescript', "$$.html('<b>')", /IJavascript/],
    ['typescript', "import z from 'npm:zod'", /npm:/],
    ['typescript', "import z from 'https://deno.land/x'", /from an address/],
    ['typescript', 'const myDeno = { x: 1 }', /^$/],
    ['sql', 'select * from {{dataframe_1}}', /\{\{dataframe_1\}\}, which is not filled in/],
    ['sql', '%%sql -r orders\nselect 1', /%%sql -r orders/],
    ['sql', 'select ${a}', /^$/],
  ])('says what is other of %s %s', (language, source, said) => {
    const { notebook } = parseNotebook(
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 5,
        metadata: {},
        cells: [{ cell_type: 'code', id: 'a', metadata: { language }, source, outputs: [] }],
      }),
    )
    expect(conversionsOf(notebook)[0]?.text ?? '').toMatch(said)
  })
})
