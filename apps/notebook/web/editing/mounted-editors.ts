import { isolateHistory, undoDepth } from '@codemirror/commands'
import type { EditorView } from '@codemirror/view'
import type { SourceChange } from '../../src/notebook/source-changes.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'

/** The editors that are there, by cell. What is done in another cell is done in its editor, where it has one. */
export class MountedEditors {
  readonly #views = new Map<string, EditorView>()
  readonly #waiting = new Map<string, ((view: EditorView) => void)[]>()

  /** Gives a function that ends it. */
  add(cellId: string, view: EditorView): () => void {
    this.#views.set(cellId, view)
    for (const tell of this.#waiting.get(cellId) ?? []) tell(view)
    this.#waiting.delete(cellId)
    return () => {
      if (this.#views.get(cellId) === view) this.#views.delete(cellId)
    }
  }

  get(cellId: string): EditorView | undefined {
    return this.#views.get(cellId)
  }

  /** The cell's editor, as soon as it is there. */
  async mounted(cellId: string): Promise<EditorView> {
    const view = this.#views.get(cellId)
    if (view !== undefined) return view
    return await new Promise((resolve) => {
      this.#waiting.set(cellId, [...(this.#waiting.get(cellId) ?? []), resolve])
    })
  }
}

const editors = new WeakMap<OpenNotebook, MountedEditors>()

export function mountedEditors(notebook: OpenNotebook): MountedEditors {
  let mounted = editors.get(notebook)
  if (mounted === undefined) {
    mounted = new MountedEditors()
    editors.set(notebook, mounted)
  }
  return mounted
}

/** Changes a cell's text as if the reader had typed it: where there is an editor, it is one step of its undo. */
export function changeSource(
  notebook: OpenNotebook,
  cellId: string,
  changes: SourceChange,
  userEvent: string,
): void {
  const view = mountedEditors(notebook).get(cellId)
  if (view === undefined) notebook.edit(cellId, changes)
  else view.dispatch({ changes, annotations: isolateHistory.of('full'), userEvent })
}

/** Whether the reader could undo something in a cell's editor. */
export function canUndo(notebook: OpenNotebook, cellId: string): boolean {
  const view = mountedEditors(notebook).get(cellId)
  return view !== undefined && undoDepth(view.state) > 0
}
