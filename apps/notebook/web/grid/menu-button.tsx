import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react'
import { Icon, type IconName } from '../icons.tsx'
import { type Anchor, Popover } from './popover.tsx'

export interface MenuItem {
  readonly label: string
  /** What it does; a link has an address instead. */
  readonly onSelect?: () => void
  readonly address?: string
}

/** A button with a menu of actions and downloads. */
export function MenuButton(props: {
  readonly label: string
  readonly icon: IconName
  readonly items: readonly MenuItem[]
}): ReactElement {
  const [anchor, setAnchor] = useState<Anchor | null>(null)
  // The press that closes the menu is followed by the click of its button.
  const wasOpen = useRef(false)
  const close = (): void => setAnchor(null)
  return (
    <>
      <button
        type="button"
        className="tool-button"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onPointerDown={() => (wasOpen.current = anchor !== null)}
        onClick={(event) => {
          setAnchor(wasOpen.current ? null : event.currentTarget.getBoundingClientRect())
          wasOpen.current = false
        }}
      >
        <Icon name={props.icon} size={14} />
        {props.label}
      </button>
      {anchor !== null && (
        <Popover anchor={anchor} className="menu" onClose={close}>
          <div role="menu" aria-label={props.label} onKeyDown={moveInMenu}>
            {props.items.map(({ label, onSelect, address }, at) =>
              address === undefined ? (
                <button
                  key={label}
                  type="button"
                  role="menuitem"
                  data-first={at === 0 ? true : undefined}
                  tabIndex={-1}
                  onClick={() => {
                    close()
                    onSelect?.()
                  }}
                >
                  {label}
                </button>
              ) : (
                <a
                  key={label}
                  role="menuitem"
                  data-first={at === 0 ? true : undefined}
                  tabIndex={-1}
                  href={address}
                  download
                  onClick={close}
                >
                  {label}
                </a>
              ),
            )}
          </div>
        </Popover>
      )}
    </>
  )
}

function moveInMenu(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')]
  const at = items.indexOf(event.target as HTMLElement)
  const next = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: items.length - 1,
  }[event.key]
  if (next === undefined) return
  event.preventDefault()
  items.at(next % items.length)?.focus()
}
