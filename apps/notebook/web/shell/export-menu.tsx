import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react'
import { exportAddress, fileAddress } from '../connection/server-api.ts'
import { Icon } from '../icons.tsx'

/** Downloads of the open notebook, a link each: what the browser does with them is the reader's choice. */
export function ExportMenu(props: { readonly path: string }): ReactElement {
  const { path } = props
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const menuId = useId()
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.ipynb$/, '')
  const entries = [
    { words: 'TypeScript', name: `${name}.ts`, address: exportAddress(path, 'ts') },
    { words: 'Markdown', name: `${name}.md`, address: exportAddress(path, 'md') },
    { words: 'HTML', name: `${name}.html`, address: exportAddress(path, 'html') },
    { words: 'Notebook', name: `${name}.ipynb`, address: fileAddress(path) },
  ]

  useEffect(() => {
    if (!isOpen) return
    itemsOf(box.current)[0]?.focus()
    const onDown = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    addEventListener('pointerdown', onDown)
    return () => removeEventListener('pointerdown', onDown)
  }, [isOpen])

  const close = (): void => {
    setOpen(false)
    button.current?.focus()
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    // The cells have keys of their own: those of the menu are not for them.
    event.stopPropagation()
    if (!isOpen) {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      setOpen(true)
      return
    }
    if (event.key === 'Tab') return setOpen(false)
    if (event.key === 'Escape') return close()
    const items = itemsOf(box.current)
    const at = items.indexOf(document.activeElement as HTMLElement)
    const next = nextItem(event.key, at, items.length)
    if (next === undefined) return
    event.preventDefault()
    items[next]?.focus()
  }

  return (
    <div ref={box} className="export-menu" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={menuId}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="download" size={14} />
        Export
      </button>
      <div id={menuId} className="menu" role="menu" aria-label="Export as" hidden={!isOpen}>
        {entries.map(({ words, name: file, address }) => (
          <a
            key={words}
            role="menuitem"
            tabIndex={-1}
            href={address}
            download={file}
            onClick={close}
            onKeyDown={(event) => {
              // As every menu item, though it is a link.
              if (event.key !== ' ') return
              event.preventDefault()
              event.currentTarget.click()
            }}
          >
            {words}
            <span className="menu-note">{file.slice(file.lastIndexOf('.'))}</span>
          </a>
        ))}
      </div>
    </div>
  )
}

function itemsOf(box: HTMLElement | null): readonly HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
}

function nextItem(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowUp':
      return (at - 1 + count) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
