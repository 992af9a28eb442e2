import type { Cell, JsonObject, Output } from '../../src/notebook/notebook.ts'
import type { NewCell } from '../../src/notebook/operations.ts'

/** A cell on the clipboard. */
export type CopiedCell = Omit<NewCell, 'cellId'>

/** The clipboard's own type for cells; everybody else gets their text. */
export const CELLS_TYPE = 'application/x-spcs-cells+json'

/** A message of the socket holds no more: beyond it the outputs stay behind. */
const MOST_CHARACTERS = 4_000_000

/** Cells as they are copied: what they say and show, and nothing of where they come from. */
export function copyOf(
  cells: readonly Cell[],
  sourceOf: (cellId: string) => string,
): readonly CopiedCell[] {
  const copied = cells.map(({ id, kind, metadata, attachments, language, magic, outputs }) => ({
    kind,
    source: sourceOf(id),
    metadata,
    ...(attachments === undefined ? {} : { attachments }),
    ...(language === undefined ? {} : { language }),
    ...(magic === undefined ? {} : { magic }),
    outputs: outputs.map(untrusted),
  }))
  const isSmall = JSON.stringify(copied).length <= MOST_CHARACTERS
  return isSmall ? copied : copied.map((cell) => ({ ...cell, outputs: [] }))
}

/** A display id means something in its own notebook alone, and trust nothing anywhere else. */
function untrusted(output: Output): Output {
  if (output.type === 'result') return { ...output, count: null, trusted: false }
  if (output.type !== 'display') return output
  const { type, data, metadata } = output
  return { type, data, metadata, trusted: false }
}

export function printCells(cells: readonly CopiedCell[]): { json: string; text: string } {
  return {
    json: JSON.stringify({ spcsCells: 1, cells }),
    text: cells.map(({ source }) => source).join('\n\n'),
  }
}

/** Cells that another page has copied; null for anything else. Nobody vouches for them: none of it is trusted. */
export function parseCells(json: string): readonly CopiedCell[] | null {
  try {
    const { spcsCells, cells } = JSON.parse(json) as { spcsCells?: unknown; cells?: unknown }
    if (spcsCells !== 1 || !Array.isArray(cells) || cells.length === 0) return null
    const parsed = cells.map(parseCell)
    return parsed.includes(null) ? null : parsed.filter((cell) => cell !== null)
  } catch {
    return null
  }
}

const KINDS: readonly unknown[] = ['typescript', 'sql', 'markdown', 'raw']

function parseCell(value: unknown): CopiedCell | null {
  if (!isObject(value)) return null
  const { kind, source, metadata, attachments, language, magic, outputs } = value
  if (!KINDS.includes(kind) || typeof source !== 'string') return null
  return {
    kind: kind as CopiedCell['kind'],
    source,
    metadata: isObject(metadata) ? (metadata as JsonObject) : {},
    ...(isObject(attachments) ? { attachments: attachments as JsonObject } : {}),
    ...(typeof language === 'string' ? { language } : {}),
    ...(typeof magic === 'string' ? { magic } : {}),
    outputs: Array.isArray(outputs) ? outputs.filter(isOutput).map(untrusted) : [],
  }
}

/** The server looks at every field; here only what it would not take at all is left out. */
function isOutput(value: unknown): value is Output {
  if (!isObject(value)) return false
  switch (value['type']) {
    case 'stream':
      return typeof value['text'] === 'string' && typeof value['omitted'] === 'number'
    case 'display':
    case 'result':
      return isObject(value['data']) && isObject(value['metadata'])
    case 'error':
      return Array.isArray(value['traceback'])
    default:
      return false
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
