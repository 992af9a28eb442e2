import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestLanguage } from './testing/language-run.ts'

let language: TestLanguage

beforeAll(async () => {
  language = await TestLanguage.start()
  await mkdir(language.directory)
})
afterAll(() => language.close())

/** A cell that has one error for certain: when it is told, everything else is known too. */
const WRONG = 'const wrong: string = 1'
const WRONG_MESSAGE = "Type 'number' is not assignable to type 'string'."

describe('types across cells', () => {
  test('come from the last cell before that declares the name', async () => {
    language.notebook({
      first: 'const value = 1',
      second: 'const value = "text"',
      third: '',
      fourth: 'const value = [true]',
    })
    expect(await language.type('third', 'val|ue')).toBe('const value: "text"')
    expect(await language.type('second', 'const val|ue = "text"')).toBe('const value: "text"')
  })

  test('come from a later cell where no earlier one declares the name', async () => {
    language.notebook({ first: '', second: 'function later(a: number) { return [a] }' })
    expect(await language.type('first', 'lat|er')).toBe('function later(a: number): number[]')
  })

  test('follow a cell that is moved, deleted, or no TypeScript any more', async () => {
    const cells = { one: 'const value = 1', two: 'const value = "text"', three: 'value' }
    language.notebook(cells)
    expect(await language.type('three', 'val|ue')).toBe('const value: "text"')
    language.notebook({ two: cells.two, one: cells.one, three: cells.three })
    expect(await language.type('three', 'val|ue')).toBe('const value: 1')
    language.notebook({ two: cells.two, three: cells.three })
    expect(await language.type('three', 'val|ue')).toBe('const value: "text"')
    language.notebook({ two: { kind: 'sql', source: 'SELECT 1' }, three: cells.three })
    expect(await language.type('three', 'val|ue')).toBe('any')
  })

  test('know a SQL result by its columns, and what stands in ${…}', async () => {
    const columns = [
      { name: 'CITY', type: 'VARCHAR', nullable: true },
      { name: 'Temp °C', type: 'NUMBER', nullable: false },
    ]
    language.notebook({
      limit: 'const limit = 3',
      query: {
        kind: 'sql',
        source: "SELECT * FROM weather -- it's\nWHERE temp > ${limit.toFixd(1)}",
        result: { variable: 'weather', columns, isLarge: false },
      },
      last: 'weather.map((row) => row.CITY.length + row["Temp °C"])',
    })
    expect(await language.everything('last')).toEqual({
      query: ["Property 'toFixd' does not exist on type '3'. Did you mean 'toFixed'?"],
      last: ["'row.CITY' is possibly 'null'."],
    })
    expect(await language.labels('last', 'weather[0]!.|')).toContain('CITY')
  })

  test('know the rows of a large SQL result by its columns', async () => {
    const columns = [{ name: 'CITY', type: 'VARCHAR', nullable: true }]
    language.notebook({
      query: {
        kind: 'sql',
        source: 'SELECT city FROM weather',
        result: { variable: 'weather', columns, isLarge: true },
      },
      last: `for await (const row of weather) row.CITY?.length
weather.rowCount.toFixed()
weather.filter(Boolean)
;(await weather.toArray())[0]!.CITI
identifier('a').sql.length`,
    })
    expect((await language.everything('last'))['last']).toEqual([
      "Property 'filter' does not exist on type 'LargeResult<{ CITY: string | null; }>'.",
      "Property 'CITI' does not exist on type '{ CITY: string | null; }'.",
    ])
  })

  test('reach files of the folder, also once they change', async () => {
    const helper = join(language.directory, 'helper.ts')
    await writeFile(helper, 'export const help = 1')
    language.notebook({ first: "import { help } from './helper.ts'", second: '' })
    expect(await language.type('second', 'he|lp')).toBe('const help: 1')
    await writeFile(helper, 'export const help = "two"')
    await utimes(helper, 1, 1)
    language.server.lookNow()
    expect(await language.type('second', 'he|lp')).toBe('const help: "two"')
  })
})

describe('diagnostics', () => {
  test('find nothing in what notebooks do', async () => {
    language.notebook({
      values: `const x = 1
let list = []
let point: Point | undefined
interface Point { y: number }
enum Colour { red, green }
const element = <div className="x">{x}</div>
element`,
      again: `list.push(1)
point = { y: 2 }
list = []
Colour.red
const rows = await session.execute('select 1')
rows.rows[0]`,
      object: '{ a: 1, b: x };',
      redeclared: `const x = x + 1
const Colour = 'blue'
later.toFixed()
import { readFile } from 'node:fs/promises'
for (const i of progress([1, 2])) console.log(i)
const name = await input('Name?')
display.html(name).update('x')`,
      decorators: `function log(target: unknown, context: ClassMethodDecoratorContext) {}
class A { name: string; @log m() {} constructor(private q: number, @given z: string) {} }
function given(...all: any[]) {}
new A(1, 'x').name`,
      later: `const later = 5; <number>later
await readFile('x')
using y = { [Symbol.dispose]() {} }
require('fs'); module; __dirname; import.meta.url
const result = await sql\`SELECT \${x}\`; result[0].A
export default function main(untyped) { return untyped }
export { later as sooner }
export const exported = main(1)`,
      libraries: `import * as Plot from '@observablehq/plot'
import { connect } from '@spcs/session'
import { printIdentifier } from '@spcs/sql'
import { callUdf, col } from '@spcs/dataframe'
await session.table('weather').withColumn('F', callUdf('convert_udf', col('TEMP_C'))).show()
Plot.plot({ marks: [] })
exported`,
      last: WRONG,
    })
    expect(await language.everything('last')).toEqual({ last: [WRONG_MESSAGE] })
  })

  test('stand where they are, in UTF-16 units, with the version of their cell', async () => {
    const source = 'const face = "🙂🙂"; /* 🙂 */ face.nothing'
    language.notebook({ emoji: source })
    const { version, diagnostics } = await language.found('emoji')
    const from = source.indexOf('nothing')
    expect(diagnostics).toMatchObject([
      { from, to: from + 'nothing'.length, severity: 'error', code: '2339' },
    ])
    expect(version).toBe(language.version)
  })

  test.each([
    ['const a = [1]\na.', 'Identifier expected.', 1003],
    ['const a = [1]\na. // why.\n/* so */\n', 'Identifier expected.', 1003],
    ['const a = [1]\nif (a)', 'Statement expected.', 1233],
    ['const a = 1\na +', 'Expression expected.', 1109],
    ['function f() {', "'}' expected.", 1005],
  ])('of a cell that breaks off stand at its end: %j', async (source, message, code) => {
    language.notebook({ broken: source, last: WRONG })
    expect(await language.everything('last')).toEqual({ broken: [message], last: [WRONG_MESSAGE] })
    const to = source.trimEnd().length
    const [found] = (await language.found('broken')).diagnostics
    expect(found).toMatchObject({ from: to - 1, to, code: String(code) })
  })

  test('go when the fault is mended, also in another cell', async () => {
    language.notebook({ first: 'const a = "1"', second: 'a.toFixed()' })
    expect(await language.messages('second')).toHaveLength(1)
    language.notebook({ first: 'const a = 1', second: 'a.toFixed()' })
    expect(await language.messages('second')).toEqual([])
  })

  test('tell of a package that is not there, and of types that do not fit', async () => {
    language.notebook({ first: "import x from 'not-installed'", last: WRONG })
    expect(await language.everything('last')).toEqual({
      first: ["Cannot find module 'not-installed' or its corresponding type declarations."],
      last: [WRONG_MESSAGE],
    })
  })

  test('tell the same about 200 cells', async () => {
    const cells = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [
        `cell${n}`,
        `const v${n} = ${n === 0 ? '[1]' : `v${n - 1}.concat(${n})`}`,
      ]),
    )
    language.notebook({ ...cells, last: 'v199.nothing' })
    expect(await language.everything('last')).toEqual({
      last: ["Property 'nothing' does not exist on type 'number[]'."],
    })
  })
})

describe('complete()', () => {
  test('knows the session and its DataFrames', async () => {
    language.notebook({ first: "const weather = session.table('weather')", second: '' })
    expect(await language.labels('second', 'weather.gr|')).toEqual(['groupBy'])
  })

  test("offers other cells' names, with their types, though the text does not parse", async () => {
    language.notebook({ first: 'const weather = [{ city: "Oslo" }]', second: '' })
    const asked = language.at('second', 'if (wea|')
    expect(await language.server.complete(...asked)).toMatchObject({
      from: 4,
      to: 7,
      items: [
        { label: 'weather', kind: 'variable', detail: '{ city: string; }[]' },
        { label: 'WeakMap' },
        { label: 'WeakRef' },
        { label: 'WeakSet' },
      ],
    })
    expect(await language.labels('second', 'weather[0]?.|')).toEqual(['city'])
  })

  test('replaces the dot where something may be undefined', async () => {
    language.notebook({ first: 'const place = [{ city: 1, "a b": 2 }].at(0)', second: '' })
    const { items } = await language.server.complete(...language.at('second', 'place.|'))
    expect(items).toMatchObject([{ label: 'city', replace: { from: 5, to: 6, text: '?.city' } }])
  })

  test('knows what may stand in ${…} of SQL', async () => {
    language.notebook({
      first: 'const place = { city: "Oslo", country: "NO" }',
      query: { kind: 'sql', source: '' },
    })
    expect(await language.labels('query', 'SELECT * FROM w WHERE c = ${place.ci|}')).toEqual([
      'city',
    ])
    expect(await language.labels('query', 'SELECT ${pla|}')).toContain('place')
  })

  test('has nothing to say of a cell that is not there', async () => {
    expect(await language.labels('nowhere', 'x|')).toEqual([])
  })
})

test('hover() gives documentation without paths of this machine', async () => {
  language.notebook({ first: "import { readFileSync } from 'node:fs'", second: '' })
  const hover = await language.server.hover(...language.at('second', 'read|FileSync'))
  expect(hover).toMatchObject({ from: 0, to: 12 })
  expect(hover?.markdown).toMatch(/^```typescript\nfunction readFileSync/)
  expect(hover?.markdown).toContain('Returns the contents of the `path`')
  expect(hover?.markdown).not.toContain('file:')
})

test('signature() says which parameter is next, and where it stands', async () => {
  language.notebook({
    first: '/** Adds. */\nfunction add(a: number, b: number) { return a + b }',
    second: '',
  })
  const found = await language.server.signature(...language.at('second', 'add(1, |'))
  const label = 'add(a: number, b: number): number'
  expect(found).toEqual({
    signatures: [
      {
        label,
        documentation: 'Adds.',
        parameters: [
          { from: 4, to: 13 },
          { from: 15, to: 24 },
        ],
      },
    ],
    activeSignature: 0,
    activeParameter: 1,
  })
  expect(await language.server.signature(...language.at('second', '1 |'))).toBeNull()
})

test('definition() finds the cell, or shows the file', async () => {
  language.notebook({ first: 'let a = 1\nlet wanted = 2', second: '' })
  expect(await language.server.definition(...language.at('second', 'want|ed'))).toEqual([
    { kind: 'cell', cellId: 'first', from: 14, to: 20 },
  ])
  expect(await language.server.definition(...language.at('second', 'dis|play'))).toMatchObject([
    { kind: 'file', path: 'spcs-kernel.d.ts', text: /^ {2}var display/ },
  ])
})

test('definition() shows code, and no data that lies on the server', async () => {
  await writeFile(join(language.directory, 'secret.json'), '{ "password": "geheim" }')
  language.notebook({ first: '' })
  const marked = "import secret from './secret.json'\nsecret.pass|word"
  expect(await language.type('first', marked)).toContain('password')
  expect(await language.server.definition(...language.at('first', marked))).toEqual([])
})

describe('rename()', () => {
  test('renames in all cells, in SQL too, and in the text that is not saved yet', async () => {
    language.notebook({
      first: 'const limit = 1',
      second: 'limit + 1; { const limit = 2; limit }',
      query: { kind: 'sql', source: 'SELECT ${limit}' },
      third: '',
      fourth: 'const limit = "another"',
    })
    const edits = await language.server.rename(...language.at('third', '// 🙂\nli|mit'), 'most')
    expect(edits.toSorted((a, b) => a.cellId.localeCompare(b.cellId))).toEqual([
      { cellId: 'first', from: 6, to: 11, text: 'most' },
      { cellId: 'query', from: 9, to: 14, text: 'most' },
      { cellId: 'second', from: 0, to: 5, text: 'most' },
      { cellId: 'third', from: 6, to: 11, text: 'most' },
    ])
  })

  test.each([
    ['readFi|le', 'fine', /declared in @types\/node\/fs\/promises\.d\.ts$/],
    ['dis|play', 'fine', /declared in spcs-kernel\.d\.ts$/],
    ['"x".a|t(0)', 'fine', /declared in @typescript\/.*lib\.es2022/],
    ['1 |+ 1', 'fine', /no name stands there$/],
    ['own|', 'class', /"class": it is no name$/],
    ['own|', 'a b', /"a b": it is no name$/],
    ['own|', 'readFile', /"readFile": a cell declares it$/],
  ])('%s to %s: %s', async (marked, newName, message) => {
    language.notebook({
      first: "import { readFile } from 'node:fs/promises'\nconst own = 1",
      second: '',
    })
    const asked = language.at('second', marked)
    await expect(language.server.rename(...asked, newName)).rejects.toMatchObject({
      code: 'RENAME_REFUSED',
      message: expect.stringMatching(message),
    })
  })
})
