import { useMemo, useState, type KeyboardEvent, type ReactElement } from 'react'
import type { Cell } from '../../src/notebook/notebook.ts'
import { staleCells } from '../../src/notebook/stale-cells.ts'
import { IconButton } from '../icons.tsx'
import { useNotebook, useOpenNotebook } from '../notebook/notebook-context.ts'
import { revealCell } from '../notebook/reveal-cell.ts'
import { outlineOf, sectionOf, type OutlineEntry } from '../notebook/sections.ts'

/** The notebook's headings, and its cells' first lines if wanted: each leads to its place. */
export function OutlinePanel(): ReactElement | null {
  const isShown = useNotebook((view) => view.isOutlineShown)
  return isShown ? <Outline /> : null
}

function Outline(): ReactElement {
  const notebook = useOpenNotebook()
  const [withCode, setWithCode] = useState(false)
  const state = useNotebook((view) => view.state)
  const selectedId = useNotebook((view) => view.selectedId)
  const cells = state?.notebook.cells
  const entries = useMemo(() => outlineOf(cells ?? [], withCode), [cells, withCode])
  const selectedAt = cells?.findIndex(({ id }) => id === selectedId) ?? -1
  const isListed = entries.some(({ cellId }) => cellId === selectedId)
  const current = isListed ? selectedId : sectionOf(cells ?? [], selectedAt)?.id
  const byId = useMemo(() => new Map(cells?.map((cell) => [cell.id, cell])), [cells])

  const jump = ({ cellId, index }: OutlineEntry): void =>
    revealCell(
      notebook,
      cellId,
      (section) =>
        section.querySelectorAll('.prose :is(h1, h2, h3, h4, h5, h6)').item(Math.max(0, index)),
      // Who jumps is there: the keys go on from the cell.
      (section) => section.focus({ preventScroll: true }),
    )
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const buttons = [...event.currentTarget.querySelectorAll('button')]
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    if (event.key === 'ArrowDown') buttons[at + 1]?.focus()
    else if (event.key === 'ArrowUp') buttons[at - 1]?.focus()
    else return
    event.preventDefault()
  }
  return (
    <nav className="outline" aria-label="Outline">
      <div className="outline-head">
        <h2>Outline</h2>
        <label>
          <input
            type="checkbox"
            checked={withCode}
            onChange={(event) => setWithCode(event.target.checked)}
          />
          Cells
        </label>
        <IconButton
          icon="close"
          label="Close the outline"
          onClick={() => notebook.store.setState({ isOutlineShown: false })}
        />
      </div>
      {entries.length === 0 && <p className="empty-note">Headings of Markdown cells stand here.</p>}
      <ol onKeyDown={onKeyDown}>
        {entries.map((entry) => {
          const cell = byId.get(entry.cellId)
          const status = cell === undefined || state === null ? '' : statusOf(cell, state)
          return (
            <li key={`${entry.cellId}:${entry.index}`}>
              <button
                type="button"
                data-level={Math.min(6, entry.level)}
                data-code={entry.index < 0}
                aria-current={entry.cellId === current ? 'true' : undefined}
                onClick={() => jump(entry)}
              >
                <span className="outline-text">{entry.text === '' ? 'Untitled' : entry.text}</span>
                {entry.index < 0 && status !== '' && (
                  <span className="outline-status" data-status={status}>
                    {status}
                  </span>
                )}
              </button>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

function statusOf(cell: Cell, state: Parameters<typeof staleCells>[0]): string {
  const { run } = cell
  if (run.status === 'running' || run.status === 'queued') return run.status
  if (staleCells(state).has(cell.id)) return 'stale'
  if (run.status === 'ended' && run.how !== 'ok') return run.how === 'error' ? 'failed' : run.how
  return ''
}
