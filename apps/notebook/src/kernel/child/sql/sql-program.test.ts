import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { describe, expect, test } from 'vitest'
import { sqlProgram } from './sql-program.ts'

describe('sqlProgram()', () => {
  test('hands each statement its pieces and its values', () => {
    const { code } = sqlProgram('SELECT 1; -- then\nSELECT ${a}, ${ {b: 1}.b }', 'rows')
    expect(code.trim().split('\n')).toEqual([
      'await $spcs.sqlStatement({"pieces":["SELECT 1"],"starts":[0],"expressions":[],"variable":null},[]);',
      'await $spcs.sqlStatement({"pieces":["-- then\\nSELECT ",", ",""],"starts":[10,29,44],"expressions":["a"," {b: 1}.b "],"variable":"rows"},[(a),( {b: 1}.b )]);',
    ])
  })

  test('maps an expression to where it stands in the cell', () => {
    const { code, map } = sqlProgram('SELECT\n  ${first},\n  ${second}')
    const lines = code.split('\n')
    for (const [name, line] of [
      ['(first', 2],
      ['(second', 3],
    ] as const) {
      const at = lines.findIndex((text) => text.includes(name))
      const column = (lines[at]?.indexOf(name) ?? 0) + 1
      const found = originalPositionFor(new TraceMap(map()), { line: at + 1, column })
      expect(found).toMatchObject({ line, column: 4 })
    }
  })

  test('is empty where there is no statement', () => {
    expect(sqlProgram('-- nothing\n;').code.trim()).toBe('')
  })

  test.each(['1x', 'class', 'a b', '$spcs', '', 'a;b'])('refuses the variable %j', (name) => {
    expect(() => sqlProgram('SELECT 1', name)).toThrow(
      expect.objectContaining({ code: 'VARIABLE_INVALID' }),
    )
  })
})
