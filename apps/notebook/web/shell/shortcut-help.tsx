import { Fragment, type ReactElement } from 'react'
import { Dialog } from './dialog.tsx'

type Group = readonly [title: string, keys: readonly (readonly [key: string, what: string])[]]

const GROUPS: readonly Group[] = [
  [
    'Anywhere in a cell',
    [
      ['Shift Enter', 'Run and go on to the next cell'],
      ['Ctrl Enter', 'Run and stay'],
      ['Alt Enter', 'Run and insert a cell below'],
      ['Ctrl S', 'Write the notebook to the volume now'],
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
  [
    'On a cell',
    [
      ['Enter', 'Edit'],
      ['↑ ↓ or k j', 'Previous, next cell'],
      ['a', 'Insert above'],
      ['b', 'Insert below'],
      ['d d', 'Delete'],
      ['z', 'Bring the deleted cell back'],
      ['x, c, v', 'Cut, copy, paste below'],
      ['Shift V', 'Paste above'],
      ['Alt ↑, Alt ↓', 'Move the cell'],
      ['y', 'To TypeScript'],
      ['q', 'To SQL (query)'],
      ['m', 'To Markdown'],
      ['r', 'To raw text'],
      ['i i', 'Interrupt the kernel'],
      ['0 0', 'Restart the kernel'],
      ['h or ?', 'This help'],
    ],
  ],
]

export function ShortcutHelp(props: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title="Keyboard shortcuts" onClose={props.onClose} isWide>
      <div className="shortcuts">
        {GROUPS.map(([title, keys], index) => (
          <section key={title} className={index === GROUPS.length - 1 ? 'most' : undefined}>
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
        <button type="button" className="button" data-first onClick={props.onClose}>
          Close
        </button>
      </div>
    </Dialog>
  )
}
