import type { OpenNotebook } from './open-notebook.ts'

/** What of a notebook is in the page now: found by what was put there, never by names that content could take. */
interface Mounted {
  readonly cells: Map<string, HTMLElement>
  list: HTMLElement | null
}

const notebooks = new WeakMap<OpenNotebook, Mounted>()

function mountedOf(notebook: OpenNotebook): Mounted {
  const known = notebooks.get(notebook)
  if (known !== undefined) return known
  const mounted: Mounted = { cells: new Map(), list: null }
  notebooks.set(notebook, mounted)
  return mounted
}

/** This element is the cell from now on, until the function given back is called. */
export function registerCell(
  notebook: OpenNotebook,
  cellId: string,
  element: HTMLElement,
): () => void {
  const { cells } = mountedOf(notebook)
  cells.set(cellId, element)
  return () => {
    if (cells.get(cellId) === element) cells.delete(cellId)
  }
}

export function registerList(notebook: OpenNotebook, element: HTMLElement | null): void {
  mountedOf(notebook).list = element
}

/** A cell's element while it is in the page whole. */
export function elementOf(notebook: OpenNotebook, cellId: string): HTMLElement | undefined {
  return mountedOf(notebook).cells.get(cellId)
}

/** The element that all cells stand in. */
export function listOf(notebook: OpenNotebook): HTMLElement | null {
  return mountedOf(notebook).list
}
