import { describe, expect, test } from 'vitest'
import { expandReplacement, findMatches, type Match } from './find-matches.ts'
import { compileQuery, type Query } from './query.ts'

const plain: Query = { text: '', matchesCase: false, wholeWord: false, isRegExp: false }

function find(query: Partial<Query>, ...texts: string[]): readonly Match[] {
  const compiled = compileQuery({ ...plain, ...query })
  if ('problem' in compiled) throw new Error(compiled.problem)
  const searched = texts.map((text, at) => ({ cellId: `c${at}`, place: 'source' as const, text }))
  return findMatches(searched, compiled.pattern)
}

describe('findMatches()', () => {
  test.each([
    [{ text: 'total' }, 'Total total subtotal', [0, 6, 15]],
    [{ text: 'total', matchesCase: true }, 'Total total subtotal', [6, 15]],
    [{ text: 'total', wholeWord: true }, 'Total total subtotal', [0, 6]],
    [{ text: 'a.b(' }, 'axb( a.b(', [5]],
    [{ text: 'größe', wholeWord: true }, 'Größe Größen', [0]],
    [{ text: '^b.', isRegExp: true }, 'ab\nbc\nbd', [3, 6]],
    [{ text: 'x*', isRegExp: true }, 'axxb', [1]],
    [{ text: '😀' }, 'a😀b😀', [1, 4]],
    [{ text: 'a\nb' }, 'a\nb', [0]],
  ])('%j in %j', (query, text, places) => {
    expect(find(query, text).map(({ from }) => from)).toEqual(places)
  })

  test('goes through cells in order and stops at the most', () => {
    expect(find({ text: 'a' }, 'a', 'b', 'aa').map(({ cellId }) => cellId)).toEqual([
      'c0',
      'c2',
      'c2',
    ])
    expect(find({ text: 'a' }, 'a'.repeat(20_000))).toHaveLength(10_000)
  })

  test('says what is wrong with a regular expression', () => {
    expect(compileQuery({ ...plain, text: '(', isRegExp: true })).toEqual({
      problem: 'Unterminated group',
    })
    expect(compileQuery({ ...plain, text: '(' })).toHaveProperty('pattern')
  })
})

describe('expandReplacement()', () => {
  const [match] = find({ text: '(\\w+)-(x)?', isRegExp: true }, 'key-')

  test.each([
    ['$1', true, 'key'],
    ['[$&]', true, '[key-]'],
    ['$2$$1', true, '$1'],
    ['$3', true, '$3'],
    ['$1', false, '$1'],
  ])('%s, regular expression: %s', (replacement, isRegExp, text) => {
    if (match === undefined) throw new Error('no match')
    expect(expandReplacement(replacement, match, isRegExp)).toBe(text)
  })
})
