import { expect, test } from 'vitest'
import { asksForMember } from './completion.ts'

test.each([
  ['x.', true],
  ['x.na', true],
  ['x?.na', true],
  ['this.#na', true],
  ['f(1)\n  .na', true],
  ['x. na', true],
  ['na', false],
  ['', false],
  ['[...na', false],
  ['f(x, ...', false],
  ['x.y + na', false],
])('%j asks for a member: %s', (source, expected) => {
  expect(asksForMember(source, source.length)).toBe(expected)
})
