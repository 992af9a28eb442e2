import type { PointerEvent, ReactElement } from 'react'
import { Icon } from '../icons.tsx'
import { findDropPlace, indexOfDrop, scrollSpeed, type CellPlace } from './drop-place.ts'
import { useOpenNotebook } from './notebook-context.ts'
import type { OpenNotebook } from './open-notebook.ts'

/** For the mouse alone: the keyboard moves cells with Alt and the arrows. */
export function DragHandle(props: { readonly cellId: string }): ReactElement {
  const notebook = useOpenNotebook()
  return (
    <span
      className="drag-handle"
      title="Drag to move; Alt ↑ and Alt ↓ do the same"
      aria-hidden="true"
      onPointerDown={(event) => {
        if (event.button === 0) startDrag(notebook, props.cellId, event)
      }}
    >
      <Icon name="grip" size={14} />
    </span>
  )
}

/** Follows the pointer until it is let go: a line shows where the cells would go. Escape gives up. */
function startDrag(notebook: OpenNotebook, cellId: string, event: PointerEvent<HTMLElement>): void {
  const handle = event.currentTarget
  const list = handle.closest<HTMLElement>('.cells')
  const scroller = handle.closest<HTMLElement>('.notebook-main')
  if (list === null || scroller === null) return
  event.preventDefault()
  if (!notebook.selection.some(({ id }) => id === cellId)) notebook.select(cellId, 'command')
  const moved = notebook.selection.map(({ id }) => id)
  const line = document.createElement('div')
  line.className = 'drop-line'
  list.append(line)
  list.dataset['dragging'] = 'true'
  handle.setPointerCapture(event.pointerId)

  let y = event.clientY
  let before: string | null = null
  let frame = 0
  const follow = (): void => {
    const bounds = scroller.getBoundingClientRect()
    scroller.scrollTop += scrollSpeed(y, bounds.top, bounds.bottom)
    const origin = list.getBoundingClientRect().top
    const place = findDropPlace(placesIn(list, origin), y - origin)
    before = place.before
    line.style.top = `${place.top}px`
    frame = requestAnimationFrame(follow)
  }
  const onMove = (moving: globalThis.PointerEvent): void => {
    y = moving.clientY
  }
  const end = (): void => {
    cancelAnimationFrame(frame)
    line.remove()
    delete list.dataset['dragging']
    handle.removeEventListener('pointermove', onMove)
    handle.removeEventListener('pointerup', drop)
    handle.removeEventListener('pointercancel', end)
    removeEventListener('keydown', onKeyDown, { capture: true })
  }
  const drop = (): void => {
    // The line may not have been drawn yet at where it is let go.
    const origin = list.getBoundingClientRect().top
    before = findDropPlace(placesIn(list, origin), y - origin).before
    end()
    const ids = notebook.cells.map(({ id }) => id)
    const index = indexOfDrop(ids, moved, before)
    if (ids.indexOf(moved[0] ?? '') !== index) {
      notebook.perform({ type: 'move-cells', cellIds: moved, index })
    }
  }
  const onKeyDown = (key: globalThis.KeyboardEvent): void => {
    if (key.key !== 'Escape') return
    key.preventDefault()
    key.stopPropagation()
    end()
  }
  handle.addEventListener('pointermove', onMove)
  handle.addEventListener('pointerup', drop)
  handle.addEventListener('pointercancel', end)
  addEventListener('keydown', onKeyDown, { capture: true })
  frame = requestAnimationFrame(follow)
}

function placesIn(list: HTMLElement, origin: number): readonly CellPlace[] {
  return [...list.querySelectorAll<HTMLElement>(':scope > .cell-place > .cell')].map((cell) => {
    const { top, bottom } = cell.getBoundingClientRect()
    return { id: cell.dataset['cell'] ?? '', top: top - origin, bottom: bottom - origin }
  })
}
