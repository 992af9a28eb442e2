import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FUNCTIONS } from './functions.ts'

test('every function is in one of the tables of expected values beside this file', () => {
  const directory = new URL('.', import.meta.url)
  const tests = readdirSync(directory)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, directory), 'utf8'))
    .join('\n')
  const untested = Object.keys(FUNCTIONS).filter((name) => !new RegExp(`\\b${name}\\b`).test(tests))
  expect(untested).toEqual([])
})
