import { Fragment, type ReactElement } from 'react'
import { EDITOR_TABLE, GRID_TABLE } from '../notebook/command-table.ts'
import { COMMANDS, GROUPS, printKeys } from '../notebook/commands.ts'
import { Dialog } from './dialog.tsx'

type Group = readonly [title: string, keys: readonly (readonly [key: string, what: string])[]]

function group(
  title: string,
  entries: readonly { readonly title: string; readonly keys: readonly string[] }[],
): Group {
  const lines = entries.filter(({ keys }) => keys.length > 0)
  return [
    title,
    lines.map(({ keys, title: what }) => [keys.map(printKeys).join(' or '), what] as const),
  ]
}

/** All of it is made from the tables of commands. */
const ALL: readonly Group[] = [
  group(
    'Everywhere',
    COMMANDS.filter(({ isAnywhere }) => isAnywhere).map(({ title, keys = [] }) => ({
      title,
      keys: keys.slice(0, 1),
    })),
  ),
  ...GROUPS.map((of) =>
    group(
      `${of}, on a cell`,
      COMMANDS.filter(({ group: its }) => its === of).map(({ title, keys = [], browserKey }) => ({
        title,
        keys: browserKey === undefined ? keys : [...keys, browserKey],
      })),
    ),
  ).filter(([, lines]) => lines.length > 0),
  group('In the editor', [
    ...COMMANDS.map(({ title, editorKeys = [] }) => ({ title, keys: editorKeys })),
    ...Object.values(EDITOR_TABLE),
  ]),
  group('In a table of rows', Object.values(GRID_TABLE)),
]

export function ShortcutHelp(props: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title="Keyboard shortcuts" onClose={props.onClose} isWide>
      <div className="shortcuts" role="group" aria-label="Shortcuts" tabIndex={0} data-first>
        {ALL.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <Fragment key={what}>
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
