import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Cell } from '../../src/notebook/notebook.ts'
import type { OpenNotebook } from './open-notebook.ts'
import type { NotebookView } from './shown-notebook.ts'

export const NotebookContext = createContext<OpenNotebook | null>(null)

export function useOpenNotebook(): OpenNotebook {
  const notebook = useContext(NotebookContext)
  if (notebook === null) throw new Error('No notebook around this part of the page')
  return notebook
}

/** One piece of the notebook's view; the component renders when this piece changes, and only then. */
export function useNotebook<Piece>(select: (view: NotebookView) => Piece): Piece {
  return useStore(useOpenNotebook().store, select)
}

export function useCell(cellId: string): Cell | undefined {
  return useNotebook(({ state }) => state && indexOf(state.notebook.cells).get(cellId)) ?? undefined
}

const indexes = new WeakMap<readonly Cell[], ReadonlyMap<string, Cell>>()

/** Made once for each list of cells, so that a thousand cells do not each search it. */
function indexOf(cells: readonly Cell[]): ReadonlyMap<string, Cell> {
  let index = indexes.get(cells)
  if (index === undefined) {
    index = new Map(cells.map((cell) => [cell.id, cell]))
    indexes.set(cells, index)
  }
  return index
}
