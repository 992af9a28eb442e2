import { StateEffect, StateField, type Extension } from '@codemirror/state'
import { EditorView, showPanel, type Panel } from '@codemirror/view'
import type { Definition } from '../../src/language/language.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { cellPlace, placeAt } from './cell-place.ts'
import { colouredCode } from './markdown-dom.ts'
import { showSections } from '../notebook/reveal-cell.ts'
import { mountedEditors } from './mounted-editors.ts'

type FileDefinition = Extract<Definition, { kind: 'file' }>
type CellDefinition = Extract<Definition, { kind: 'cell' }>

const setPeek = StateEffect.define<FileDefinition | null>()

/** The piece of a file that is shown below the text. */
const peekField = StateField.define<FileDefinition | null>({
  create: () => null,
  update(peek, transaction) {
    for (const effect of transaction.effects) if (effect.is(setPeek)) return effect.value
    return peek
  },
  provide: (field) =>
    showPanel.from(field, (peek) => (peek === null ? null : (view) => peekPanel(view, peek))),
})

/** A click with Ctrl or ⌘ leads to where a name is declared. */
export const goToDefinition: Extension = [
  peekField,
  EditorView.domEventHandlers({
    mousedown: (event, view) => {
      if (event.button !== 0 || event.altKey || event.shiftKey) return false
      if (!event.ctrlKey && !event.metaKey) return false
      const offset = view.posAtCoords({ x: event.clientX, y: event.clientY })
      if (offset === null || !go(view, offset)) return false
      event.preventDefault()
      return true
    },
  }),
]

export function goToDefinitionAtCursor(view: EditorView): boolean {
  return go(view, view.state.selection.main.head)
}

/** Says whether there was something to be closed. */
export function closePeek(view: EditorView): boolean {
  if ((view.state.field(peekField, false) ?? null) === null) return false
  view.dispatch({ effects: setPeek.of(null) })
  view.focus()
  return true
}

function go(view: EditorView, offset: number): boolean {
  const asked = placeAt(view.state, offset)
  const notebook = view.state.facet(cellPlace)?.notebook
  if (asked === undefined || notebook === undefined) return false
  void asked.client.definition(asked.place).then(
    async (definitions) => await show(view, notebook, definitions),
    (error: unknown) => asked.client.report(error),
  )
  return true
}

async function show(
  view: EditorView,
  notebook: OpenNotebook,
  definitions: readonly Definition[],
): Promise<void> {
  const inCell = definitions.find((definition) => definition.kind === 'cell')
  const inFile = definitions.find((definition) => definition.kind === 'file')
  if (inCell !== undefined) await goToCell(notebook, inCell)
  else if (inFile !== undefined) view.dispatch({ effects: setPeek.of(inFile) })
  else view.dispatch({ effects: EditorView.announce.of('No definition found') })
}

/** Selects a name in another cell, whose editor may only come into being. */
async function goToCell(
  notebook: OpenNotebook,
  { cellId, from, to }: CellDefinition,
): Promise<void> {
  showSections(notebook, cellId)
  notebook.select(cellId, 'edit')
  const target = await mountedEditors(notebook).mounted(cellId)
  const { length } = target.state.doc
  target.focus()
  target.dispatch({
    selection: { anchor: Math.min(from, length), head: Math.min(to, length) },
    effects: EditorView.scrollIntoView(Math.min(from, length), { y: 'center' }),
  })
}

function peekPanel(view: EditorView, { path, line, text }: FileDefinition): Panel {
  const dom = document.createElement('section')
  dom.className = 'language-peek'
  dom.setAttribute('aria-label', `${path}, line ${line}, read only`)
  const head = document.createElement('header')
  const title = document.createElement('span')
  title.textContent = `${path}, line ${line}`
  const close = document.createElement('button')
  close.type = 'button'
  close.className = 'button quiet'
  close.textContent = 'Close'
  close.addEventListener('click', () => closePeek(view))
  head.append(title, close)
  const code = document.createElement('pre')
  code.tabIndex = 0
  code.append(...colouredCode(text))
  dom.append(head, code)
  dom.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    closePeek(view)
  })
  return { dom, mount: () => code.focus() }
}
