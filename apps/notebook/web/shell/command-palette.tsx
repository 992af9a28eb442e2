import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from 'react'
import { runCommand } from '../notebook/cell-commands.ts'
import { COMMANDS, printKeys, type Command } from '../notebook/commands.ts'
import { useNotebook, useOpenNotebook } from '../notebook/notebook-context.ts'
import { Dialog } from './dialog.tsx'
import { findCommands } from './find-commands.ts'

/** Every command, found by typing. */
export function CommandPalette(props: {
  readonly onClose: () => void
  readonly onRestart: () => void
}): ReactElement {
  const { onClose, onRestart } = props
  const notebook = useOpenNotebook()
  const canRun = useNotebook((view) => view.canRun)
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const id = useId()
  const found = useMemo(
    () =>
      findCommands(
        COMMANDS.filter(({ name, runs }) => name !== 'palette' && (canRun || runs !== true)),
        typed,
      ),
    [typed, canRun],
  )
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' })
  }, [chosen, found])

  const run = ({ name }: Command): void => {
    onClose()
    // The dialog gives the focus back first: the command may move it.
    requestAnimationFrame(() => {
      if (name === 'restart') onRestart()
      else runCommand(notebook, notebook.store.getState().selectedId, name)
    })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const command = found[chosen]
    if (event.key === 'ArrowDown') setChosen(Math.min(found.length - 1, chosen + 1))
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, chosen - 1))
    else if (event.key === 'Enter' && command !== undefined) run(command)
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="All commands" onClose={onClose}>
      <div className="palette">
        <input
          data-first
          role="combobox"
          aria-label="Command"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={found[chosen] === undefined ? undefined : `${id}-${chosen}`}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder="Type what to do"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setChosen(0)
          }}
          onKeyDown={onKeyDown}
        />
        <ul ref={list} id={id} role="listbox" aria-label="Commands">
          {found.map((command, index) => (
            // The field keeps the focus: its keys choose here.
            <li
              key={command.name}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onClick={() => run(command)}
              onPointerMove={() => setChosen(index)}
            >
              <span>{command.title}</span>
              {command.keys?.[0] !== undefined && <kbd>{printKeys(command.keys[0])}</kbd>}
            </li>
          ))}
        </ul>
        <p className="for-readers" role="status">
          {found.length} commands
        </p>
        {found.length === 0 && <p className="empty-note">No command says that.</p>}
      </div>
    </Dialog>
  )
}
