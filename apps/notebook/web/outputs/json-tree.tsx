import { useState, type ReactElement } from 'react'

const MOST_ENTRIES = 100

/** A JSON value; objects and arrays fold. */
export function JsonTree(props: {
  readonly value: unknown
  readonly name?: string
  readonly depth?: number
}): ReactElement {
  const { value, name, depth = 0 } = props
  const [isOpen, setOpen] = useState(depth < 1)
  const [most, setMost] = useState(MOST_ENTRIES)
  const label = name === undefined ? null : <span className="json-name">{name}: </span>
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="json-entry">
        {label}
        <span className={`json-${value === null ? 'null' : typeof value}`}>
          {JSON.stringify(value)}
        </span>
      </div>
    )
  }
  const entries = Object.entries(value)
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`
  return (
    <details
      className="json-entry"
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {label}
        <span className="json-size">{size}</span>
      </summary>
      {isOpen &&
        entries
          .slice(0, most)
          .map(([key, entry]) => <JsonTree key={key} name={key} value={entry} depth={depth + 1} />)}
      {isOpen && entries.length > most && (
        <button type="button" className="text-button" onClick={() => setMost(most + 1_000)}>
          Show more of {entries.length.toLocaleString('en')}
        </button>
      )}
    </details>
  )
}
