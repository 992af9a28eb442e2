import { expect, test } from 'vitest'
import { createMenuKeys } from './menu-keys.ts'

const LABELS = ['Copy', 'Cut', 'Clear the outputs', 'Delete']

test.each<[keys: string[], from: number, to: number | 'press' | undefined]>([
  [['ArrowDown'], 0, 1],
  [['ArrowDown'], 3, 0],
  [['ArrowUp'], 0, 3],
  [['Home'], 2, 0],
  [['End'], 0, 3],
  [['d'], 0, 3],
  [['c'], 0, 1],
  [['c'], 3, 0],
  [['c', 'c'], 0, 2],
  [['C', 'u'], 3, 1],
  [['c', 'x'], 0, undefined],
  [[' '], 2, 'press'],
  [['Enter'], 2, undefined],
])('the keys %j lead from %i to %s', (keys, from, to) => {
  const read = createMenuKeys()
  let at = from
  let found: number | 'press' | undefined
  for (const key of keys) {
    found = read({ key, ctrlKey: false, metaKey: false, altKey: false }, at, LABELS, 10)
    if (typeof found === 'number') at = found
  }
  expect(found).toBe(to)
})

test('letters with a pause between them are words of their own', () => {
  const read = createMenuKeys()
  const press = (key: string, atMs: number) =>
    read({ key, ctrlKey: false, metaKey: false, altKey: false }, 0, LABELS, atMs)
  expect(press('x', 0)).toBeUndefined()
  expect(press('d', 5_000)).toBe(3)
})
