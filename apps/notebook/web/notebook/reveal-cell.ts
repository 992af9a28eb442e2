import { elementOf } from './mounted-cells.ts'
import type { OpenNotebook } from './open-notebook.ts'
import { hiddenCells, withSectionCollapsed } from './sections.ts'

const MOST_FRAMES = 20

/**
 * Selects a cell and brings it into view, or a part of it: sections over it are shown, and a cell that was far away is
 * there some frames later.
 */
export function revealCell(
  notebook: OpenNotebook,
  cellId: string,
  findPart: (section: HTMLElement) => Element | null = () => null,
  onRevealed: (section: HTMLElement) => void = () => {},
): void {
  showSections(notebook, cellId)
  notebook.select(cellId, 'command')
  let frames = 0
  const look = (): void => {
    const section = elementOf(notebook, cellId)
    if (section === undefined) {
      if (++frames < MOST_FRAMES) requestAnimationFrame(look)
      return
    }
    const part = findPart(section)
    // A cell can be longer than the page: its beginning is what is looked for.
    if (part === null) section.scrollIntoView({ block: 'nearest' })
    else part.scrollIntoView({ block: 'start' })
    onRevealed(section)
  }
  requestAnimationFrame(look)
}

/** Unfolds the sections that hide a cell. */
export function showSections(notebook: OpenNotebook, cellId: string): void {
  const heading = hiddenCells(notebook.cells).get(cellId)
  const cell = heading === undefined ? undefined : notebook.cell(heading)
  if (cell === undefined) return
  const metadata = withSectionCollapsed(cell, false)
  notebook.perform({ type: 'set-cell-metadata', cellId: cell.id, metadata })
  // Another section may be collapsed within the one that was.
  if (hiddenCells(notebook.cells).get(cellId) !== heading) showSections(notebook, cellId)
}
