import { LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import type { TransformedCell } from './transform-cell.ts'

/** A place in a cell's own text, both from 1. */
export interface Position {
  readonly cell: string
  readonly line: number
  readonly column: number
  readonly source: string
}

interface Known {
  readonly cell: string
  readonly source: string
  readonly transformed: TransformedCell
  maps?: readonly TraceMap[]
}

const MAX_EXECUTIONS = 1000
// Frames of this kernel's own code and of what evaluates cells.
const INTERNAL =
  /node:internal|node:inspector|node:worker_threads|Session\.post|Worker\.emit|MessagePort\.|Object\.\$spcs/

/** Turns positions of generated code, `cell:NAME#NUMBER:line:column`, into those that people wrote. */
export class SourcePositions {
  readonly #known = new Map<number, Known>()
  readonly #ownFolder: string

  constructor(ownFolder: string) {
    this.#ownFolder = ownFolder
  }

  remember(number: number, cell: string, source: string, transformed: TransformedCell): void {
    this.#known.set(number, { cell, source, transformed })
    const [oldest] = this.#known.keys()
    if (this.#known.size > MAX_EXECUTIONS && oldest !== undefined) this.#known.delete(oldest)
  }

  /** Any text with such positions in it, such as a stack that a cell has printed. */
  mapText(text: string): string {
    if (!text.includes('cell:')) return text
    const shown = text
      .split('\n')
      .filter((line) => !this.isInternal(line))
      .join('\n')
    return shown.replace(
      POSITION,
      (all, name: string, number: string, line: string, column: string) => {
        const position = this.find(Number(number), Number(line), Number(column))
        const known = this.#known.get(Number(number))
        if (position === undefined) return known === undefined ? all : `cell:${known.cell}`
        return `cell:${position.cell}:${position.line}:${position.column}`
      },
    )
  }

  /** The first position in a stack. */
  first(stack: string): Position | undefined {
    for (const [, , number, line, column] of stack.matchAll(POSITION)) {
      const position = this.find(Number(number), Number(line), Number(column))
      if (position !== undefined) return position
    }
    return undefined
  }

  /** A place in the text of an execution's cell. */
  at(number: number, offset: number): Position | undefined {
    const known = this.#known.get(number)
    return known && positionAt(offset, known.cell, known.source)
  }

  isInternal(line: string): boolean {
    if (!/^\s+at /.test(line)) return false
    return INTERNAL.test(line) || line.includes(this.#ownFolder)
  }

  find(number: number, line: number, column: number): Position | undefined {
    const known = this.#known.get(number)
    if (known === undefined) return undefined
    known.maps ??= mapsOf(known.transformed)
    let at = { line, column: column - 1 }
    for (const map of known.maps) {
      let found = originalPositionFor(map, at)
      if (found.line === null) found = originalPositionFor(map, { ...at, bias: LEAST_UPPER_BOUND })
      if (found.line === null) return undefined
      at = { line: found.line, column: found.column }
    }
    const shift = at.line === 1 ? known.transformed.firstLineShift : 0
    const { cell, source } = known
    return { cell, source, line: at.line, column: Math.max(1, at.column + 1 - shift) }
  }
}

export function positionAt(offset: number, cell: string, source: string): Position {
  const before = source.slice(0, offset).split('\n')
  return { cell, source, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

const POSITION = /cell:([^\s#()]+)#(\d+):(\d+):(\d+)/g

function mapsOf({ editMap, languageMap, sqlMap }: TransformedCell): readonly TraceMap[] {
  const maps = [editMap(), languageMap, sqlMap?.()]
  return maps.filter((map) => map !== undefined).map((map) => new TraceMap(map))
}
