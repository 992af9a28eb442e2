import { describe, expect, test } from 'vitest'
import { CellLines, printCellFile } from './cell-file.ts'
import { readShape } from './cell-shape.ts'
import { Scope } from './scope.ts'
import { keepExpressions } from './sql-cell-file.ts'

function print(source: string, others: Record<string, string> = {}): string[] {
  const shapes = Object.entries({ ...others, this: source }).map(([id, text]) => ({
    id,
    ...readShape(text),
  }))
  const shape = readShape(source)
  return printCellFile('this', source, shape, new Scope(shapes), 'used').split('\n')
}

describe('printCellFile()', () => {
  test.each([
    ['const a = 1, { b, ...c } = d', 'export { a, b, c }'],
    ['function f() {} class C {} async function* g() {}', 'export { f, C, g }'],
    ['type T = 1; interface I {} enum E {} namespace N {}', 'export { T, I, E, N }'],
    ["import d, { e as f } from 'x'; import * as g from 'y'", 'export { d, f, g }'],
    ['export const a = 1; const b = 2; export { b as c }', 'export { b }'],
    ['export default function main() {}', 'export { main }'],
    ['declare global { interface X {} }', 'export {  }'],
    ['if (true) { var v = 1; let inner = 2 }', 'export { v }'],
    ['function f(): void\nfunction f() {}', 'export { f }'],
  ])('%s → %s', (source, exports) => {
    expect(print(source).at(-2)).toBe(exports)
  })

  test('imports what is used and not its own, each from its cell', () => {
    const others = { one: 'const a = 1, b = 2', two: 'const b = 3, own = 4, unused = 5' }
    expect(print('a; b; const own = a', others)[0]).toBe(
      "import { a } from './cell-one'; import { b } from './cell-two';",
    )
  })

  test('reads an object as one', () => {
    expect(print(' { a: 1, b: 2 };\n')).toEqual([
      '(',
      ' { a: 1, b: 2 } ',
      '',
      ')',
      'export {  }',
      '',
    ])
    expect(print('{ const a = 1 }')).toEqual(['', '{ const a = 1 }', 'export {  }', ''])
  })
})

describe('readShape()', () => {
  test('keeps what it knew while the text does not parse, and guesses', () => {
    const before = readShape('const kept = <number>1')
    expect(readShape('const kept = <number>\nconst fresh = (', before)).toMatchObject({
      names: ['kept', 'fresh'],
      extension: '.ts',
    })
  })
})

test('CellLines maps offsets to positions and back, whatever ends the lines', () => {
  const source = 'a🙂\r\nb\r\rc\n'
  const lines = new CellLines(source)
  for (let offset = 0; offset <= source.length; offset += 1) {
    // Within \r\n there is no place of its own.
    if (source[offset - 1] === '\r' && source[offset] === '\n') continue
    expect(lines.offset(lines.position(offset))).toBe(offset)
  }
  expect(lines.position(source.indexOf('c'))).toEqual({ line: 4, character: 0 })
  expect(lines.offset({ line: 0, character: 3 })).toBeUndefined()
  expect(lines.offset({ line: 9, character: 0 })).toBeUndefined()
})

test.each([
  ['SELECT ${a}, ${b}\nFROM t', '       ;(a)  ;(b)\n      '],
  ['x = ${{ a: "}" }.a}!', '    ;({ a: "}" }.a) '],
  ['x = ${open', '          '],
  ["'${a}' -- ${b}\n${c}", '              \n;(c)'],
  ['$$ ${a} $$ "${b}" /* ${c} */ ${d}', `${' '.repeat(29)};(d)`],
])('keepExpressions(%j)', (source, kept) => {
  expect(keepExpressions(source)).toBe(kept)
})
