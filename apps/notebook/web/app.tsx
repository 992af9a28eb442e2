import { useCallback, useEffect, useState, type ReactElement } from 'react'
import { useStore } from 'zustand'
import type { Me } from '../src/protocol.ts'
import { ServerError, serverApi, socketAddress } from './connection/server-api.ts'
import { openSocket } from './connection/socket.ts'
import { FileBrowser } from './files/file-browser.tsx'
import { movePath } from './files/paths.ts'
import { IconButton } from './icons.tsx'
import { ContextBar } from './notebook/context-bar.tsx'
import { ConversionNote } from './notebook/conversion-note.tsx'
import { NotebookContext } from './notebook/notebook-context.ts'
import { NotebookCells } from './notebook/notebook-view.tsx'
import { newId, OpenNotebook } from './notebook/open-notebook.ts'
import { readRoute, showRoute } from './route.ts'
import { BottomPanel } from './shell/bottom-panel.tsx'
import { ConfirmDialog, type Question } from './shell/dialog.tsx'
import { NotebookDialogs } from './shell/notebook-dialogs.tsx'
import { OutlinePanel } from './shell/outline-panel.tsx'
import { SearchBar } from './shell/search-bar.tsx'
import { NotebookBar } from './shell/top-bar.tsx'

/** Beyond a short cut, ask whether the reader is still signed in. */
const SIGNED_OUT_MS = 4_000
const NARROW = '(max-width: 860px)'

export function App(): ReactElement {
  const [me, setMe] = useState<Me | null>(null)
  const [opened, setOpened] = useState(() => openedAt(readRoute(location.href)))
  const path = opened?.path ?? null
  const [areFilesShown, setFilesShown] = useState(path === null || !matchMedia(NARROW).matches)
  const [question, setQuestion] = useState<Question | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  useEffect(() => {
    serverApi
      .me()
      .then(setMe, (error: unknown) =>
        setProblem(error instanceof ServerError ? error.message : 'The server cannot be reached'),
      )
    const onPopState = (): void => setOpened(openedAt(readRoute(location.href)))
    addEventListener('popstate', onPopState)
    return () => removeEventListener('popstate', onPopState)
  }, [])

  const open = useCallback((next: string | null) => {
    showRoute(next)
    setOpened(openedAt(next))
    if (matchMedia(NARROW).matches) setFilesShown(false)
  }, [])

  /** The same notebook under another name: it stays open as it is. */
  const follow = useCallback((next: string) => {
    showRoute(next, true)
    setOpened((before) => before && { ...before, path: next })
  }, [])

  useEffect(() => {
    const name = path?.slice(path.lastIndexOf('/') + 1).replace(/\.ipynb$/, '')
    document.title = name === undefined ? 'Notebook' : `${name} · Notebook`
  }, [path])

  return (
    <div className={areFilesShown ? 'app with-files' : 'app'}>
      <a className="skip-link" href="#main">
        Skip to the notebook
      </a>
      <nav className="top-left" aria-label="Page">
        <IconButton
          icon="sidebar"
          label={areFilesShown ? 'Hide the files' : 'Show the files'}
          pressed={areFilesShown}
          onClick={() => setFilesShown(!areFilesShown)}
        />
        <span className="brand">spcs notebook</span>
      </nav>
      {areFilesShown && (
        <FileBrowser
          openPath={path}
          onOpen={open}
          onRenamed={(from, to) => {
            if (path !== null) follow(movePath(path, from, to))
          }}
          onRemoved={(gone) => {
            if (path === gone) open(null)
          }}
          onAsk={setQuestion}
          onProblem={setProblem}
        />
      )}
      {opened === null ? (
        <main id="main" className="welcome">
          <h1>Notebooks</h1>
          <p>
            TypeScript and SQL beside your data. Open a notebook from the files, or start a new one.
          </p>
          {me !== null && (
            <p className="welcome-note">
              Signed in as {me.user}
              {me.account === null ? '' : ` at ${me.account}`}. Version {me.version}.
            </p>
          )}
        </main>
      ) : (
        <NotebookPage
          key={opened.key}
          path={opened.path}
          me={me}
          onAsk={setQuestion}
          onProblem={setProblem}
          onRenamed={follow}
        />
      )}
      {problem !== null && <Notice text={problem} onClose={() => setProblem(null)} />}
      {question !== null && <ConfirmDialog question={question} onClose={() => setQuestion(null)} />}
    </div>
  )
}

function NotebookPage(props: {
  readonly path: string
  readonly me: Me | null
  readonly onAsk: (question: Question) => void
  readonly onProblem: (text: string) => void
  readonly onRenamed: (path: string) => void
}): ReactElement {
  const { path, me, onAsk, onProblem, onRenamed } = props
  // Once: a new name is the same notebook.
  const [notebook] = useState(() => openNotebook(path))
  const nameNow = useStore(notebook.store, (view) => view.state?.path ?? null)
  const notice = useStore(notebook.store, (view) => view.notice)
  const closed = useStore(notebook.store, (view) => view.closed)
  const owner = useStore(notebook.store, ({ state, user }) =>
    state === null || state.kernelOwner === null || state.kernelOwner === user
      ? null
      : state.kernelOwner,
  )

  useEffect(() => {
    notebook.connect()
    const retry = (): void => notebook.retryNow()
    const onLeave = (event: BeforeUnloadEvent): void => {
      if (!notebook.isSettled) event.preventDefault()
    }
    addEventListener('online', retry)
    addEventListener('visibilitychange', retry)
    addEventListener('beforeunload', onLeave)
    return () => {
      removeEventListener('online', retry)
      removeEventListener('visibilitychange', retry)
      removeEventListener('beforeunload', onLeave)
      notebook.close()
    }
  }, [notebook])

  useEffect(() => {
    if (nameNow !== null && nameNow !== path) onRenamed(nameNow)
    // Only when the server says another name
  }, [nameNow])

  // A server that was started anew knows no cookie of before: waiting would not help.
  const isCut = useStore(notebook.store, (view) => view.connection === 'reconnecting')
  const [signedOut, setSignedOut] = useState<string | null>(null)
  useEffect(() => {
    if (!isCut) return setSignedOut(null)
    const timer = setInterval(() => {
      serverApi.me().catch((error: unknown) => {
        if (error instanceof ServerError && error.code !== 'UNREACHABLE')
          setSignedOut(error.message)
      })
    }, SIGNED_OUT_MS)
    return () => clearInterval(timer)
  }, [isCut])

  const askRestart = useCallback(
    () =>
      onAsk({
        title: 'Restart the kernel?',
        text: 'All variables will be gone. The cells and their outputs stay.',
        verb: 'Restart',
        isDangerous: true,
        onYes: () => notebook.perform({ type: 'restart' }),
      }),
    [notebook, onAsk],
  )
  const askLink = useCallback(
    (address: string) =>
      onAsk({
        title: 'Open this address?',
        text: address,
        verb: 'Open',
        onYes: () => window.open(address, '_blank', 'noopener,noreferrer'),
      }),
    [onAsk],
  )

  return (
    <NotebookContext value={notebook}>
      <header className="top-bar">
        <NotebookBar path={path} onRestart={askRestart} />
      </header>
      <div className="notebook">
        <section aria-label="Session">
          <ContextBar account={me?.account ?? null} />
        </section>
        <div className="notebook-middle">
          <div className="notebook-place">
            <main id="main" className="notebook-main" tabIndex={-1}>
              {signedOut !== null && (
                <p className="banner" role="alert">
                  {signedOut}. Sign in in another tab: what you typed stays here and is sent then.
                </p>
              )}
              {owner !== null && (
                <p className="banner">
                  The kernel runs with the rights of {owner}. You can read and edit; only {owner}{' '}
                  can run.
                </p>
              )}
              <ConversionNote />
              {closed !== null ? (
                <div className="empty" role="alert">
                  <h2>
                    {nameNow === null
                      ? 'This notebook cannot be opened'
                      : 'This notebook is closed'}
                  </h2>
                  <p>{closed.message}</p>
                </div>
              ) : (
                <NotebookCells onRestart={askRestart} />
              )}
            </main>
            <SearchBar />
          </div>
          <OutlinePanel />
        </div>
        <BottomPanel
          path={path}
          canOpenShells={me?.shells ?? false}
          onLink={askLink}
          onProblem={onProblem}
        />
      </div>
      {notice !== null && <Notice text={notice} onClose={() => notebook.dismissNotice()} />}
      <NotebookDialogs onRestart={askRestart} />
    </NotebookContext>
  )
}

function Notice(props: { readonly text: string; readonly onClose: () => void }): ReactElement {
  return (
    <div className="notice" role="alert">
      <p>{props.text}</p>
      <IconButton icon="close" label="Put this message away" onClick={props.onClose} />
    </div>
  )
}

function openNotebook(path: string): OpenNotebook {
  const notebook: OpenNotebook = new OpenNotebook({
    clientId: newId(12),
    open: (events) => {
      // It may have been renamed since.
      const now = notebook.store.getState().state?.path ?? path
      return openSocket(socketAddress('/api/notebook-socket', { path: now }), events)
    },
  })
  return notebook
}

interface Opened {
  /** Another one is another notebook. */
  readonly key: string
  readonly path: string
}

function openedAt(path: string | null): Opened | null {
  return path === null ? null : { key: newId(6), path }
}
