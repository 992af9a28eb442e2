import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import fc from 'fast-check'
import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import { emptyCell } from '../notebook/apply-operation.ts'
import { parseNotebook } from '../notebook/ipynb.ts'
import type { Cell, CellKind, Notebook } from '../notebook/notebook.ts'
import { notebook } from '../notebook/testing/arbitraries.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { exportTypeScript } from './export-typescript.ts'
import { atOnce } from './steps.ts'
import { hostileNotebook, PAYLOADS } from './testing/hostile-notebook.ts'

function bookOf(...cells: readonly (readonly [CellKind, string] | Cell)[]): Notebook {
  return {
    cells: cells.map((cell, at) => ('id' in cell ? cell : emptyCell(`c${at}`, cell[0], cell[1]))),
    metadata: {},
  }
}

function faultsOf(script: string): readonly string[] {
  const { errors } = parseSync('script.ts', script, { lang: 'ts', sourceType: 'module' })
  return errors.map(({ message }) => message)
}

/** The script without its first line and without what the notebook provides. */
function bodyOf(script: string): string {
  return script.replace(/^.*\n+/, '').replace(/\n*export \{\}\n$/, '')
}

describe('exportTypeScript()', () => {
  test('keeps the order: code as it is, Markdown and other languages as comments', () => {
    const python: Cell = { ...emptyCell('p', 'raw', 'x = 1'), language: 'python' }
    const script = atOnce(
      exportTypeScript(
        bookOf(
          ['markdown', '# Title\n\nmore */ text\u2028alert(1)'],
          ['typescript', 'const a: number = 1'],
          python,
          ['typescript', 'a b c'],
          ['typescript', '  '],
        ),
        'a\nb.ipynb',
      ),
    )
    expect(script).toMatch(/^\/\/ a \/\/ b\.ipynb: /)
    expect(bodyOf(script)).toBe(`// # Title
//
// more */ text
// alert(1)

const a: number = 1

// [python]
// x = 1

// This cell is no TypeScript that can stand in a script:
// a b c`)
  })

  test('puts imports at the top, each once', () => {
    const script = atOnce(
      exportTypeScript(
        bookOf(
          ['typescript', "import fs, { join as j } from 'fs'\nimport type { Stats } from 'fs'\nj"],
          ['typescript', 'import { join as j, type Dir } from "fs"; j'],
          ['typescript', "import * as all from 'x' with { type: 'json' }\nimport './effect.ts'"],
        ),
        'a.ipynb',
      ),
    )
    expect(bodyOf(script)).toBe(`import fs from 'fs'
import { join as j, type Stats, type Dir } from 'fs'
import * as all from 'x' with { type: 'json' }
import './effect.ts'

j

j`)
  })

  test('what is declared more than once is a var', () => {
    const script = atOnce(
      exportTypeScript(
        bookOf(
          ['typescript', 'const a = 1, b = 2\nlet once = 3'],
          ['typescript', 'export let a: string\nexport const { c } = { c: 1 }\nexport { a }'],
          ['typescript', 'function c() {}\nclass b {}\nexport default 5'],
          ['typescript', "import { x as a } from 'm'"],
          ['typescript', "import { x as d } from 'm'"],
          ['typescript', "import { y as d } from 'm'"],
        ),
        'a.ipynb',
      ),
    )
    expect(faultsOf(script)).toEqual([])
    expect(bodyOf(script)).toBe(`import { x as a_1, x as d_1, y as d_2 } from 'm'

var a = 1, b = 2
let once = 3

var a: string = undefined!
var { c } = { c: 1 }

var c = function c() {};
var b = class b {};
void (5)

var a = a_1

var d = d_1

var d = d_2`)
  })

  test('a cell does not go on with the statement of the one before', () => {
    const script = atOnce(
      exportTypeScript(
        bookOf(['typescript', 'const a = f'], ['typescript', '(1)'], ['typescript', '[1].map(a)']),
        'a.ipynb',
      ),
    )
    expect(bodyOf(script)).toBe('const a = f\n\n;(1)\n\n;[1].map(a)')
  })

  test('SQL becomes a template with its values', () => {
    const named: Cell = {
      ...emptyCell('n', 'sql', 'SELECT 2'),
      metadata: { resultVariableName: 'orders' },
    }
    const script = atOnce(
      exportTypeScript(
        bookOf(
          ['sql', "USE SCHEMA a.b;\nSELECT '${no}', `x\\`, ${ f({ a: `}` }) } -- ${no}"],
          named,
          ['typescript', 'console.log(orders)'],
        ),
        'a.ipynb',
      ),
    )
    expect(faultsOf(script)).toEqual([])
    expect(script).toContain(`import { connect as $connect } from '@spcs/session'
import { toObjects as $toObjects, type Value as $Value } from '@spcs/sql'
`)
    expect(script).toContain(
      [
        'await sql`USE SCHEMA a.b`',
        "console.table(await sql`SELECT '\\${no}', \\`x\\\\\\`, ${ f({ a: `}` }) } -- \\${no}`)",
        '',
        'const orders = await sql`SELECT 2`',
        '',
        'console.log(orders)',
        '',
        'await session.close()',
      ].join('\n'),
    )
  })

  test('names in SQL come with what writes them', () => {
    const script = atOnce(
      exportTypeScript(
        bookOf(['sql', 'SELECT * FROM ${identifier("a", "b")} WHERE c = ${1}']),
        'a.ipynb',
      ),
    )
    expect(faultsOf(script)).toEqual([])
    expect(script).toContain(
      `import { parseName as $parseName, quoteIdentifier as $quoteIdentifier, toObjects as $toObjects, type Value as $Value } from '@spcs/sql'`,
    )
    expect(script).toContain('if (value instanceof $Identifier) return value.sql')
  })

  test('runs as the notebook did', async () => {
    const folder = temporaryFolder()
    const packages = join(folder, 'node_modules', '@spcs')
    // Stands in for a session: what is asked of it is what counts here.
    for (const [name, code] of [
      [
        'session',
        'export const connect = async () => ({ execute, close })\nconst close = async () => {}\nconst execute = async (text, { binds }) => [{ text, binds }]',
      ],
      [
        'sql',
        `export const toObjects = (rows) => rows
export const quoteIdentifier = (name) => '"' + name + '"'
export const parseName = (name) => name.toUpperCase().split('.')`,
      ],
    ] as const) {
      mkdirSync(join(packages, name), { recursive: true })
      writeFileSync(join(packages, name, 'index.js'), code)
      writeFileSync(
        join(packages, name, 'package.json'),
        JSON.stringify({ name: `@spcs/${name}`, type: 'module', exports: './index.js' }),
      )
    }
    const script = atOnce(
      exportTypeScript(
        bookOf(
          ['typescript', 'const list: number[] = [1, 2]'],
          ['sql', 'SELECT ${1 + 1} FROM ${identifier("db.t")} WHERE x IN (${list})'],
          ['typescript', 'console.log(JSON.stringify(_sql))\nconst list = "again"\ndisplay(list)'],
          ['typescript', 'function list() { return "third" }\nconsole.log(list())'],
        ),
        'a.ipynb',
      ),
    )
    writeFileSync(join(folder, 'a.mts'), script)
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, 'a.mts'], {
      cwd: folder,
    })
    expect(stdout).toContain('SELECT ? FROM \\"DB\\".\\"T\\" WHERE x IN (?, ?)')
    expect(stdout).toContain('"binds":[2,1,2]')
    expect(stdout).toMatch(/again\nthird\n$/)
  })

  test.each(PAYLOADS)('what is no code stays a comment: %s', (payload) => {
    const { notebook: book } = parseNotebook(hostileNotebook(payload))
    const cells = book.cells.filter(({ kind }) => kind === 'markdown' || kind === 'raw')
    const script = atOnce(exportTypeScript({ ...book, cells }, `${payload}.ipynb`))
    const { program } = parseSync('script.ts', script, { lang: 'ts', sourceType: 'module' })
    expect(program.body.map(({ type }) => type)).toEqual(['ExportNamedDeclaration'])
  })

  test('whatever the notebook holds, the script can be read and compiled', async () => {
    const statement = fc.constantFrom(
      "import a, { b } from 'x'",
      "import * as b from 'y'",
      "import type { c } from 'z'",
      'const { a, b = 1, ...c } = q',
      'export const a = 1',
      'export default function b() {}',
      'let c',
      'class a {}',
      'export * from "w"',
      '(0)',
      '`${1}`',
      'await 0',
      'type a = 1',
      '/* text */',
      '${',
      "'",
    )
    const source = fc.array(statement, { maxLength: 4 }).map((all) => all.join('\n'))
    const kind = fc.constantFrom<CellKind>('typescript', 'sql', 'markdown', 'raw')
    const written = fc
      .array(fc.tuple(kind, source), { maxLength: 5 })
      .map((cells) => bookOf(...cells))
    await fc.assert(
      fc.asyncProperty(fc.oneof(written, notebook), async (book) => {
        const script = atOnce(exportTypeScript(book, 'a.ipynb'))
        expect(faultsOf(script)).toEqual([])
        // Knows what may be declared beside what.
        await transform(script, { loader: 'ts', format: 'esm', logLevel: 'silent' })
      }),
      { numRuns: 100 },
    )
  })
})
