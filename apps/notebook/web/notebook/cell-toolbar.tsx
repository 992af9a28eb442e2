import type { ReactElement } from 'react'
import type { Cell, CellKind } from '../../src/notebook/notebook.ts'
import { IconButton, type IconName } from '../icons.tsx'
import { Menu } from '../shell/menu.tsx'
import { runCommand } from './cell-commands.ts'
import type { CommandName } from './command-table.ts'
import { COMMANDS, commandOf, printKeys, type Command } from './commands.ts'
import { KIND_NAMES } from './languages.ts'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'
import { ResultName } from './result-name.tsx'

/** Over the selected cell: its language, what is done most, and a menu of the rest. */
export function CellToolbar(props: { readonly cell: Cell; readonly index: number }): ReactElement {
  const { cell, index } = props
  const notebook = useOpenNotebook()
  const count = useNotebook(({ state }) => state?.notebook.cells.length ?? 0)
  const canRun = useNotebook((view) => view.canRun)
  return (
    <div className="cell-toolbar" role="toolbar" aria-label="Cell">
      <select
        aria-label="Language of this cell"
        value={cell.kind}
        onChange={(event) => {
          const kind = event.target.value as CellKind
          notebook.perform({ type: 'set-cell-kind', cellId: cell.id, kind })
        }}
      >
        {Object.entries(KIND_NAMES).map(([kind, name]) => (
          <option key={kind} value={kind}>
            {name}
          </option>
        ))}
      </select>
      {cell.kind === 'sql' && <ResultName cell={cell} />}
      <CommandButton command="move-up" icon="up" cellId={cell.id} disabled={index === 0} />
      <CommandButton
        command="move-down"
        icon="down"
        cellId={cell.id}
        disabled={index === count - 1}
      />
      <CommandButton command="delete" icon="trash" cellId={cell.id} />
      <Menu
        icon="more"
        label="More for this cell"
        look="icon-button"
        items={COMMANDS.filter(({ isInMenu }) => isInMenu === true).map((command) => ({
          label: command.title,
          note: command.keys?.[0] === undefined ? undefined : printKeys(command.keys[0]),
          isDisabled: command.runs === true && !canRun,
          onSelect: () => {
            if (command.name !== 'restart') runCommand(notebook, cell.id, command.name)
          },
        }))}
      />
    </div>
  )
}

function CommandButton(props: {
  readonly command: Exclude<CommandName, 'restart'>
  readonly icon: IconName
  readonly cellId: string
  readonly disabled?: boolean
}): ReactElement {
  const notebook = useOpenNotebook()
  const { title, keys }: Command = commandOf(props.command)
  return (
    <IconButton
      icon={props.icon}
      label={title}
      {...(keys?.[0] === undefined ? {} : { keys: printKeys(keys[0]) })}
      disabled={props.disabled === true}
      onClick={() => runCommand(notebook, props.cellId, props.command)}
    />
  )
}
