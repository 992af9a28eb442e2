import { Facet, type EditorState } from '@codemirror/state'
import type { CellKind } from '../../src/notebook/notebook.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { languageClient, type LanguageClient, type Place } from './language-client.ts'

/** The cell that an editor shows. */
export interface CellPlace {
  readonly notebook: OpenNotebook
  readonly cellId: string
  readonly kind: CellKind
}

export const cellPlace = Facet.define<CellPlace, CellPlace | undefined>({
  combine: ([place]) => place,
})

/** Whether the language server knows the cell: in SQL it knows what stands in `${…}`. */
export function hasLanguage(state: EditorState): boolean {
  const kind = state.facet(cellPlace)?.kind
  return kind === 'typescript' || kind === 'sql'
}

/** Whom to ask about an offset in an editor, and with which words; undefined where nobody knows. */
export function placeAt(
  state: EditorState,
  offset: number,
): { readonly client: LanguageClient; readonly place: Place } | undefined {
  const cell = state.facet(cellPlace)
  if (cell === undefined || !hasLanguage(state)) return undefined
  const place = { cellId: cell.cellId, source: state.doc.toString(), offset }
  return { client: languageClient(cell.notebook), place }
}

/** The name at an offset; undefined where there is none. */
export function nameAt(
  state: EditorState,
  offset: number,
): { readonly from: number; readonly to: number; readonly text: string } | undefined {
  const line = state.doc.lineAt(offset)
  for (const { index, 0: text } of line.text.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) {
    const from = line.from + index
    const to = from + text.length
    if (from <= offset && offset <= to) return { from, to, text }
  }
  return undefined
}
