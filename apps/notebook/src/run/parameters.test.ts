import { describe, expect, test } from 'vitest'
import { emptyCell } from '../notebook/apply-operation.ts'
import type { Cell } from '../notebook/notebook.ts'
import { injectParameters, readParameters } from './parameters.ts'

describe('readParameters()', () => {
  test('takes a name and all that follows the first equals sign', () => {
    expect([...readParameters(['eq=a=b', 'empty='], ['ünï=1'])]).toEqual([
      ['eq', { text: 'a=b', isText: false }],
      ['empty', { text: '', isText: false }],
      ['ünï', { text: '1', isText: true }],
    ])
  })

  test.each([
    ['x', 'is no name=value'],
    ['=1', 'is no name=value'],
    ['1a=1', '"1a" is no name of a variable'],
    ['a-b=1', '"a-b" is no name'],
    ['class=1', '"class" is no name'],
    ['await=1', '"await" is no name'],
    ['undefined=1', '"undefined" is no name'],
    ['a;b=1', '"a;b" is no name'],
  ])('refuses %s', (word, message) => {
    expect(() => readParameters([word])).toThrow(message)
  })

  test('refuses a name that is given twice', () => {
    expect(() => readParameters(['a=1', 'a=2'])).toThrow(
      expect.objectContaining({
        code: 'PARAMETER_INVALID',
        message: expect.stringMatching(/twice/),
      }),
    )
  })
})

describe('injectParameters()', () => {
  const defaults: Cell = {
    ...emptyCell('d', 'typescript', 'const limit: number = 5, { a, b: [c] } = x'),
    metadata: { tags: ['parameters'] },
  }
  const first = emptyCell('first', 'markdown', '# Report')
  const last = emptyCell('last', 'typescript', 'limit')

  function sources(cells: readonly Cell[]): string[] {
    return cells.map(({ source }) => source)
  }

  test('puts them after the defaults, and in the place of those of an earlier run', () => {
    const book = { cells: [first, defaults, last], metadata: {} }
    const parameters = readParameters(['limit=7', 'c="x\\"`${1}"'])
    const notebook = injectParameters(book, parameters)
    const injected = 'var limit = 7\nvar c = "x\\"`${1}"'
    expect(sources(notebook.cells)).toEqual(['# Report', defaults.source, injected, 'limit'])
    expect(notebook.cells[2]?.metadata).toEqual({ tags: ['injected-parameters'] })
    const again = injectParameters(notebook, readParameters(['limit=8']))
    expect(sources(again.cells)).toEqual(['# Report', defaults.source, 'var limit = 8', 'limit'])
  })

  test('refuses a name that the defaults do not have, and tells those that they have', () => {
    const book = { cells: [defaults], metadata: {} }
    expect(() => injectParameters(book, readParameters(['slip=1']))).toThrow(
      expect.objectContaining({
        code: 'PARAMETER_UNKNOWN',
        hint: 'It declares limit, a, c',
      }),
    )
  })

  test('refuses a value of another type', () => {
    const book = { cells: [defaults], metadata: {} }
    expect(() => injectParameters(book, readParameters(['limit=many']))).toThrow(
      expect.objectContaining({
        code: 'PARAMETER_INVALID',
        message: expect.stringContaining('"limit" is a number'),
      }),
    )
  })

  test('puts them at the top where no cell has defaults: all names are known then', () => {
    const notebook = injectParameters(
      { cells: [first, { ...last, id: 'injected-parameters' }], metadata: {} },
      readParameters(['a={"__proto__": {"x": 1}}']),
    )
    expect(notebook.cells.map(({ id }) => id)).toEqual([
      'injected-parameters-2',
      'first',
      'injected-parameters',
    ])
    expect(notebook.cells[0]?.source).toBe('var a = JSON.parse("{\\"__proto__\\":{\\"x\\":1}}")')
  })

  test('changes nothing without parameters', () => {
    const book = { cells: [defaults], metadata: {} }
    expect(injectParameters(book, new Map())).toBe(book)
  })
})
