import type { ReactElement } from 'react'
import { useShallow } from 'zustand/shallow'
import { staleCells } from '../../src/notebook/stale-cells.ts'
import { Icon, IconButton } from '../icons.tsx'
import { runCommand } from '../notebook/cell-commands.ts'
import { commandOf, printKeys } from '../notebook/commands.ts'
import { useNotebook, useOpenNotebook } from '../notebook/notebook-context.ts'
import { colourOf } from '../notebook/remote-cursors.ts'
import { printDuration } from '../notebook/run-time.ts'
import { printBytes, printCpu } from '../notebook/usage-words.ts'
import { useNow } from '../now.ts'
import { ExportMenu } from './export-menu.tsx'
import { connectionWords, initialsOf, kernelWords, savedWords } from './status-words.ts'

/** The open notebook's name, its kernel, its file, and who else is here. */
export function NotebookBar(props: {
  /** Where the notebook is, as the address says it: known before it is open. */
  readonly path: string
  readonly onRestart: () => void
}): ReactElement {
  const notebook = useOpenNotebook()
  const canRun = useNotebook((view) => view.canRun)
  const path = useNotebook(({ state }) => state?.path ?? props.path)
  const isMissing = useNotebook(({ state, closed }) => state === null && closed !== null)
  const isRunning = useNotebook(({ state }) => (state?.queue.length ?? 0) > 0)
  const kernel = useNotebook(({ state }) => state?.kernel.status ?? 'none')
  const hasKernel = kernel !== 'none' && kernel !== 'ended'
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.ipynb$/, '')
  return (
    <div className="notebook-bar">
      <h1 title={path}>{name}</h1>
      <div className="bar-group" role="toolbar" aria-label="Run">
        <button
          type="button"
          className="button primary"
          disabled={!canRun || isRunning}
          onClick={() => notebook.runAll()}
        >
          <Icon name="run-all" />
          Run all
        </button>
        <RunStale canRun={canRun} />
        <IconButton
          icon="stop"
          label="Interrupt the kernel"
          keys="i i"
          disabled={!canRun || !hasKernel}
          onClick={() => notebook.perform({ type: 'interrupt' })}
        />
        <IconButton
          icon="restart"
          label="Restart the kernel"
          keys="0 0"
          disabled={!canRun}
          onClick={props.onRestart}
        />
      </div>
      <KernelState />
      <RunningNow />
      <span className="bar-space" />
      <SavedState />
      <People />
      {isMissing ? null : <ExportMenu path={path} />}
      <div className="bar-group">
        {BAR_COMMANDS.map((command) => (
          <IconButton
            key={command.name}
            icon={command.icon}
            label={command.title}
            keys={printKeys(command.keys[0])}
            onClick={() => runCommand(notebook, null, command.name)}
          />
        ))}
      </div>
    </div>
  )
}

const BAR_COMMANDS = [
  commandOf('find'),
  commandOf('show-outline'),
  commandOf('palette'),
  commandOf('help'),
]

/** There as long as cells are out of date. */
function RunStale(props: { readonly canRun: boolean }): ReactElement | null {
  const notebook = useOpenNotebook()
  const count = useNotebook(({ state }) => (state === null ? 0 : staleCells(state).size))
  if (count === 0) return null
  return (
    <button
      type="button"
      className="button"
      title="Run what is out of date, and what takes names from it (Shift R)"
      disabled={!props.canRun}
      onClick={() => runCommand(notebook, null, 'run-stale')}
    >
      Run {count} stale
    </button>
  )
}

function KernelState(): ReactElement {
  const kernel = useNotebook(({ state }) => state?.kernel)
  const isRunning = useNotebook(({ state }) => (state?.queue.length ?? 0) > 0)
  const words = kernelWords(kernel ?? { status: 'none' }, isRunning)
  return (
    <span className={`state ${words.tone}`} role="status" title={kernel?.reason ?? 'The kernel'}>
      <span className="dot" aria-hidden="true" />
      {words.text}
    </span>
  )
}

/** Which cell runs, for how long, and what it takes; beside the kernel's state, which is read out. */
function RunningNow(): ReactElement | null {
  const running = useNotebook(
    useShallow(({ state }) => {
      const cells = state?.notebook.cells ?? []
      const index = cells.findIndex(({ run }) => run.status === 'running')
      const run = cells[index]?.run
      return { number: index + 1, startedAt: run?.status === 'running' ? run.startedAt : null }
    }),
  )
  const usage = useNotebook((view) => view.usage)
  const { number, startedAt } = running
  const now = useNow(startedAt !== null)
  if (startedAt === null) return null
  const since = printDuration(Math.max(0, now - Date.parse(startedAt)))
  const takes =
    usage === null ? '' : ` · ${printBytes(usage.residentBytes)} · CPU ${printCpu(usage)}`
  return (
    <span className="running-now">
      Cell {number} · {since}
      {takes}
    </span>
  )
}

function SavedState(): ReactElement | null {
  const saved = useNotebook(({ state }) => state?.saved)
  const connection = useNotebook((view) => view.connection)
  const now = useNow()
  const cut = connectionWords(connection)
  const words = cut ?? (saved && savedWords(saved, now))
  if (words === undefined) return null
  // Its age changes every second: only what went wrong is read out.
  return (
    <span className={`state ${words.tone}`} role={words.tone === 'bad' ? 'alert' : undefined}>
      {words.text}
    </span>
  )
}

function People(): ReactElement | null {
  const { clientId } = useOpenNotebook()
  const others = useNotebook(
    useShallow(({ state }) => state?.clients.filter((other) => other.clientId !== clientId) ?? []),
  )
  if (others.length === 0) return null
  return (
    <ul className="people" aria-label="Also here">
      {others.slice(0, 5).map((other) => (
        <li
          key={other.clientId}
          className={`person-${colourOf(other.clientId)}`}
          title={other.user}
        >
          <span aria-hidden="true">{initialsOf(other.user)}</span>
          <span className="for-readers">{other.user}</span>
        </li>
      ))}
      {others.length > 5 && <li>+{others.length - 5}</li>}
    </ul>
  )
}
