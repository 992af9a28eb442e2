import { useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react'

/** The edges of what a popover belongs to, in the window. */
export type Anchor = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>

const GAP = 4
const EDGE = 8

/** A box beside its anchor and above the page. Escape and a press elsewhere close it; the focus goes back. */
export function Popover(props: {
  readonly anchor: Anchor
  readonly className: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly label?: string
}): ReactElement {
  const { anchor, onClose } = props
  const element = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    const box = element.current
    if (box === null) return
    box.showPopover()
    box.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true })
    const place = (): void => {
      const { width, height } = box.getBoundingClientRect()
      const below = anchor.bottom + GAP
      const isBelow = below + height <= innerHeight - EDGE || anchor.top < height
      box.style.left = `${Math.max(EDGE, Math.min(anchor.left, innerWidth - width - EDGE))}px`
      box.style.top = `${Math.max(EDGE, isBelow ? Math.min(below, innerHeight - height - EDGE) : anchor.top - height - GAP)}px`
    }
    place()
    const observer = new ResizeObserver(place)
    observer.observe(box)
    return () => {
      observer.disconnect()
      // Before it leaves the page: only then does the browser give the focus back.
      box.hidePopover()
    }
  }, [anchor])

  return (
    <div
      ref={element}
      popover="auto"
      role={props.label === undefined ? undefined : 'dialog'}
      aria-label={props.label}
      className={`popover ${props.className}`}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose()
      }}
      // What is pressed in here is no business of the grid around it.
      onKeyDown={(event) => event.stopPropagation()}
      onPointerDown={(event) => event.stopPropagation()}
    >
      {props.children}
    </div>
  )
}
