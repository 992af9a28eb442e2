import {
  diagnosticCount,
  forEachDiagnostic,
  nextDiagnostic,
  previousDiagnostic,
  setDiagnostics,
  type Diagnostic as ShownDiagnostic,
} from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import type { Diagnostic } from '../../src/language/language.ts'
import type { CellDiagnostics } from '../notebook/shown-notebook.ts'
import { cellPlace, hasLanguage } from './cell-place.ts'

/**
 * Underlines what the language server finds wrong, and counts it in a corner of the editor. What is found is about a
 * version of the text: it waits until the editor shows that one.
 */
class DiagnosticsView {
  readonly #view: EditorView
  readonly #mark = document.createElement('button')
  readonly #stop: () => void
  #shown: CellDiagnostics | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(view: EditorView) {
    this.#view = view
    this.#mark.type = 'button'
    this.#mark.className = 'language-mark'
    this.#mark.hidden = true
    // Within the editor the focus stays in the text; F8 is for the keyboard.
    this.#mark.tabIndex = -1
    this.#mark.addEventListener('click', () => {
      view.focus()
      goToNextProblem(view)
    })
    view.dom.append(this.#mark)
    this.#stop =
      view.state.facet(cellPlace)?.notebook.store.subscribe(() => this.#lookSoon()) ?? noop
    this.#lookSoon()
  }

  update(update: ViewUpdate): void {
    if (update.startState.facet(cellPlace) !== update.state.facet(cellPlace)) this.#lookSoon()
    const count = diagnosticCount(update.state)
    if (count !== diagnosticCount(update.startState)) this.#count(count)
  }

  destroy(): void {
    this.#stop()
    clearTimeout(this.#timer)
    this.#mark.remove()
  }

  /** An editor may not be changed while it is just changing. */
  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#look()
    })
  }

  #look(): void {
    const { state } = this.#view
    const place = state.facet(cellPlace)
    if (place === undefined) return
    const found = hasLanguage(state)
      ? place.notebook.store.getState().diagnostics.get(place.cellId)
      : undefined
    if (found === this.#shown) return
    const diagnostics = found?.diagnostics ?? []
    const cell = place.notebook.cell(place.cellId)
    const isThisText = cell?.version === found?.version && cell?.source === state.doc.toString()
    if (diagnostics.length > 0 && !isThisText) return
    this.#shown = found
    this.#view.dispatch(setDiagnostics(state, diagnostics.map(shownDiagnostic)))
  }

  #count(count: number): void {
    const text = count === 1 ? '1 problem' : `${count} problems`
    this.#mark.hidden = count === 0
    this.#mark.textContent = text
    this.#mark.setAttribute('aria-label', `${text} in this cell. F8 goes to the next one`)
    if (!this.#view.hasFocus) return
    // Not within the update that brought it.
    queueMicrotask(() => {
      const said = count === 0 ? 'No problems' : text
      this.#view.dispatch({ effects: EditorView.announce.of(said) })
    })
  }
}

export const showDiagnostics: Extension = ViewPlugin.fromClass(DiagnosticsView)

export function goToNextProblem(view: EditorView): boolean {
  return nextDiagnostic(view) && sayDiagnostic(view)
}

export function goToPreviousProblem(view: EditorView): boolean {
  return previousDiagnostic(view) && sayDiagnostic(view)
}

/** The message of what is selected is shown already; it is said, too. */
function sayDiagnostic(view: EditorView): boolean {
  const { main } = view.state.selection
  const messages: string[] = []
  forEachDiagnostic(view.state, ({ message }, from, to) => {
    if (from === main.from && to === main.to) messages.push(message)
  })
  view.dispatch({ effects: EditorView.announce.of(messages.join('. ')) })
  return true
}

function shownDiagnostic({ from, to, severity, code, message }: Diagnostic): ShownDiagnostic {
  return { from, to, severity, message, source: `TS${code}` }
}

function noop(): void {
  // Without a notebook there is nothing to listen to.
}
