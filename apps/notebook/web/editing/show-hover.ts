import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state'
import {
  closeHoverTooltips,
  EditorView,
  hasHoverTooltips,
  hoverTooltip,
  showTooltip,
  type Tooltip,
} from '@codemirror/view'
import { placeAt } from './cell-place.ts'
import { markdownDom } from './markdown-dom.ts'

const setTip = StateEffect.define<Tooltip | null>()

/** What was asked for by a key stands until the text or the cursor moves. */
const tipField = StateField.define<Tooltip | null>({
  create: () => null,
  update(tip, transaction) {
    for (const effect of transaction.effects) if (effect.is(setTip)) return effect.value
    return transaction.docChanged || transaction.selection !== undefined ? null : tip
  },
  provide: (field) => showTooltip.from(field),
})

/** Types and documentation under the mouse. */
export const showHover: Extension = [
  tipField,
  hoverTooltip((view, offset) => tooltipAt(view.state, offset), { hideOnChange: true }),
  EditorView.domEventHandlers({ blur: (_event, view) => void closeTips(view) }),
]

/** Closes what stands there, also of the mouse and of problems; says whether there was something. */
export function closeTips(view: EditorView): boolean {
  const isOpen = view.state.field(tipField, false) !== null || hasHoverTooltips(view.state)
  if (isOpen) view.dispatch({ effects: [setTip.of(null), closeHoverTooltips] })
  return isOpen
}

export function showTypeAtCursor(view: EditorView): boolean {
  const { head } = view.state.selection.main
  const asked = placeAt(view.state, head)
  if (asked === undefined) return false
  void showAt(view, head, asked)
  return true
}

async function showAt(
  view: EditorView,
  head: number,
  { client, place }: NonNullable<ReturnType<typeof placeAt>>,
): Promise<void> {
  const hover = await client.hover(place)
  if (view.state.selection.main.head !== head) return
  const dom = hover === null ? null : markdownDom(hover.markdown)
  view.dispatch({
    effects: [
      setTip.of(hover && dom && tooltip(hover.from, dom)),
      EditorView.announce.of(dom?.textContent.trim() ?? 'Nothing is known here'),
    ],
  })
}

async function tooltipAt(state: EditorState, offset: number): Promise<Tooltip | null> {
  const asked = placeAt(state, offset)
  const hover = await asked?.client.hover(asked.place)
  if (hover === undefined || hover === null) return null
  return { ...tooltip(hover.from, markdownDom(hover.markdown)), end: hover.to }
}

function tooltip(pos: number, dom: HTMLElement): Tooltip {
  return { pos, above: true, create: () => ({ dom }) }
}
