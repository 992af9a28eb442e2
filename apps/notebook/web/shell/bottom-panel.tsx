import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactElement } from 'react'
import { ServerError, serverApi, socketAddress } from '../connection/server-api.ts'
import { Icon, IconButton } from '../icons.tsx'
import { VariablesPanel } from '../notebook/variables-panel.tsx'

// xterm.js is a third of the page's code: only those who open a terminal load it.
const TerminalView = lazy(() => import('../terminal/terminal-view.tsx'))

type Tab = 'repl' | 'variables' | `shell:${string}`

const LEAST_HEIGHT = 120

/** Below the cells: the kernel's terminal, shells where the server allows them, and the variables. */
export function BottomPanel(props: {
  readonly path: string
  readonly canOpenShells: boolean
  readonly onLink: (address: string) => void
  readonly onProblem: (text: string) => void
}): ReactElement {
  const { path, canOpenShells, onLink, onProblem } = props
  const [tab, setTab] = useState<Tab | null>(null)
  const [shells, setShells] = useState<readonly string[]>([])
  const [height, setHeight] = useState(280)
  // A terminal that was looked at stays: coming back to it must not draw it anew.
  const [opened, setOpened] = useState<readonly Tab[]>([])

  const show = useCallback((next: Tab) => {
    setTab(next)
    setOpened((before) => (before.includes(next) ? before : [...before, next]))
  }, [])

  useEffect(() => {
    if (!canOpenShells) return
    serverApi.shells().then(
      (known) => setShells(known.map((shell) => shell.id)),
      () => setShells([]),
    )
  }, [canOpenShells])

  const openShell = async (): Promise<void> => {
    try {
      const { id } = await serverApi.openShell()
      setShells((before) => [...before, id])
      show(`shell:${id}`)
    } catch (error) {
      onProblem(error instanceof ServerError ? error.message : 'No shell could be opened')
    }
  }
  const closeShell = async (id: string): Promise<void> => {
    setShells((before) => before.filter((shell) => shell !== id))
    setOpened((before) => before.filter((known) => known !== `shell:${id}`))
    setTab((before) => (before === `shell:${id}` ? null : before))
    await serverApi.closeShell(id).catch(() => {})
  }

  const tabs: readonly (readonly [Tab, string])[] = [
    ['repl', 'Terminal'],
    ['variables', 'Variables'],
    ...shells.map((id, index): readonly [Tab, string] => [`shell:${id}`, `Shell ${index + 1}`]),
  ]
  return (
    <section
      className="bottom-panel"
      aria-label="Terminal and variables"
      style={tab === null ? undefined : { height }}
    >
      {tab !== null && <ResizeHandle height={height} onHeight={setHeight} />}
      <div className="panel-bar">
        <div role="tablist" aria-label="Panels">
          {tabs.map(([name, label]) => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={tab === name}
              className="tab"
              onClick={() => (tab === name ? setTab(null) : show(name))}
            >
              <Icon name={name === 'variables' ? 'variables' : 'terminal'} size={14} />
              {label}
            </button>
          ))}
        </div>
        {canOpenShells && (
          <IconButton icon="plus" label="Open a shell" onClick={() => void openShell()} />
        )}
        <span className="bar-space" />
        {tab?.startsWith('shell:') === true && (
          <button
            type="button"
            className="text-button"
            onClick={() => void closeShell(tab.slice('shell:'.length))}
          >
            End this shell
          </button>
        )}
        {tab !== null && (
          <IconButton icon="close" label="Close the panel" onClick={() => setTab(null)} />
        )}
      </div>
      {opened.map((name) => (
        <div key={name} className="panel-body" role="tabpanel" hidden={name !== tab}>
          {name === 'variables' ? (
            <VariablesPanel />
          ) : (
            <Suspense fallback={<p className="empty-note">Loading the terminal…</p>}>
              <TerminalView
                address={socketAddress(
                  '/api/terminal-socket',
                  name === 'repl' ? { notebook: path } : { shell: name.slice('shell:'.length) },
                )}
                label={name === 'repl' ? 'Terminal of the kernel' : 'Shell'}
                onLink={onLink}
              />
            </Suspense>
          )}
        </div>
      ))}
    </section>
  )
}

function ResizeHandle(props: {
  readonly height: number
  readonly onHeight: (height: number) => void
}): ReactElement {
  const start = useRef<{ readonly y: number; readonly height: number } | null>(null)
  const set = (height: number): void =>
    props.onHeight(Math.max(LEAST_HEIGHT, Math.min(innerHeight * 0.75, height)))
  return (
    <div
      className="resize-handle"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the panel"
      aria-valuenow={Math.round(props.height)}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === 'ArrowUp') set(props.height + 24)
        if (event.key === 'ArrowDown') set(props.height - 24)
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { y: event.clientY, height: props.height }
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.height + start.current.y - event.clientY)
      }}
      onPointerUp={() => {
        start.current = null
      }}
    />
  )
}
