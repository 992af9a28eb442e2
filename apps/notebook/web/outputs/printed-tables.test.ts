import { describe, expect, test } from 'vitest'
import { splitTables } from './printed-tables.ts'

describe('splitTables()', () => {
  const shown = [
    '------------------------',
    '|"DATE"      |"TEMP_C"  |',
    '------------------------',
    '|2023-03-21  |15        |',
    '------------------------',
  ]

  test('keeps what show() prints in one table', () => {
    expect(splitTables(shown)).toEqual([{ isTable: true, lines: shown }])
  })

  test('parts a table from the lines around it, and loses none', () => {
    const lines = ['before', ...shown, '', 'after', '-----', 'a paragraph']
    const blocks = splitTables(lines)
    expect(blocks.map(({ isTable }) => isTable)).toEqual([false, true, false])
    expect(blocks.flatMap((block) => block.lines)).toEqual(lines)
  })

  test.each([
    ['of console.table', ['┌───┬───┐', '│ a │ 1 │', '└───┴───┘'], true],
    ['of a database client', ['+---+---+', '| a | b |', '+---+---+'], true],
    ['in colours', ['\x1b[33m| a | b |\x1b[0m'], true],
    ['a rule alone', ['-----'], false],
    ['a or b', ['a || b', 'a | b | c'], false],
  ])('%s', (_, lines, isTable) => {
    expect(splitTables(lines)).toEqual([{ isTable, lines }])
  })

  test('nothing is no block', () => {
    expect(splitTables([])).toEqual([])
  })
})
