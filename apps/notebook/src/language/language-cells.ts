import type { Cell, Output } from '../notebook/notebook.ts'
import { mostRowsInMemory } from '../results/most-rows-in-memory.ts'
import { RESULT_MIME, type ResultBundle } from '../results/result.ts'
import type { LanguageCell } from './language.ts'

/** The cells that TypeScript has something to say about. */
export function languageCells(cells: readonly Cell[]): LanguageCell[] {
  return cells.flatMap(({ id, kind, source, version, outputs }): LanguageCell[] => {
    switch (kind) {
      case 'typescript':
        return [{ id, kind, source, version }]
      case 'sql':
        return [{ id, kind, source, version, result: resultOf(outputs) }]
      case 'markdown':
      case 'raw':
        return []
    }
  })
}

/** The variable that a SQL cell has given its result to. */
function resultOf(outputs: readonly Output[]): LanguageCell['result'] {
  for (const output of outputs.toReversed()) {
    if (output.type !== 'display' && output.type !== 'result') continue
    const bundle = output.data[RESULT_MIME] as Partial<ResultBundle> | undefined
    const { variable, columns, rowCount } = bundle ?? {}
    // It may come with a file that somebody else has written.
    if (typeof variable !== 'string' || !Array.isArray(columns)) continue
    const isLarge = typeof rowCount === 'number' && rowCount > mostRowsInMemory(columns.length)
    return { variable, columns, isLarge }
  }
  return undefined
}
