import type { Cell, Output } from '../../src/notebook/notebook.ts'
import type { SearchedText } from './find-matches.ts'

/** What is searched of a notebook: the sources, and what the outputs say where that is wanted. */
export function searchedTexts(
  cells: readonly Cell[],
  sourceOf: (cellId: string) => string,
  withOutputs: boolean,
): readonly SearchedText[] {
  return cells.flatMap(({ id: cellId, outputs }): SearchedText[] => {
    const source = { cellId, place: 'source' as const, text: sourceOf(cellId) }
    if (!withOutputs) return [source]
    const said = outputs.map((output) => ({
      cellId,
      place: 'output' as const,
      text: sayOf(output),
    }))
    return [source, ...said]
  })
}

// oxlint-disable-next-line no-control-regex -- an escape sequence begins with a control character
const COLOURS = /\u001b\[[\d;]*m/g

function sayOf(output: Output): string {
  switch (output.type) {
    case 'stream':
      return output.text.replaceAll(COLOURS, '')
    case 'error':
      return [`${output.name}: ${output.message}`, ...output.traceback]
        .join('\n')
        .replaceAll(COLOURS, '')
    case 'display':
    case 'result': {
      const text = output.data['text/plain'] ?? output.data['text/markdown'] ?? ''
      return typeof text === 'string' ? text : ''
    }
  }
}
