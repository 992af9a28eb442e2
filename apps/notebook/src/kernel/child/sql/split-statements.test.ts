import { describe, expect, test } from 'vitest'
import { CellSyntaxError } from '../transform-cell.ts'
import { splitStatements, statementTexts } from './split-statements.ts'

function textsOf(text: string): string[] {
  return splitStatements(text).map(({ start, end }) => text.slice(start, end))
}

describe('splitStatements()', () => {
  test.each([
    ['select 1; select 2', ['select 1', 'select 2']],
    ['select 1;;\n ; -- nothing\n', ['select 1']],
    ["select 'a;''b\\';c'; select \"x;\"\"y\"", ["select 'a;''b\\';c'", 'select "x;""y"']],
    [
      '-- a; b\nselect 1 /* ; */ // ; c\n; select 2',
      ['-- a; b\nselect 1 /* ; */ // ; c', 'select 2'],
    ],
    [
      'create function f() as $$ a; ${b} $$; select f()',
      ['create function f() as $$ a; ${b} $$', 'select f()'],
    ],
    ["select 'never closed; select 2", ["select 'never closed; select 2"]],
    ['put file:///tmp/a.csv @stage; select 1', ['put file:///tmp/a.csv @stage', 'select 1']],
    ['', []],
  ])('cuts %j', (text, statements) => {
    expect(textsOf(text)).toEqual(statements)
  })

  test.each([
    'begin let x := 1; if (x = 1) then return 2; end if; return x; end',
    'declare a int; c cursor for select 1; begin return a; end',
    'begin case when a then b; end case; select case x when 1 then 2 end; begin c; end; end',
    'begin for i in 1 to 3 do x; end for; begin transaction; commit; end',
    'create procedure p() returns int language sql as declare a int; begin a := 1; end',
    'create task t as begin select 1; select 2; end',
  ])('leaves the scripting block %j whole', (block) => {
    expect(textsOf(`${block}; select ';'; select 3`)).toEqual([block, "select ';'", 'select 3'])
  })

  test.each([
    ['begin; select 1; commit', ['begin', 'select 1', 'commit']],
    ['begin transaction; select 1', ['begin transaction', 'select 1']],
    ['select case when a then b end; select 2', ['select case when a then b end', 'select 2']],
    ['select t.begin; select 2', ['select t.begin', 'select 2']],
  ])('takes %j for no block', (text, statements) => {
    expect(textsOf(text)).toEqual(statements)
  })

  test.each([
    ['select ${a}; select ${b.c(1)}', ['a', 'b.c(1)']],
    ['select ${ { a: {} }.a }, ${"}"}, ${`${x};`}', [' { a: {} }.a ', '"}"', '`${x};`']],
    ['select ${await f()}::int, x${y as string}', ['await f()', 'y as string']],
    ['select ${a /* } */ + 1} -- ${no}\n/* ${no} */', ['a /* } */ + 1']],
    ['select ${a // }\n}', ['a // }\n']],
    ['select ${<string>a}', ['<string>a']],
  ])('finds the expressions of %j', (text, expressions) => {
    const found = splitStatements(text).flatMap((statement) => statement.expressions)
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(expressions)
  })

  test.each([
    ["select '${x}'", 8, /^write \$\{x\} without quotes/],
    ['select "${x}"', 8, /^write \$\{identifier/],
    ['select ${x', 7, /never closed/],
    ['select ${ }', 7, /Expression expected/],
    ['select ${a b}', 11, /[Ee]xpected/],
  ])('refuses %j', (text, offset, message) => {
    const split = (): unknown => splitStatements(text)
    expect(split).toThrow(CellSyntaxError)
    expect(split).toThrow(
      expect.objectContaining({ offset, message: expect.stringMatching(message) }),
    )
  })

  test('leaves an escaped ${ in quotes what it is', () => {
    expect(textsOf(String.raw`select '\${x}'`)).toHaveLength(1)
  })
})

describe('statementTexts()', () => {
  test('cuts what is no cell of ours, too', () => {
    expect(statementTexts("select '${x}'; select ${a b; select ${c;}; select 4")).toEqual([
      "select '${x}'",
      'select ${a b',
      'select ${c',
      '}',
      'select 4',
    ])
  })
})
