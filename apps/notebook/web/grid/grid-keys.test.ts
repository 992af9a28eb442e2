import { expect, test } from 'vitest'
import { gridCommand } from './grid-keys.ts'

const NO_KEYS = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false }

test.each([
  [{ key: 'Enter' }, 'value', 'show-value'],
  [{ key: 'Enter' }, 'name', 'sort'],
  [{ key: 'Enter', shiftKey: true }, 'name', 'sort-too'],
  [{ key: 'Enter', shiftKey: true }, 'value', undefined],
  [{ key: 'Enter', ctrlKey: true }, 'value', undefined],
  [{ key: 'ArrowDown', altKey: true }, 'value', 'column-menu'],
  [{ key: 'ArrowRight', altKey: true }, 'name', 'widen-column'],
  [{ key: 'c', metaKey: true }, 'value', 'copy'],
  [{ key: 'C', ctrlKey: true }, 'value', 'copy'],
  [{ key: 'c' }, 'value', undefined],
] as const)('gridCommand(%j, %s) is %s', (pressed, on, command) => {
  expect(gridCommand({ ...NO_KEYS, ...pressed }, on)).toBe(command)
})
