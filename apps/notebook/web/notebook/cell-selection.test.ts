import { describe, expect, test } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import { isSelected, selectedCells, type CellSelection } from './cell-selection.ts'

const cells = ['a', 'b', 'c', 'd'].map((id) => emptyCell(id, 'sql', ''))

describe('selectedCells()', () => {
  test.each([
    [{ selectedId: 'b', anchorId: null }, ['b']],
    [{ selectedId: 'b', anchorId: 'd' }, ['b', 'c', 'd']],
    [{ selectedId: 'c', anchorId: 'a' }, ['a', 'b', 'c']],
    [{ selectedId: 'c', anchorId: 'gone' }, ['c']],
    [{ selectedId: 'gone', anchorId: 'a' }, []],
    [{ selectedId: null, anchorId: null }, []],
  ] satisfies [CellSelection, string[]][])('%j → %j', (selection, ids) => {
    expect(selectedCells(cells, selection).map(({ id }) => id)).toEqual(ids)
    const each = cells.filter(({ id }) => isSelected(cells, selection, id)).map(({ id }) => id)
    expect(each).toEqual(ids)
  })
})
