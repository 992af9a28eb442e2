import { describe, expect, test } from 'vitest'
import type { ResultBundleColumn, ResultSort } from '../../src/results/result.ts'
import {
  ALL_ROWS,
  describeFilter,
  filterFor,
  operatorsOf,
  toggleSort,
  withFilter,
} from './row-query.ts'

const COLUMNS: readonly ResultBundleColumn[] = [
  { name: 'CITY', type: 'VARCHAR', nullable: true },
  { name: 'TEMP', type: 'NUMBER', nullable: true },
]
const UP = { column: 1, descending: false }
const DOWN = { column: 1, descending: true }
const CITY = { column: 0, descending: false }

describe('toggleSort()', () => {
  test.each<[readonly ResultSort[], boolean, readonly ResultSort[]]>([
    [[], false, [UP]],
    [[UP], false, [DOWN]],
    [[DOWN], false, []],
    [[CITY], false, [UP]],
    [[CITY, UP], false, [DOWN]],
    [[CITY], true, [CITY, UP]],
    [[UP, CITY], true, [DOWN, CITY]],
    [[DOWN, CITY], true, [CITY]],
  ])('%j, added: %s → %j', (sort, isAdded, expected) => {
    expect(toggleSort(sort, 1, isAdded)).toEqual(expected)
  })
})

describe('filters', () => {
  test('read as a sentence', () => {
    expect(describeFilter({ column: 0, operator: 'contains', value: 'a "b"' }, COLUMNS)).toBe(
      String.raw`CITY contains "a \"b\""`,
    )
    expect(describeFilter({ column: 1, operator: 'greater', value: '12' }, COLUMNS)).toBe(
      'TEMP > 12',
    )
    expect(describeFilter({ column: 1, operator: 'is-null' }, COLUMNS)).toBe('TEMP is NULL')
  })

  test('a value that was clicked is one, and NULL is another', () => {
    expect(filterFor(0, null)).toEqual({ column: 0, operator: 'is-null' })
    const once = withFilter(ALL_ROWS, filterFor(0, ''))
    expect(withFilter(once, filterFor(0, ''))).toBe(once)
    expect(withFilter(once, filterFor(0, null)).filters).toHaveLength(2)
  })

  test('order is asked of what has one', () => {
    expect(operatorsOf({ name: 'X', type: 'BOOLEAN', nullable: true })).not.toContain('less')
    expect(operatorsOf({ name: 'X', type: 'DATE', nullable: true })).toContain('at-least')
    expect(operatorsOf({ name: 'X', type: 'VARCHAR', nullable: true })[0]).toBe('contains')
  })
})
