import type { ReactElement } from 'react'
import type { CellKind } from '../../src/notebook/notebook.ts'
import { Icon } from '../icons.tsx'
import { KIND_NAMES } from './languages.ts'
import { useOpenNotebook } from './notebook-context.ts'

const KINDS: readonly (readonly [CellKind, string])[] = [
  ['typescript', 'Code with await, imports and packages; what it declares is there for all cells.'],
  ['sql', 'A query on Snowflake; ${name} in it takes the value of a variable.'],
  ['markdown', 'Headings, text, formulas and images around it.'],
]

/** A notebook without cells: what the first one can be. */
export function EmptyNotebook(): ReactElement {
  const notebook = useOpenNotebook()
  return (
    <div className="empty">
      <h2>An empty notebook</h2>
      <p>What does it begin with?</p>
      <ul className="first-cells">
        {KINDS.map(([kind, text], index) => (
          <li key={kind}>
            <button
              type="button"
              aria-label={`Insert a ${KIND_NAMES[kind]} cell here`}
              aria-description={text}
              autoFocus={index === 0}
              onClick={() => notebook.select(notebook.insertCell(0, kind), 'edit')}
            >
              <Icon name="plus" size={14} />
              <strong>{KIND_NAMES[kind]}</strong>
              <span>{text}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The shape of what comes, for the moment until it is there. */
export function LoadingNotebook(): ReactElement {
  return (
    <div className="cells loading-cells" role="status">
      <span className="for-readers">Opening the notebook…</span>
      {[90, 160, 60, 120].map((height) => (
        <div key={height} className="cell-shape" style={{ height }} />
      ))}
    </div>
  )
}
