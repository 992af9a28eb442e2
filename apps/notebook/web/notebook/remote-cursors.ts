import { StateEffect, StateField, type Extension } from '@codemirror/state'
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view'

/** Where someone else is in this text. */
export interface RemoteCursor {
  readonly name: string
  /** 0 to 5: the colour that stands for them everywhere. */
  readonly colour: number
  readonly anchor: number
  readonly head: number
}

const setCursors = StateEffect.define<readonly RemoteCursor[]>()

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let next = shown.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (effect.is(setCursors)) next = draw(effect.value, transaction.state.doc.length)
    }
    return next
  },
  provide: (self) => EditorView.decorations.from(self),
})

/** Shows the carets and selections of others. */
export const remoteCursors: Extension = field

export function showRemoteCursors(view: EditorView, cursors: readonly RemoteCursor[]): void {
  view.dispatch({ effects: setCursors.of(cursors) })
}

/** The same person has the same colour in every cell and in the list of who is here. */
export function colourOf(clientId: string): number {
  let sum = 0
  for (const character of clientId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9_973
  return sum % 6
}

function draw(cursors: readonly RemoteCursor[], length: number): DecorationSet {
  const ranges = cursors.flatMap((cursor) => {
    const anchor = Math.min(cursor.anchor, length)
    const head = Math.min(cursor.head, length)
    const caret = Decoration.widget({ widget: new Caret(cursor), side: 1 }).range(head)
    if (anchor === head) return [caret]
    const selection = Decoration.mark({ class: `remote-selection person-${cursor.colour}` })
    return [selection.range(Math.min(anchor, head), Math.max(anchor, head)), caret]
  })
  return Decoration.set(ranges, true)
}

class Caret extends WidgetType {
  readonly #cursor: RemoteCursor

  constructor(cursor: RemoteCursor) {
    super()
    this.#cursor = cursor
  }

  override eq(other: Caret): boolean {
    return other.#cursor.name === this.#cursor.name && other.#cursor.colour === this.#cursor.colour
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement('span')
    caret.className = `remote-caret person-${this.#cursor.colour}`
    caret.setAttribute('aria-hidden', 'true')
    const name = document.createElement('span')
    name.textContent = this.#cursor.name
    caret.append(name)
    return caret
  }

  override ignoreEvent(): boolean {
    return true
  }
}
