import { describe, expect, test } from 'vitest'
import { ENTRIES, placeId, type VariableRow, variableRows } from './variables-tree.ts'

const VARIABLES = [
  { name: 'rows', type: 'Rows(2)', preview: 'A NUMBER', size: 2 },
  { name: 'answer', type: 'number', preview: '42', size: null },
  { name: 'empty', type: 'Array(0)', preview: '[]', size: 0 },
]
const ALL = { filter: '', sort: 'declared' } as const

function told(rows: readonly VariableRow[]): readonly unknown[] {
  return rows.map((row) =>
    row.kind === 'value' ? [row.level, row.label, row.isOpen] : [row.level, 'more', row.offset],
  )
}

describe('variableRows()', () => {
  test('has a row for each variable; plain and empty ones do not open', () => {
    expect(told(variableRows(VARIABLES, new Map(), ALL))).toEqual([
      [1, 'rows', false],
      [1, 'answer', null],
      [1, 'empty', null],
    ])
  })

  test('has what is open inside below it, and asks for more where there may be', () => {
    const property = { name: '0', type: 'Object', preview: '{}', size: null, key: '#0' }
    const open = new Map([
      [placeId({ name: 'rows', path: [] }), [property, { ...property, name: '1', key: null }]],
      [placeId({ name: 'rows', path: ['#0'] }), Array.from({ length: ENTRIES }, () => property)],
    ])
    const rows = variableRows(VARIABLES, open, { filter: 'ROWS', sort: 'name' })
    expect(told(rows.slice(0, 3))).toEqual([
      [1, 'rows', true],
      [2, '0', true],
      [3, '0', false],
    ])
    expect(told(rows.slice(-2))).toEqual([
      [3, 'more', ENTRIES],
      [2, '1', null],
    ])
  })

  test.each([
    ['name', ['answer', 'empty', 'rows']],
    ['type', ['empty', 'answer', 'rows']],
    ['size', ['rows', 'empty', 'answer']],
  ] as const)('sorts by %s', (sort, names) => {
    expect(
      variableRows(VARIABLES, new Map(), { filter: '', sort }).map(({ name }) => name),
    ).toEqual(names)
  })
})
