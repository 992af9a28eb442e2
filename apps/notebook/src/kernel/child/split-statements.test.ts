import { expect, test } from 'vitest'
import { splitStatements } from './split-statements.ts'

test.each([
  ['select 1; select 2', ['select 1', 'select 2']],
  ['select 1;;\n ; -- nothing\n', ['select 1']],
  ["select 'a;''b\\';c'; select \"x;\"\"y\"", ["select 'a;''b\\';c'", 'select "x;""y"']],
  [
    '-- a; b\nselect 1 /* ; */ // ; c\n; select 2',
    ['-- a; b\nselect 1 /* ; */ // ; c', 'select 2'],
  ],
  [
    'create function f() as $$ a; b $$; select f()',
    ['create function f() as $$ a; b $$', 'select f()'],
  ],
  ["select 'never closed; select 2", ["select 'never closed; select 2"]],
  ['', []],
])('splitStatements() cuts %j', (text, statements) => {
  expect(splitStatements(text)).toEqual(statements)
})
