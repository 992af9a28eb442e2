import { describe, expect, test } from 'vitest'
import { folderOf, isPathIn, joinPath, movePath, printSize, withExtension } from './paths.ts'

describe('paths', () => {
  test('the folder of a path and back', () => {
    expect(folderOf('a/b/c.ipynb')).toBe('a/b')
    expect(folderOf('c.ipynb')).toBe('')
    expect(joinPath('a/b', 'c')).toBe('a/b/c')
    expect(joinPath('', 'c')).toBe('c')
  })

  test('a sibling with the same start is not inside (CVE-2026-35397)', () => {
    expect(isPathIn('ab/c', 'a')).toBe(false)
    expect(isPathIn('a/c', 'a')).toBe(true)
    expect(isPathIn(null, 'a')).toBe(false)
  })

  test('an open notebook follows its folder', () => {
    expect(movePath('a/b.ipynb', 'a', 'z')).toBe('z/b.ipynb')
    expect(movePath('ab/b.ipynb', 'a', 'z')).toBe('ab/b.ipynb')
  })

  test('a notebook gets its ending once', () => {
    expect(withExtension('x')).toBe('x.ipynb')
    expect(withExtension('x.IPYNB')).toBe('x.IPYNB')
  })
})

describe('printSize()', () => {
  test.each([
    [312, '312 B'],
    [4_096, '4.1 KB'],
    [9_960, '10 KB'],
    [23_400_000, '23 MB'],
  ])('%d → %s', (bytes, text) => {
    expect(printSize(bytes)).toBe(text)
  })
})
