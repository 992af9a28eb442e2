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
  ["select 'it' -- ${no}", ['keyword select', "string 'it'", 'comment -- ${no}']],
])('coloursOf() of %j', (source, spans) => {
  expect(coloured(source)).toEqual(spans)
})
