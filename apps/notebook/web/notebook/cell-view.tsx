import { memo, useLayoutEffect, useRef, type MouseEvent, type ReactElement } from 'react'
import { languageName } from '../../src/formats/language-name.ts'
import type { Cell } from '../../src/notebook/notebook.ts'
import { CellFoot } from './cell-foot.tsx'
import { CellGutter } from './cell-gutter.tsx'
import { CellOutputs } from './cell-outputs.tsx'
import { isSelected as isSelectedIn } from './cell-selection.ts'
import { CellSource } from './cell-source.tsx'
import { CellToolbar } from './cell-toolbar.tsx'
import { registerCell } from './mounted-cells.ts'
import { useCell, useNotebook, useOpenNotebook } from './notebook-context.ts'
import { isParameters } from './parameters.ts'
import { SectionFold } from './section-fold.tsx'

/** One cell. It listens to its own piece of the notebook: what happens in another cell does not render it. */
export const CellView = memo(function CellView(props: {
  readonly cellId: string
  readonly index: number
}): ReactElement | null {
  const { cellId, index } = props
  const notebook = useOpenNotebook()
  const cell = useCell(cellId)
  const hasKeyboard = useNotebook(({ selectedId }) => selectedId === cellId)
  const isSelected = useNotebook(
    (view) => view.state !== null && isSelectedIn(view.state.notebook.cells, view, cellId),
  )
  const isEditing = useNotebook(({ selectedId, mode }) => selectedId === cellId && mode === 'edit')
  const element = useRef<HTMLElement>(null)

  const isThere = cell !== undefined
  useLayoutEffect(
    () => (element.current === null ? undefined : registerCell(notebook, cellId, element.current)),
    [notebook, cellId, isThere],
  )

  // Keyboard moves bring the cell into view; its focus makes the keys go on from here.
  useLayoutEffect(() => {
    const section = element.current
    if (!hasKeyboard || isEditing || section === null) return
    const active = document.activeElement
    const isFree = active === null || active === document.body || active.closest('.cells') !== null
    if (isFree && !section.contains(active?.closest('input, select, iframe') ?? null)) {
      section.focus({ preventScroll: true })
      // Under the pointer nothing may move: the click that is coming would go elsewhere.
      if (!section.matches(':active')) section.scrollIntoView({ block: 'nearest' })
    }
  }, [hasKeyboard, isEditing])

  if (cell === undefined) return null
  const isCode = cell.kind === 'typescript' || cell.kind === 'sql'
  const onMouseDown = (event: MouseEvent): void => {
    const target = event.target as Element
    // A button that is clicked leaves the keys with the cell.
    if (target.closest('.gutter') !== null) event.preventDefault()
    if (target.closest('.drag-handle') !== null) return
    const isInside =
      target.closest('.cell-source, .cell-outputs, .cell-toolbar, button, select, input') !== null
    if (event.shiftKey && !isEditing && target.closest('.cell-outputs, button, select') === null) {
      event.preventDefault()
      notebook.selectTo(cellId)
    } else if (!isInside || !hasKeyboard) {
      notebook.select(cellId, 'command')
    }
  }
  return (
    <section
      ref={element}
      className="cell"
      data-cell={cellId}
      data-kind={cell.kind}
      data-state={isEditing ? 'edit' : isSelected ? 'selected' : 'rest'}
      data-run={runLook(cell)}
      aria-label={labelOf(cell, index, isSelected && !hasKeyboard)}
      aria-current={hasKeyboard ? 'true' : undefined}
      tabIndex={hasKeyboard ? 0 : -1}
      onMouseDown={onMouseDown}
      onFocus={(event) => {
        if (event.target === event.currentTarget && !isSelected) notebook.select(cellId, 'command')
      }}
    >
      <CellGutter cell={cell} isCode={isCode} />
      <div className="cell-body">
        {hasKeyboard && <CellToolbar cell={cell} index={index} />}
        {isParameters(cell) && <p className="cell-tag">Parameters</p>}
        <SectionFold cell={cell} />
        <CellSource cell={cell} isEditing={isEditing} />
        {isCode && <CellFoot cell={cell} />}
        {cell.language !== undefined && (
          <p className="cell-foot">{languageName(cell)}: kept as it is, not run here</p>
        )}
        {(isCode || cell.language !== undefined) && <CellOutputs cell={cell} />}
      </div>
    </section>
  )
})

export function labelOf(cell: Cell, index: number, isAlsoSelected: boolean): string {
  return `${languageName(cell)} cell ${index + 1}${isAlsoSelected ? ', selected' : ''}`
}

function runLook(cell: Cell): string {
  return cell.run.status === 'ended' ? cell.run.how : cell.run.status
}
