import { ChangeSet, StateEffect, StateField, type Extension } from '@codemirror/state'
import { EditorView, showTooltip, type Tooltip } from '@codemirror/view'
import type { CellEdit } from '../../src/language/language.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { cellPlace, nameAt, placeAt } from './cell-place.ts'
import { changeSource } from './mounted-editors.ts'

const setField = StateEffect.define<Tooltip | null>()

const renameField = StateField.define<Tooltip | null>({
  create: () => null,
  update(field, transaction) {
    for (const effect of transaction.effects) if (effect.is(setField)) return effect.value
    return transaction.docChanged ? null : field
  },
  provide: (field) => showTooltip.from(field),
})

/** Shows the field for another name. */
export const renameName: Extension = renameField

/** Asks for another name, below the one that the cursor is on, and gives it to all cells. */
export function askForName(view: EditorView): boolean {
  const name = nameAt(view.state, view.state.selection.main.head)
  if (name === undefined || view.state.readOnly) return false
  if (placeAt(view.state, name.from) === undefined) return false
  const close = (): void => {
    view.dispatch({ effects: setField.of(null) })
    view.focus()
  }
  const dom = renameForm(name.text, {
    onRename: (newName) => {
      close()
      if (newName !== name.text) void rename(view, name, newName)
    },
    onCancel: close,
  })
  const tooltip: Tooltip = {
    pos: name.from,
    create: () => ({ dom, mount: () => dom.querySelector('input')?.select() }),
  }
  view.dispatch({ effects: setField.of(tooltip) })
  return true
}

function renameForm(
  name: string,
  on: { readonly onRename: (newName: string) => void; readonly onCancel: () => void },
): HTMLElement {
  const form = document.createElement('form')
  form.className = 'language-rename'
  const input = document.createElement('input')
  input.value = name
  input.spellcheck = false
  input.autocomplete = 'off'
  input.setAttribute('aria-label', `New name for ${name}`)
  const hint = document.createElement('span')
  hint.textContent = 'Enter renames in all cells, Esc leaves it'
  form.append(input, hint)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    on.onRename(input.value.trim())
  })
  form.addEventListener('keydown', (event) => {
    // The keys are for this field, not for the text or the cell.
    event.stopPropagation()
    if (event.key !== 'Escape') return
    event.preventDefault()
    on.onCancel()
  })
  return form
}

async function rename(
  view: EditorView,
  name: { readonly from: number; readonly text: string },
  newName: string,
): Promise<void> {
  const asked = placeAt(view.state, name.from)
  const notebook = view.state.facet(cellPlace)?.notebook
  if (asked === undefined || notebook === undefined) return
  try {
    const edits = await asked.client.rename(asked.place, newName)
    const said = applyEdits(notebook, edits, name.text)
    view.dispatch({ effects: EditorView.announce.of(said) })
  } catch (error) {
    asked.client.report(error)
  }
}

/** Changes all cells, or none when one of them is not any more what the edits are about. */
export function applyEdits(
  notebook: OpenNotebook,
  edits: readonly CellEdit[],
  oldName: string,
): string {
  const isSame = edits.every(
    ({ cellId, from, to }) => notebook.sourceOf(cellId).slice(from, to) === oldName,
  )
  if (!isSame) {
    const notice = `Cannot rename "${oldName}": the cells have changed meanwhile. Try again`
    notebook.store.setState({ notice })
    return notice
  }
  const cellIds = new Set(edits.map(({ cellId }) => cellId))
  for (const cellId of cellIds) {
    const changes = ChangeSet.of(
      edits
        .filter((edit) => edit.cellId === cellId)
        .map(({ from, to, text }) => ({ from, to, insert: text })),
      notebook.sourceOf(cellId).length,
    )
    changeSource(notebook, cellId, changes, 'rename')
  }
  return `Renamed in ${edits.length} places of ${cellIds.size} cells`
}
