import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state'
import { EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from '@codemirror/view'
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

/** Types and documentation under the mouse, and by keyboard where the cursor is. */
export const showHover: Extension = [
  tipField,
  hoverTooltip((view, offset) => tooltipAt(view.state, offset), { hideOnChange: true }),
  keymap.of([{ key: 'Mod-k Mod-i', run: showAtCursor, preventDefault: true }]),
]

/** Shows elements below a place until the reader goes on, and says them to those who listen. */
export function showTip(view: EditorView, offset: number, element: HTMLElement): void {
  view.dispatch({
    effects: [
      setTip.of(tooltip(offset, element)),
      EditorView.announce.of(element.textContent.trim()),
    ],
  })
}

/** Says whether there was something to be closed. */
export function closeTip(view: EditorView): boolean {
  if (view.state.field(tipField, false) === null) return false
  view.dispatch({ effects: setTip.of(null) })
  return true
}

function showAtCursor(view: EditorView): boolean {
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
  if (hover !== null) showTip(view, hover.from, markdownDom(hover.markdown))
  else view.dispatch({ effects: EditorView.announce.of('Nothing is known here') })
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
