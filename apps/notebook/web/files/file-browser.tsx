import { useCallback, useEffect, useRef, useState, type DragEvent, type ReactElement } from 'react'
import type { Conversion } from '../../src/formats/conversions.ts'
import { canBeImported } from '../../src/formats/imported-endings.ts'
import type { FileEntry } from '../../src/protocol.ts'
import { fileAddress, ServerError, serverApi } from '../connection/server-api.ts'
import { Icon, IconButton } from '../icons.tsx'
import type { Question } from '../shell/dialog.tsx'
import { ConversionList } from './conversion-list.tsx'
import { folderOf, isPathIn, joinPath, printSize, withExtension } from './paths.ts'

type Editing =
  | { readonly what: 'rename'; readonly path: string }
  | { readonly what: 'notebook' | 'folder' }

interface Imported {
  readonly from: string
  readonly path: string
  readonly conversions: readonly Conversion[]
}

const REFRESH_MS = 15_000

/** The notebooks' folder: what is on the volume. */
export function FileBrowser(props: {
  readonly openPath: string | null
  readonly onOpen: (path: string) => void
  readonly onRenamed: (from: string, to: string) => void
  readonly onRemoved: (path: string) => void
  readonly onAsk: (question: Question) => void
  readonly onProblem: (text: string) => void
}): ReactElement {
  const { openPath, onOpen, onAsk, onProblem } = props
  const [folder, setFolder] = useState(() => (openPath === null ? '' : folderOf(openPath)))
  const [entries, setEntries] = useState<readonly FileEntry[] | null>(null)
  const [editing, setEditing] = useState<Editing | null>(null)
  const [isDropping, setDropping] = useState(false)
  const [imported, setImported] = useState<Imported | null>(null)
  const chooser = useRef<HTMLInputElement>(null)

  const refresh = useCallback(async () => {
    try {
      setEntries(await serverApi.files(folder))
    } catch (error) {
      setEntries([])
      onProblem(messageOf(error))
    }
  }, [folder, onProblem])

  useEffect(() => setEntries(null), [folder])

  // Others change the folder too, and kernels start and end.
  useEffect(() => {
    void refresh()
    const timer = setInterval(() => {
      if (!document.hidden) void refresh()
    }, REFRESH_MS)
    const onLook = (): void => {
      if (!document.hidden) void refresh()
    }
    addEventListener('visibilitychange', onLook)
    addEventListener('focus', onLook)
    return () => {
      clearInterval(timer)
      removeEventListener('visibilitychange', onLook)
      removeEventListener('focus', onLook)
    }
  }, [refresh, openPath])

  const attempt = async (action: () => Promise<unknown>): Promise<boolean> => {
    try {
      await action()
      return true
    } catch (error) {
      onProblem(messageOf(error))
      return false
    } finally {
      void refresh()
    }
  }

  const upload = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      const path = joinPath(folder, file.name)
      try {
        // One after the other: a volume takes whole files.
        await serverApi.upload(path, file, false)
      } catch (error) {
        if (error instanceof ServerError && error.code === 'FILE_EXISTS') {
          onAsk({
            title: 'Replace the file?',
            text: `"${file.name}" is there already. What it holds will be gone.`,
            verb: 'Replace',
            isDangerous: true,
            onYes: () => void attempt(() => serverApi.upload(path, file, true)),
          })
        } else onProblem(messageOf(error))
      }
    }
    void refresh()
  }

  const createNotebook = async (name: string, isSample = false): Promise<void> => {
    const path = joinPath(folder, withExtension(name))
    setEditing(null)
    if (await attempt(() => serverApi.createNotebook(path, isSample))) onOpen(path)
  }

  const openSample = async (): Promise<void> => {
    const path = joinPath(folder, 'sample.ipynb')
    try {
      await serverApi.createNotebook(path, true)
    } catch (error) {
      if (!(error instanceof ServerError && /EXISTS/.test(error.code))) {
        return onProblem(messageOf(error))
      }
    }
    void refresh()
    onOpen(path)
  }

  const importNotebook = (entry: FileEntry): Promise<boolean> =>
    attempt(async () => {
      const made = await serverApi.importNotebook(entry.path)
      setImported({ ...made, from: entry.name })
      onOpen(made.path)
    })

  const rename = async (entry: FileEntry, name: string): Promise<void> => {
    setEditing(null)
    const to = joinPath(folder, name)
    if (name === '' || to === entry.path) return
    if (await attempt(() => serverApi.rename(entry.path, to))) props.onRenamed(entry.path, to)
  }

  const remove = (entry: FileEntry): void =>
    onAsk({
      title: entry.kind === 'folder' ? 'Delete the folder?' : 'Delete the file?',
      text: `"${entry.name}" will be gone from the volume.${entry.running ? ' Its kernel ends.' : ''}`,
      verb: 'Delete',
      isDangerous: true,
      onYes: () =>
        void attempt(async () => {
          await serverApi.remove(entry.path)
          props.onRemoved(entry.path)
        }),
    })

  const onDrop = (event: DragEvent): void => {
    event.preventDefault()
    setDropping(false)
    void upload([...event.dataTransfer.files])
  }

  const parts = folder === '' ? [] : folder.split('/')
  return (
    <nav
      className={isDropping ? 'files dropping' : 'files'}
      aria-label="Files"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false)
      }}
      onDrop={onDrop}
    >
      <div className="files-tools">
        <button type="button" className="button" onClick={() => setEditing({ what: 'notebook' })}>
          <Icon name="plus" size={14} />
          Notebook
        </button>
        <span className="bar-space" />
        <IconButton
          icon="folder"
          label="New folder"
          onClick={() => setEditing({ what: 'folder' })}
        />
        <IconButton icon="upload" label="Upload files" onClick={() => chooser.current?.click()} />
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={(event) => {
            void upload([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
      </div>
      {parts.length > 0 && (
        <ol className="crumbs" aria-label="Folder">
          <li>
            <button type="button" className="text-button" onClick={() => setFolder('')}>
              Home
            </button>
          </li>
          {parts.map((part, index) => (
            <li key={parts.slice(0, index + 1).join('/')}>
              <button
                type="button"
                className="text-button"
                aria-current={index === parts.length - 1 ? 'location' : undefined}
                onClick={() => setFolder(parts.slice(0, index + 1).join('/'))}
              >
                {part}
              </button>
            </li>
          ))}
        </ol>
      )}
      <ul className="file-list">
        {editing !== null && editing.what !== 'rename' && (
          <li>
            <NameField
              label={
                editing.what === 'folder' ? 'Name of the new folder' : 'Name of the new notebook'
              }
              initial={editing.what === 'folder' ? 'folder' : 'notebook'}
              onName={(name) => {
                if (editing.what === 'notebook') return void createNotebook(name)
                setEditing(null)
                void attempt(() => serverApi.createFolder(joinPath(folder, name)))
              }}
              onCancel={() => setEditing(null)}
            />
          </li>
        )}
        {entries?.map((entry) => (
          <li key={entry.path} data-open={isPathIn(openPath, entry.path)}>
            {editing?.what === 'rename' && editing.path === entry.path ? (
              <NameField
                label={`New name of ${entry.name}`}
                initial={entry.name}
                onName={(name) => void rename(entry, name)}
                onCancel={() => setEditing(null)}
              />
            ) : (
              <FileRow
                entry={entry}
                isOpen={entry.path === openPath}
                onOpen={() =>
                  entry.kind === 'folder' ? setFolder(entry.path) : onOpen(entry.path)
                }
                onImport={() => void importNotebook(entry)}
                onRename={() => setEditing({ what: 'rename', path: entry.path })}
                onRemove={() => remove(entry)}
              />
            )}
          </li>
        ))}
      </ul>
      {entries === null && <p className="empty-note">Reading the folder…</p>}
      {entries?.length === 0 && editing === null && (
        <div className="files-empty">
          <p>{folder === '' ? 'No notebooks yet.' : 'This folder is empty.'}</p>
          {folder === '' && (
            <button type="button" className="button primary" onClick={() => void openSample()}>
              Open the sample notebook
            </button>
          )}
        </div>
      )}
      {imported !== null && (
        <div className="files-note" role="status">
          <p>
            Made {imported.path} of {imported.from}, which stays as it is.
          </p>
          <ConversionList conversions={imported.conversions} />
        </div>
      )}
      <p className="files-foot">Drop files here to upload them.</p>
    </nav>
  )
}

function FileRow(props: {
  readonly entry: FileEntry
  readonly isOpen: boolean
  readonly onOpen: () => void
  readonly onImport: () => void
  readonly onRename: () => void
  readonly onRemove: () => void
}): ReactElement {
  const { entry } = props
  const label = (
    <>
      <Icon name={entry.kind} />
      <span className="file-name">{entry.name}</span>
      {entry.running && (
        <span className="dot" title="Its kernel runs" role="img" aria-label="running" />
      )}
    </>
  )
  const about = entry.kind === 'folder' ? entry.name : `${entry.name}, ${printSize(entry.size)}`
  return (
    <div className="file-row">
      {entry.kind === 'file' ? (
        <a className="file-open" href={fileAddress(entry.path)} download={entry.name} title={about}>
          {label}
        </a>
      ) : (
        <button
          type="button"
          className="file-open"
          aria-current={props.isOpen ? 'page' : undefined}
          title={about}
          onClick={props.onOpen}
        >
          {label}
        </button>
      )}
      <span className="file-tools">
        {entry.kind === 'file' && canBeImported(entry.name) && (
          <IconButton
            icon="notebook"
            label={`Make a notebook of ${entry.name}`}
            onClick={props.onImport}
          />
        )}
        {entry.kind !== 'folder' && (
          <a
            className="icon-button"
            href={fileAddress(entry.path)}
            download={entry.name}
            aria-label={`Download ${entry.name}`}
            title="Download"
          >
            <Icon name="download" />
          </a>
        )}
        <IconButton icon="rename" label={`Rename ${entry.name}`} onClick={props.onRename} />
        <IconButton icon="trash" label={`Delete ${entry.name}`} onClick={props.onRemove} />
      </span>
    </div>
  )
}

function NameField(props: {
  readonly label: string
  readonly initial: string
  readonly onName: (name: string) => void
  readonly onCancel: () => void
}): ReactElement {
  const [name, setName] = useState(props.initial)
  return (
    <form
      className="name-field"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() === '') props.onCancel()
        else props.onName(name.trim())
      }}
    >
      <input
        // It appears because a name was asked for
        autoFocus
        aria-label={props.label}
        value={name}
        spellCheck={false}
        autoComplete="off"
        onFocus={(event) => {
          const end = event.target.value.lastIndexOf('.')
          event.target.setSelectionRange(0, end > 0 ? end : event.target.value.length)
        }}
        onChange={(event) => setName(event.target.value)}
        onBlur={props.onCancel}
        onKeyDown={(event) => {
          if (event.key === 'Escape') props.onCancel()
        }}
      />
    </form>
  )
}

function messageOf(error: unknown): string {
  if (!(error instanceof ServerError)) return error instanceof Error ? error.message : String(error)
  return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`
}
