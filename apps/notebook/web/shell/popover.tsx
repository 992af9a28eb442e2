import {
  useLayoutEffect,
  useRef,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react'

/** Where the edges are, in the window, of what a popover belongs to: asked again when the page scrolls. */
export type Anchor = () => Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>

const GAP = 4
const EDGE = 8

/**
 * A box beside its anchor and above the page, where nothing cuts it off. Escape and a press elsewhere close it; the
 * focus goes to what has `data-first` and comes back.
 */
export function Popover(props: {
  readonly role: 'dialog' | 'menu'
  readonly label: string
  readonly anchor: Anchor
  readonly className: string
  readonly id?: string
  readonly onClose: () => void
  readonly onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void
  readonly children: ReactNode
}): ReactElement {
  const { anchor, onClose } = props
  const element = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    const box = element.current
    if (box === null) return
    box.showPopover()
    box.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true })
    const place = (): void => {
      const edges = anchor()
      const hasLeft = edges.bottom === edges.top
      if (hasLeft) return
      const { width, height } = box.getBoundingClientRect()
      const below = edges.bottom + GAP
      const isBelow = below + height <= innerHeight - EDGE || edges.top < height
      box.style.left = `${Math.max(EDGE, Math.min(edges.left, innerWidth - width - EDGE))}px`
      box.style.top = `${Math.max(EDGE, isBelow ? Math.min(below, innerHeight - height - EDGE) : edges.top - height - GAP)}px`
    }
    place()
    const observer = new ResizeObserver(place)
    observer.observe(box)
    addEventListener('scroll', place, { capture: true, passive: true })
    addEventListener('resize', place)
    return () => {
      observer.disconnect()
      removeEventListener('scroll', place, { capture: true })
      removeEventListener('resize', place)
      // Before it leaves the page: only then does the browser give the focus back.
      box.hidePopover()
    }
  }, [anchor])

  return (
    <div
      ref={element}
      popover="auto"
      id={props.id}
      role={props.role}
      aria-label={props.label}
      className={`popover ${props.className}`}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose()
      }}
      // What is pressed in here is no business of what is around it.
      onKeyDown={(event) => {
        event.stopPropagation()
        props.onKeyDown?.(event)
      }}
      onPointerDown={(event) => event.stopPropagation()}
    >
      {props.children}
    </div>
  )
}
