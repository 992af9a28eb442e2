import type { ReactElement } from 'react'
import type { Cell } from '../../src/notebook/notebook.ts'
import { Icon } from '../icons.tsx'
import { runCommand } from './cell-commands.ts'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'
import { headingsOf, hiddenCells, isSectionCollapsed } from './sections.ts'

/** Beside a heading: hides and shows the cells under it, and says how many are hidden. */
export function SectionFold(props: { readonly cell: Cell }): ReactElement | null {
  const { cell } = props
  const notebook = useOpenNotebook()
  const isCollapsed = isSectionCollapsed(cell)
  const count = useNotebook(({ state }) => {
    if (!isCollapsed || state === null) return 0
    return [...hiddenCells(state.notebook.cells).values()].filter((id) => id === cell.id).length
  })
  if (headingsOf(cell).length === 0) return null
  const hidden = `${count} hidden ${count === 1 ? 'cell' : 'cells'}`
  return (
    <button
      type="button"
      className="section-fold"
      aria-expanded={!isCollapsed}
      aria-label={isCollapsed ? `Show ${hidden}` : 'Hide the cells of this section'}
      title={isCollapsed ? 'Show the section (→)' : 'Hide the section (←)'}
      onClick={() =>
        runCommand(notebook, cell.id, isCollapsed ? 'expand-section' : 'collapse-section')
      }
    >
      <Icon name={isCollapsed ? 'fold-closed' : 'fold-open'} size={12} />
      {isCollapsed && <span>{hidden}</span>}
    </button>
  )
}
