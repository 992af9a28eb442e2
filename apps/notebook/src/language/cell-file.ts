import type { CellShape } from './cell-shape.ts'
import type { Scope } from './scope.ts'

/** Lines and characters in a file, from 0, in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}

/** Which names of other cells a cell's file imports: those that it may use, or all, for whoever is just writing. */
export type Imports = 'used' | 'all'

/**
 * A cell as a file of its own: the cell's lines stand below one line of imports, unchanged, so that positions differ by
 * one line and nothing else; its own names are exported below.
 */
export function printCellFile(
  cellId: string,
  source: string,
  shape: CellShape,
  scope: Scope,
  imports: Imports,
): string {
  const head = printImports(cellId, shape, scope, imports)
  const names = shape.names.filter((name) => !shape.exported.has(name))
  const exports = `${ENDS_IN_DOT.test(source) ? ';' : ''}export { ${names.join(', ')} }\n`
  if (!shape.isExpression) return `${head}\n${source}\n${exports}`
  // A semicolon at its end would stand within the brackets.
  const expression = source.replace(/[\s;]+$/, (end) => end.replaceAll(';', ' '))
  return `${head}(\n${expression}\n)\n${exports}`
}

/** Comments aside: `export` would be the name after the dot. */
const ENDS_IN_DOT = /\.(?:\s|\/\/[^\n]*(?:\n|$)|\/\*(?:(?!\*\/)[^])*\*\/)*$/

/** The name of a cell's file, without its extension: what other cells import. */
export function cellModule(cellId: string): string {
  return `cell-${cellId}`
}

function printImports(cellId: string, shape: CellShape, scope: Scope, imports: Imports): string {
  const byCell = new Map<string, string[]>()
  for (const name of imports === 'all' ? scope.names : shape.words) {
    if (!scope.has(name) || shape.names.includes(name)) continue
    const from = scope.declaringCell(name, cellId)
    if (from === undefined) continue
    const names = byCell.get(from)
    if (names === undefined) byCell.set(from, [name])
    else names.push(name)
  }
  return [...byCell]
    .map(([from, names]) => `import { ${names.join(', ')} } from './${cellModule(from)}';`)
    .join(' ')
}

/** Where lines begin in a cell's text, by which offsets and positions are told from each other. */
export class CellLines {
  readonly #starts: number[] = [0]
  readonly #length: number

  constructor(source: string) {
    this.#length = source.length
    for (const end of source.matchAll(/\r\n|\r|\n/g)) {
      this.#starts.push(end.index + end[0].length)
    }
  }

  /** The place of an offset in the cell's file. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#length))
    const line = this.#starts.findLastIndex((start) => start <= at)
    return { line: line + LINES_ABOVE, character: at - (this.#starts[line] ?? 0) }
  }

  /** The offset of a place in the cell's file; undefined above and below the cell's own lines. */
  offset({ line, character }: Position): number | undefined {
    const own = line - LINES_ABOVE
    const start = this.#starts[own]
    if (start === undefined) return undefined
    const end = this.#starts[own + 1] ?? this.#length
    return Math.min(start + character, end)
  }

  range({ start, end }: Range): { readonly from: number; readonly to: number } | undefined {
    const from = this.offset(start)
    if (from === undefined) return undefined
    return { from, to: this.offset(end) ?? this.#length }
  }
}

const LINES_ABOVE = 1
