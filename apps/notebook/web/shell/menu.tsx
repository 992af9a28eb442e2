import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react'
import { IconButton, type IconName } from '../icons.tsx'

export interface MenuItem {
  readonly label: string
  readonly keys?: string | undefined
  readonly isDisabled?: boolean
  readonly onSelect: () => void
}

/** A button and the menu it opens: arrow keys, Home, End, Escape, and the focus back on the button. */
export function Menu(props: {
  readonly icon: IconName
  readonly label: string
  readonly items: readonly MenuItem[]
}): ReactElement {
  const { icon, label, items } = props
  const [isOpen, setOpen] = useState(false)
  const element = useRef<HTMLDivElement>(null)
  const id = useId()

  useEffect(() => {
    if (!isOpen) return
    focusItem(element.current, 0)
    element.current?.querySelector('[role=menu]')?.scrollIntoView({ block: 'nearest' })
    const onPointerDown = (event: PointerEvent): void => {
      if (!element.current?.contains(event.target as Node)) setOpen(false)
    }
    addEventListener('pointerdown', onPointerDown)
    return () => removeEventListener('pointerdown', onPointerDown)
  }, [isOpen])

  const close = (): void => {
    setOpen(false)
    element.current?.querySelector('button')?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = itemsOf(element.current)
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    if (event.key === 'ArrowDown') focusItem(element.current, at + 1)
    else if (event.key === 'ArrowUp') focusItem(element.current, at - 1)
    else if (event.key === 'Home') focusItem(element.current, 0)
    else if (event.key === 'End') focusItem(element.current, -1)
    else if (event.key === 'Escape' || event.key === 'Tab') close()
    else return
    event.preventDefault()
  }
  return (
    <div className="menu-place" ref={element} onKeyDown={isOpen ? onKeyDown : undefined}>
      <IconButton
        icon={icon}
        label={label}
        menu={{ isOpen, id }}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <div className="command-menu" role="menu" id={id} aria-label={label}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              disabled={item.isDisabled}
              onClick={() => {
                close()
                item.onSelect()
              }}
            >
              <span>{item.label}</span>
              {item.keys !== undefined && <kbd>{item.keys}</kbd>}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

function itemsOf(element: HTMLElement | null): readonly HTMLButtonElement[] {
  return [...(element?.querySelectorAll<HTMLButtonElement>('[role=menuitem]:enabled') ?? [])]
}

function focusItem(element: HTMLElement | null, at: number): void {
  const items = itemsOf(element)
  items[(at + items.length) % items.length]?.focus()
}
