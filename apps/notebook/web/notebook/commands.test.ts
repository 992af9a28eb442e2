import { describe, expect, test } from 'vitest'
import { EDITOR_TABLE } from './command-table.ts'
import { codeMirrorKeys, COMMANDS, GROUPS, printKeys } from './commands.ts'

describe('COMMANDS', () => {
  test('no key means two things, and no key begins a pair that another one is', () => {
    const keys = COMMANDS.flatMap((command) => command.keys ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    const pairs = keys.filter((key) => /^[\da-z]{2}$/.test(key))
    expect(pairs.filter((pair) => keys.includes(pair.slice(0, 1)))).toEqual([])
  })

  test('no key of the editor means two things', () => {
    const own = Object.values(EDITOR_TABLE).flatMap(({ keys }) => keys)
    const keys = [...own, ...COMMANDS.flatMap(({ editorKeys = [] }) => editorKeys)]
    expect(new Set(keys).size).toBe(keys.length)
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
  ['Ctrl+k Ctrl+i', 'Ctrl K Ctrl I'],
])('printKeys(%s) is %s', (keys, printed) => {
  expect(printKeys(keys)).toBe(printed)
})

test.each([
  ['Ctrl+k Ctrl+i', 'Mod-k Mod-i'],
  ['Ctrl+Shift+Space', 'Mod-Shift-Space'],
  ['Shift+F8', 'Shift-F8'],
])('codeMirrorKeys(%s) is %s', (keys, named) => {
  expect(codeMirrorKeys(keys)).toBe(named)
})
