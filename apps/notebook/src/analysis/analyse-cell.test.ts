import { describe, expect, test } from 'vitest'
import { analyseCell } from './analyse-cell.ts'

const typescript = (source: string): ReturnType<typeof analyseCell> =>
  analyseCell({ kind: 'typescript', source, metadata: {} })

describe('analyseCell()', () => {
  test.each([
    ['const a = 1; let b = a; var c', ['a', 'b', 'c']],
    ['const { x, y: [z], ...rest } = value', ['x', 'z', 'rest']],
    ["import fs, { join as put } from 'node:fs'; import * as all from 'x'", ['fs', 'put', 'all']],
    ['function f() { var inner } class C {}', ['f', 'C']],
    ['if (true) { var hoisted = 1; let not = 2 }', ['hoisted']],
    ['enum Colour { Red } namespace Space { export const a = 1 }', ['Colour', 'Space']],
    ['interface I {} type T = string; declare const d: number', []],
    ['export const shown = 1', ['shown']],
    ['const twice = 1; const twice = 2', ['twice']],
    ['const broken = (', []],
  ])('%s declares %j', (source, names) => {
    expect(typescript(source).declares.filter((name) => name !== 'd')).toEqual(names)
  })

  test.each([
    ['df.filter(column)', ['df', 'column']],
    ['const a = b + a2; a', ['b', 'a2']],
    ['const df = df.filter(1)', ['df']],
    ['console.log(Math.max(...points))', ['points']],
    ['const f = (x, { y = deep }) => x + y + z', ['deep', 'z']],
    ['function f(a) { const b = a; return () => b + c } f(1)', ['c']],
    ['late(); function late() {}', []],
    ['for (const row of rows) { const t = row; t }', ['rows']],
    ['for (let i = 0; i < most; i++) i', ['most']],
    ['try { risky() } catch (error) { error }', ['risky']],
    ['object.property.other; object[key]', ['object', 'key']],
    ['({ name: value, short, [computed]: 1 })', ['value', 'short', 'computed']],
    [
      'class Mine extends Base { field = start; method(a) { return a + other } }',
      ['Base', 'start', 'other'],
    ],
    ['let x: Shape = make() as Other; function f(p: Type): Result {}', ['make']],
    ['value satisfies Shape; value!.x', ['value']],
    ['outer: while (go) { break outer }', ['go']],
    ['<Chart data={rows} className="x"><div /></Chart>', ['Chart', 'rows']],
    ['total += 1', ['total']],
    ['`${name} of ${count}`', ['name', 'count']],
    ['await session.table(name)', ['session', 'name']],
    ['switch (kind) { case 1: { const k = 2; k } }', ['kind']],
    ['<T>value', ['value']],
    ['{ a: one, b: two }', ['one', 'two']],
  ])('%s uses %j', (source, names) => {
    expect(typescript(source).uses).toEqual(names)
  })

  test('takes the names in ${…} of a SQL cell, and its result for declared', () => {
    const source =
      'SELECT * FROM t WHERE a = ${limits.max} AND b IN (${rows.map((r) => ({ r }.r))})'
    const cell = { kind: 'sql', source, metadata: { resultVariableName: 'weather' } } as const
    expect(analyseCell(cell)).toEqual({ declares: ['weather'], uses: ['limits', 'rows'] })
  })

  test('takes nothing that stands in a string or a comment of SQL', () => {
    const source = "SELECT '${no}' -- ${nor}\n, ${yes}"
    expect(analyseCell({ kind: 'sql', source, metadata: {} }).uses).toEqual(['yes'])
  })

  test('has nothing of a SQL cell with an open ${ or without a name', () => {
    const cell = { kind: 'sql', source: 'SELECT ${a', metadata: {} } as const
    expect(analyseCell(cell)).toEqual({ declares: [], uses: [] })
  })

  test('has nothing of text', () => {
    expect(analyseCell({ kind: 'markdown', source: 'const a = b', metadata: {} })).toEqual({
      declares: [],
      uses: [],
    })
  })
})
