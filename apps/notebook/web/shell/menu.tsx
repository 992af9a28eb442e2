import { useCallback, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react'
import { flushSync } from 'react-dom'
import { Icon, type IconName } from '../icons.tsx'
import { createMenuKeys } from './menu-keys.ts'
import { Popover } from './popover.tsx'

export type MenuItem = {
  readonly label: string
  /** Keys that do the same, or the ending of a file. */
  readonly note?: string | undefined
  readonly isDisabled?: boolean
} & (
  | { readonly onSelect: () => void }
  /** A download is a link: what the browser does with it is the reader's choice. */
  | { readonly address: string; readonly fileName?: string }
)

/** A button with a menu of actions and downloads: arrows, Home, End, first letters, Escape. */
export function Menu(props: {
  readonly label: string
  readonly icon: IconName
  readonly look: 'button' | 'tool-button' | 'icon-button'
  readonly items: readonly MenuItem[]
}): ReactElement {
  const { label, icon, look, items } = props
  const [opened, setOpened] = useState<'first' | 'last' | null>(null)
  const [keys] = useState(createMenuKeys)
  const button = useRef<HTMLButtonElement>(null)
  // The press that closes the menu is followed by the click of its button.
  const wasOpen = useRef(false)
  const id = useId()
  const anchor = useCallback(() => button.current?.getBoundingClientRect() ?? new DOMRect(), [])
  const close = useCallback(() => setOpened(null), [])

  const onButtonKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    setOpened(event.key === 'ArrowDown' ? 'first' : 'last')
  }
  const onMenuKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    // The focus goes on from the button.
    if (event.key === 'Tab') return flushSync(close)
    const elements = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')]
    const at = elements.indexOf(event.target as HTMLElement)
    const labels = items.map((item) => item.label)
    const next = keys(event, at, labels, event.timeStamp)
    if (next === 'press') elements[at]?.click()
    else if (next !== undefined) elements[next]?.focus()
    if (next !== undefined) event.preventDefault()
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        className={look}
        aria-haspopup="menu"
        aria-expanded={opened !== null}
        aria-controls={opened === null ? undefined : id}
        aria-label={label}
        title={look === 'icon-button' ? label : undefined}
        onPointerDown={() => (wasOpen.current = opened !== null)}
        onKeyDown={onButtonKeyDown}
        onClick={() => {
          setOpened(wasOpen.current ? null : 'first')
          wasOpen.current = false
        }}
      >
        <Icon name={icon} {...(look === 'icon-button' ? {} : { size: 14 })} />
        {look !== 'icon-button' && <span className="button-text">{label}</span>}
      </button>
      {opened !== null && (
        <Popover
          role="menu"
          label={label}
          anchor={anchor}
          className="menu"
          id={id}
          onClose={close}
          onKeyDown={onMenuKeyDown}
        >
          {items.map((item, at) => (
            <Item
              key={item.label}
              item={item}
              isFirst={at === (opened === 'first' ? 0 : items.length - 1)}
              onClose={close}
            />
          ))}
        </Popover>
      )}
    </>
  )
}

function Item(props: {
  readonly item: MenuItem
  readonly isFirst: boolean
  readonly onClose: () => void
}): ReactElement {
  const { item, isFirst, onClose } = props
  const shared = {
    role: 'menuitem',
    tabIndex: -1,
    'data-first': isFirst ? true : undefined,
  } as const
  const words = (
    <>
      <span>{item.label}</span>
      {item.note !== undefined && <kbd>{item.note}</kbd>}
    </>
  )
  if ('address' in item) {
    return (
      <a {...shared} href={item.address} download={item.fileName ?? ''} onClick={onClose}>
        {words}
      </a>
    )
  }
  return (
    <button
      {...shared}
      type="button"
      aria-disabled={item.isDisabled === true ? true : undefined}
      onClick={() => {
        if (item.isDisabled === true) return
        // The focus is back before it acts: it may move it.
        flushSync(onClose)
        item.onSelect()
      }}
    >
      {words}
    </button>
  )
}
