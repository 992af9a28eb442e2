import { useRef, type ReactElement } from 'react'

const LEAST_HEIGHT = 120
const KEY_STEP = 56

/** The lower edge of a grid: dragged, or moved with the arrows, it makes room for more rows. */
export function HeightHandle(props: {
  readonly height: number
  readonly mostHeight: number
  readonly onHeight: (height: number) => void
}): ReactElement {
  const { height, mostHeight } = props
  const start = useRef<{ readonly y: number; readonly height: number } | null>(null)
  const set = (next: number): void =>
    props.onHeight(Math.round(Math.max(LEAST_HEIGHT, Math.min(mostHeight, next))))
  return (
    <div
      className="height-handle"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the table"
      aria-valuemin={LEAST_HEIGHT}
      aria-valuemax={mostHeight}
      aria-valuenow={height}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.closest<HTMLElement>('.cell')?.focus()
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
        event.preventDefault()
        set(height + (event.key === 'ArrowDown' ? KEY_STEP : -KEY_STEP))
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { y: event.clientY, height }
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.height + event.clientY - start.current.y)
      }}
      onLostPointerCapture={() => (start.current = null)}
    />
  )
}
