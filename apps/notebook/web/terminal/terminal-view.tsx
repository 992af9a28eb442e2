import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal, type ITheme } from '@xterm/xterm'
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet
import '@xterm/xterm/css/xterm.css'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { openSocket } from '../connection/socket.ts'
import { IconButton } from '../icons.tsx'
import { safeUrl } from '../safe-url.ts'
import { keepQuiet } from './keep-quiet.ts'
import { TerminalSocket } from './terminal-socket.ts'

const LIGHT: ITheme = {
  background: '#ffffff',
  foreground: '#1b222b',
  cursor: '#0a62a6',
  cursorAccent: '#ffffff',
  selectionBackground: '#bcdcf5',
  black: '#1b222b',
  red: '#b3261e',
  green: '#1c6b3c',
  yellow: '#7d5700',
  blue: '#0a5fa5',
  magenta: '#8a2f86',
  cyan: '#066a72',
  white: '#6a7683',
  brightBlack: '#566270',
  brightRed: '#c8372d',
  brightGreen: '#237f48',
  brightYellow: '#8f6500',
  brightBlue: '#1271bf',
  brightMagenta: '#a03a9b',
  brightCyan: '#0a7b85',
  brightWhite: '#39434f',
}

const DARK: ITheme = {
  background: '#14181d',
  foreground: '#e2e7ed',
  cursor: '#7fc1f5',
  cursorAccent: '#14181d',
  selectionBackground: '#29465f',
  black: '#39434f',
  red: '#f28b82',
  green: '#83cf9c',
  yellow: '#e3bf6b',
  blue: '#7fb8f0',
  magenta: '#d79ad3',
  cyan: '#71c9d1',
  white: '#c5cdd6',
  brightBlack: '#8793a0',
  brightRed: '#ffaba4',
  brightGreen: '#a3e3b8',
  brightYellow: '#f2d68f',
  brightBlue: '#a5d0fa',
  brightMagenta: '#e8b9e5',
  brightCyan: '#97dfe6',
  brightWhite: '#ffffff',
}

const dark = matchMedia('(prefers-color-scheme: dark)')

/** A terminal of the server: the screen is kept there, and shown again after any cut. */
export default function TerminalView(props: {
  readonly address: string
  readonly label: string
  /** Asks the reader before an address from the terminal is opened. */
  readonly onLink: (address: string) => void
}): ReactElement {
  const { address, label, onLink } = props
  const host = useRef<HTMLDivElement>(null)
  const search = useRef<SearchAddon>(null)
  const terminalRef = useRef<Terminal>(null)
  const askLink = useRef(onLink)
  const [isSearching, setSearching] = useState(false)
  const [status, setStatus] = useState<string | null>('Connecting…')

  useEffect(() => {
    askLink.current = onLink
  }, [onLink])

  useEffect(() => {
    const element = host.current
    if (element === null) return
    const open = (uri: string): void => {
      const safe = safeUrl(uri)
      if (safe !== undefined && !safe.startsWith('mailto:')) askLink.current(safe)
    }
    const terminal = new Terminal({
      fontFamily: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
      fontSize: 13,
      lineHeight: 1.25,
      scrollback: 5_000,
      cursorBlink: true,
      screenReaderMode: false,
      theme: dark.matches ? DARK : LIGHT,
      // OSC 8 names any address for any text: it goes through the same question.
      linkHandler: { activate: (_event, uri) => open(uri), allowNonHttpProtocols: false },
    })
    const fit = new FitAddon()
    const find = new SearchAddon()
    terminal.loadAddon(fit)
    terminal.loadAddon(find)
    terminal.loadAddon(new WebLinksAddon((_event, uri) => open(uri)))
    keepQuiet(terminal.parser)
    terminal.open(element)
    search.current = find
    terminalRef.current = terminal

    // Behind another tab it has no size, and its program must not be told so.
    const fitToPage = (): void => {
      if (element.clientWidth > 0 && element.clientHeight > 0) fit.fit()
    }
    const socket = new TerminalSocket({
      open: (events) => openSocket(address, events),
      onAttached: (columns, rows) => {
        terminal.reset()
        terminal.resize(columns, rows)
        // The screen comes in this size; once it is drawn, the page's own size takes over.
        terminal.write('', fitToPage)
      },
      onBytes: (bytes, taken) => terminal.write(bytes, taken),
      onStatus: (next, reason) =>
        setStatus(
          next === 'open' ? null : next === 'ended' ? (reason ?? 'Ended') : 'Reconnecting…',
        ),
    })
    const encoder = new TextEncoder()
    terminal.onData((text) => socket.write(encoder.encode(text)))
    terminal.onBinary((text) => socket.write(Uint8Array.from(text, (c) => c.charCodeAt(0))))
    terminal.onResize(({ cols, rows }) => socket.resize(cols, rows))
    terminal.attachCustomKeyEventHandler((event) => {
      // Tab is the program's, which completes by it: without this no key leads out of the terminal.
      if (event.key === 'Tab' && event.shiftKey) return false
      if (event.type !== 'keydown' || !(event.ctrlKey || event.metaKey)) return true
      if (event.key === 'f') {
        event.preventDefault()
        setSearching(true)
        return false
      }
      if (event.key === 'c' && terminal.hasSelection()) {
        event.preventDefault()
        void navigator.clipboard
          .writeText(terminal.getSelection())
          .then(() => terminal.clearSelection())
        return false
      }
      // The browser pastes, and xterm.js hears of it.
      return event.key !== 'v'
    })
    fitToPage()
    socket.resize(terminal.cols, terminal.rows)
    socket.connect()
    const observer = new ResizeObserver(fitToPage)
    observer.observe(element)
    const onScheme = (): void => {
      terminal.options.theme = dark.matches ? DARK : LIGHT
    }
    dark.addEventListener('change', onScheme)
    terminal.focus()
    return () => {
      dark.removeEventListener('change', onScheme)
      observer.disconnect()
      socket.close()
      terminal.dispose()
    }
  }, [address])

  return (
    <div className="terminal-pane">
      {isSearching && (
        <TerminalSearch
          onFind={(text, isBackwards) =>
            isBackwards ? search.current?.findPrevious(text) : search.current?.findNext(text)
          }
          onClose={() => {
            setSearching(false)
            search.current?.clearDecorations()
            terminalRef.current?.focus()
          }}
        />
      )}
      {status !== null && (
        <p className="terminal-status" role="status">
          {status}
        </p>
      )}
      <div ref={host} className="terminal-host" role="group" aria-label={label} />
    </div>
  )
}

function TerminalSearch(props: {
  readonly onFind: (text: string, isBackwards: boolean) => void
  readonly onClose: () => void
}): ReactElement {
  const [text, setText] = useState('')
  return (
    <form
      className="terminal-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        props.onFind(text, true)
      }}
    >
      <input
        // It was asked for with Ctrl-F
        autoFocus
        aria-label="Search in the terminal"
        placeholder="Search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') props.onClose()
          if (event.key === 'Enter' && event.shiftKey) {
            event.preventDefault()
            props.onFind(text, false)
          }
        }}
      />
      <IconButton
        icon="up"
        label="Previous match"
        keys="Enter"
        onClick={() => props.onFind(text, true)}
      />
      <IconButton
        icon="down"
        label="Next match"
        keys="Shift+Enter"
        onClick={() => props.onFind(text, false)}
      />
      <IconButton icon="close" label="Close the search" keys="Esc" onClick={props.onClose} />
    </form>
  )
}
