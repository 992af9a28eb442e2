import { describe, expect, test } from 'vitest'
import { COMMANDS, GROUPS, printKeys } from './commands.ts'

describe('COMMANDS', () => {
  test('no key means two things, and no key begins a pair that another one is', () => {
    const keys = COMMANDS.flatMap((command) => command.keys ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    const pairs = keys.filter((key) => /^[\da-z]{2}$/.test(key))
    expect(pairs.filter((pair) => keys.includes(pair.slice(0, 1)))).toEqual([])
  })

  test('every command has a group of the help and a title of its own', () => {
    expect(COMMANDS.filter(({ group }) => !GROUPS.includes(group))).toEqual([])
    expect(new Set(COMMANDS.map(({ title }) => title)).size).toBe(COMMANDS.length)
  })
})

test.each([
  ['dd', 'd d'],
  ['00', '0 0'],
  ['Alt+ArrowUp', 'Alt ↑'],
  ['Shift+V', 'Shift V'],
  ['Ctrl+s', 'Ctrl S'],
  ['Ctrl+Shift+P', 'Ctrl Shift P'],
  ['k', 'k'],
  ['Escape', 'Esc'],
])('printKeys(%s) is %s', (keys, printed) => {
  expect(printKeys(keys)).toBe(printed)
})
