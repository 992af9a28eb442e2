import { Fragment, type ReactElement } from 'react'
import { COMMANDS, GROUPS, printKeys } from '../notebook/commands.ts'
import { Dialog } from './dialog.tsx'

type Group = readonly [title: string, keys: readonly (readonly [key: string, what: string])[]]

const EVERYWHERE: readonly Group[] = [
  [
    'Anywhere in a cell',
    [
      ['Shift Enter', 'Run and go on to the next cell'],
      ['Ctrl Enter', 'Run and stay'],
      ['Alt Enter', 'Run and insert a cell below'],
      ['Ctrl S', 'Write the notebook to the volume now'],
      ['Ctrl F', 'Find and replace'],
      ['Ctrl Shift P', 'All commands'],
      ['Ctrl C, X, V', 'Copy, cut, paste cells, from other notebooks too'],
    ],
  ],
  [
    'In the editor',
    [
      ['Esc', 'Leave the editor; Tab then moves the focus again'],
      ['Ctrl Space', 'Complete'],
      ['Ctrl K Ctrl I', 'Type and documentation'],
      ['Ctrl Shift Space', 'Arguments of the call'],
      ['F8, Shift F8', 'Next, previous problem'],
      ['F12, Ctrl click', 'Go to the definition'],
      ['F2', 'Rename in all cells'],
      ['Ctrl F', 'Find in this cell'],
      ['Ctrl Z', 'Undo your own typing'],
      ['Ctrl /', 'Comment'],
    ],
  ],
]

/** What is done with keys alone comes from the table of commands. */
const COMMAND_KEYS: readonly Group[] = GROUPS.map((group) => [
  `${group}, on a cell`,
  COMMANDS.flatMap(({ group: of, title, keys = [] }) =>
    of === group && keys.length > 0 ? [[keys.map(printKeys).join(' or '), title] as const] : [],
  ),
])

export function ShortcutHelp(props: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title="Keyboard shortcuts" onClose={props.onClose} isWide>
      <div className="shortcuts" role="group" aria-label="Shortcuts" tabIndex={0} data-first>
        {[...EVERYWHERE, ...COMMAND_KEYS].map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <Fragment key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={props.onClose}>
          Close
        </button>
      </div>
    </Dialog>
  )
}
