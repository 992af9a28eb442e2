import { describe, expect, test } from 'vitest'
import { createKeyReader, type PressedKey } from './cell-keys.ts'

function press(key: string, held: Partial<PressedKey> = {}): PressedKey {
  return { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held }
}

describe('createKeyReader()', () => {
  test.each([
    [press('Enter'), 'edit'],
    [press('Enter', { shiftKey: true }), 'run-and-advance'],
    [press('Enter', { ctrlKey: true }), 'run'],
    [press('Enter', { metaKey: true }), 'run'],
    [press('Enter', { altKey: true }), 'run-and-insert'],
    [press('s', { ctrlKey: true }), 'save'],
    [press('V', { shiftKey: true }), 'paste-above'],
    [press('?', { shiftKey: true }), 'help'],
    [press('d'), undefined],
    [press('c', { ctrlKey: true }), undefined],
    [press('A', { shiftKey: true }), undefined],
    [press('Tab'), undefined],
  ])('%j → %s', (pressed, command) => {
    expect(createKeyReader().read(pressed, 0)).toBe(command)
  })

  test('deletes on d d within a second, and not on d, another key, d', () => {
    const reader = createKeyReader()
    expect(reader.read(press('d'), 0)).toBeUndefined()
    expect(reader.read(press('d'), 900)).toBe('delete')
    expect(reader.read(press('d'), 1_000)).toBeUndefined()
    expect(reader.read(press('d'), 2_100)).toBeUndefined()
    expect(reader.read(press('j'), 2_200)).toBe('select-next')
    expect(reader.read(press('d'), 2_300)).toBeUndefined()
  })

  test('takes three of a pair as one pair', () => {
    const reader = createKeyReader()
    const commands = [0, 1, 2].map((atMs) => reader.read(press('d'), atMs))
    expect(commands).toEqual([undefined, 'delete', undefined])
  })
})
