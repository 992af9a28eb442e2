import { StateEffect, StateField, type Extension } from '@codemirror/state'
import {
  EditorView,
  showTooltip,
  ViewPlugin,
  type Tooltip,
  type ViewUpdate,
} from '@codemirror/view'
import type { Signature } from '../../src/language/language.ts'
import { hasLanguage, placeAt } from './cell-place.ts'
import { markdownDom } from './markdown-dom.ts'

interface Shown {
  readonly signature: Signature
  readonly tooltip: Tooltip
}

const setSignature = StateEffect.define<Shown | null>()

const signatureField = StateField.define<Shown | null>({
  create: () => null,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(setSignature)) return effect.value
    return shown
  },
  provide: (field) => showTooltip.from(field, (shown) => shown?.tooltip ?? null),
})

/** Asked once the keys rest. */
const PAUSE_MS = 60

/** Says which arguments a call takes, from `(` on until the cursor leaves the brackets. */
class SignatureAsker {
  readonly #view: EditorView
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(view: EditorView) {
    this.#view = view
  }

  update(update: ViewUpdate): void {
    if (update.focusChanged && !update.view.hasFocus) return this.#askSoon()
    const isShown = update.state.field(signatureField) !== null
    if (isShown ? update.docChanged || update.selectionSet : beginsCall(update)) this.#askSoon()
  }

  destroy(): void {
    clearTimeout(this.#timer)
  }

  ask(): void {
    void this.#ask()
  }

  #askSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#ask(), PAUSE_MS)
  }

  async #ask(): Promise<void> {
    const view = this.#view
    const { state } = view
    const { head, empty } = state.selection.main
    const asked = view.hasFocus && empty ? placeAt(state, head) : undefined
    const signature = (await asked?.client.signature(asked.place)) ?? null
    // Typed on: the next answer counts.
    if (view.state.doc !== state.doc || view.state.selection.main.head !== head) return
    const before = view.state.field(signatureField)
    if (signature === null) {
      if (before !== null) view.dispatch({ effects: setSignature.of(null) })
      return
    }
    const tooltip: Tooltip = {
      pos: head,
      above: true,
      create: () => ({ dom: signatureDom(signature) }),
    }
    const label = parameterLabel(signature)
    const isNew = before === null || parameterLabel(before.signature) !== label
    view.dispatch({
      effects: [
        setSignature.of({ signature, tooltip }),
        ...(isNew && label !== '' ? [EditorView.announce.of(label)] : []),
      ],
    })
  }
}

const asker = ViewPlugin.fromClass(SignatureAsker)

export const showSignature: Extension = [signatureField, asker]

export function askForArguments(view: EditorView): boolean {
  if (!hasLanguage(view.state)) return false
  view.plugin(asker)?.ask()
  return true
}

/** Says whether there was something to be closed. */
export function closeSignature(view: EditorView): boolean {
  if ((view.state.field(signatureField, false) ?? null) === null) return false
  view.dispatch({ effects: setSignature.of(null) })
  return true
}

/** The reader has typed a bracket or a comma. */
function beginsCall({ docChanged, transactions, state }: ViewUpdate): boolean {
  if (!docChanged || !hasLanguage(state)) return false
  const { head } = state.selection.main
  return (
    transactions.some((transaction) => transaction.isUserEvent('input')) &&
    /[(,]\s?$/.test(state.sliceDoc(Math.max(0, head - 2), head))
  )
}

function parameterLabel({ signatures, activeSignature, activeParameter }: Signature): string {
  const signature = signatures[activeSignature]
  const parameter = signature?.parameters[activeParameter]
  return parameter === undefined ? '' : (signature?.label.slice(parameter.from, parameter.to) ?? '')
}

function signatureDom({ signatures, activeSignature, activeParameter }: Signature): HTMLElement {
  const element = document.createElement('div')
  element.className = 'language-signature'
  const signature = signatures[activeSignature]
  if (signature === undefined) return element
  const { label, parameters, documentation } = signature
  const { from, to } = parameters[activeParameter] ?? { from: 0, to: 0 }
  const code = document.createElement('code')
  const active = document.createElement('mark')
  active.textContent = label.slice(from, to)
  code.append(label.slice(0, from), ...(to > from ? [active] : []), label.slice(to))
  element.append(code)
  if (signatures.length > 1) {
    const count = document.createElement('span')
    count.className = 'language-count'
    count.textContent = `${activeSignature + 1} of ${signatures.length}`
    element.append(count)
  }
  if (documentation !== '') element.append(markdownDom(documentation))
  return element
}
