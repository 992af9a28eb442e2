import { describe, expect, test } from 'vitest'
import { initialsOf, kernelWords, savedWords } from './status-words.ts'

describe('savedWords()', () => {
  const at = '2026-01-01T00:00:00.000Z'
  const now = Date.parse(at) + 12_000
  const saved = { at, sequence: 4, status: 'saved', problem: null } as const

  test.each([
    [saved, 'Saved 12 s ago'],
    [{ ...saved, problem: 'no journal' }, 'Saved 12 s ago; no journal'],
    [{ ...saved, at: null }, 'No changes'],
    [{ ...saved, status: 'dirty' as const }, 'Saving…'],
    [{ ...saved, status: 'saving' as const }, 'Saving…'],
    [{ ...saved, status: 'failed' as const, problem: 'disk is full' }, 'Not saved: disk is full'],
  ])('%j → %s', (state, text) => {
    expect(savedWords(state, now).text).toBe(text)
  })
})

describe('kernelWords()', () => {
  test('a kernel with a cell on its way is running, whatever it says of itself', () => {
    expect(kernelWords({ status: 'idle' }, true).text).toBe('Running')
    expect(kernelWords({ status: 'idle' }, false).text).toBe('Ready')
  })
})

describe('initialsOf()', () => {
  test.each([
    ['Ada Lovelace', 'AL'],
    ['DEVELOPER', 'DE'],
    ['ada.lovelace@example.com', 'AL'],
    ['é', 'É'],
    ['--', '?'],
  ])('%s → %s', (user, initials) => {
    expect(initialsOf(user)).toBe(initials)
  })
})
