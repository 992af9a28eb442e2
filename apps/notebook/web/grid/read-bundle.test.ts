import { describe, expect, test } from 'vitest'
import { readBundle } from './read-bundle.ts'

const GOOD = {
  resultId: 'r-1',
  columns: [{ name: 'A', type: 'NUMBER', nullable: false }],
  rowCount: 2,
  firstRows: [['1'], [null]],
  queryId: '01b',
  durationMs: 12,
  rowsAffected: null,
  variable: '_sql',
}

describe('readBundle()', () => {
  test('takes what the kernel writes', () => {
    expect(readBundle(JSON.parse(JSON.stringify(GOOD)))).toEqual(GOOD)
  })

  test.each<[string, unknown]>([
    ['no object', 'x'],
    ['a list', [GOOD]],
    ['another id', { ...GOOD, resultId: '../../x' }],
    ['no columns', { ...GOOD, columns: undefined }],
    ['a column without a name', { ...GOOD, columns: [{ type: 'NUMBER' }] }],
    ['a row of another width', { ...GOOD, firstRows: [['1', '2']] }],
    ['a value that is no text', { ...GOOD, firstRows: [[1]] }],
    ['more rows than there are', { ...GOOD, rowCount: 1 }],
    ['no count', { ...GOOD, rowCount: '2' }],
    ['a count below none', { ...GOOD, rowCount: -1, firstRows: [] }],
  ])('refuses %s', (_, value) => {
    expect(readBundle(value)).toBeUndefined()
  })

  test('leaves out what is no text or number', () => {
    expect(readBundle({ ...GOOD, queryId: {}, durationMs: 'x', variable: 3 })).toMatchObject({
      queryId: null,
      durationMs: null,
      variable: null,
    })
  })
})
