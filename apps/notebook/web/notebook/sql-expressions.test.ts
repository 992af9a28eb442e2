import { expect, test } from 'vitest'
import { coloursOf } from './languages.ts'

function coloured(source: string): readonly string[] {
  return coloursOf('sql', source).map(({ from, to, classes }) => {
    return `${classes.replaceAll('tok-', '')} ${source.slice(from, to)}`
  })
}

test.each([
  [
    'select ${await count("x")} from t',
    ['keyword select', 'keyword await', 'function count', 'string "x"', 'keyword from'],
  ],
  ['select $$ ${no} $$, a::int', ['keyword select', 'string $$ ${no} $$', 'type int']],
  ['list @stage', ['keyword list', 'property @stage']],
  [
    'select a as warehouse, b as /* c */ ROLE, t.user',
    ['keyword select', 'keyword as', 'keyword as', 'comment /* c */'],
  ],
  [
    'create view v as select 1',
    ['keyword create', 'keyword view', 'keyword as', 'keyword select', 'number 1'],
  ],
  ['use warehouse w', ['keyword use', 'keyword warehouse']],
  ["select 'it' -- ${no}", ['keyword select', "string 'it'", 'comment -- ${no}']],
])('coloursOf() of %j', (source, spans) => {
  expect(coloured(source)).toEqual(spans)
})
