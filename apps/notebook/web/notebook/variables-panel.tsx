import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
} from 'react'
import { IconButton } from '../icons.tsx'
import { useNotebook } from './notebook-context.ts'
import { usageWords } from './usage-words.ts'
import { useVariables, type Variables } from './use-variables.ts'
import { type VariableRow, variableRows, type VariableSort } from './variables-tree.ts'

/** What the kernel holds, to look into, and what its process takes. */
export function VariablesPanel(): ReactElement {
  const status = useNotebook(({ state }) => state?.kernel.status ?? 'none')
  const known = useVariables()
  const [filter, setFilter] = useState('')
  const [sort, setSort] = useState<VariableSort>('declared')
  const rows = useMemo(
    () => variableRows(known.variables, known.open, { filter, sort }),
    [known.variables, known.open, filter, sort],
  )
  const hasKernel = status !== 'none' && status !== 'ended'
  return (
    <div className="variables">
      <div className="variables-bar">
        <input
          type="search"
          aria-label="Filter variables"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <Usage hasKernel={hasKernel} />
        <IconButton icon="refresh" label="Ask the kernel again" onClick={() => known.refresh()} />
      </div>
      {known.problem !== null && (
        <p className="output-note" role="status">
          {known.problem}. What stands here is from before.
        </p>
      )}
      {known.variables.length === 0 ? (
        <p className="empty-note">
          {hasKernel
            ? 'No variables yet. What a cell declares appears here.'
            : 'No kernel is running. Run a cell to start one.'}
        </p>
      ) : (
        <VariableTree known={known} rows={rows} sort={sort} onSort={setSort} />
      )}
    </div>
  )
}

function Usage(props: { readonly hasKernel: boolean }): ReactElement {
  const usage = useNotebook((view) => view.usage)
  const isShown = props.hasKernel && usage !== null
  return (
    <span className="usage" title="Of the kernel's process; 100 % is one core busy">
      {isShown ? usageWords(usage) : ''}
    </span>
  )
}

const COLUMNS: readonly (readonly [sort: VariableSort | null, label: string])[] = [
  ['name', 'Name'],
  ['type', 'Type'],
  ['size', 'Size'],
  [null, 'Value'],
]

function VariableTree(props: {
  readonly known: Variables
  readonly rows: readonly VariableRow[]
  readonly sort: VariableSort
  readonly onSort: (sort: VariableSort) => void
}): ReactElement {
  const { known, rows, sort, onSort } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const [currentId, setCurrentId] = useState<string | null>(null)
  const current = Math.max(
    0,
    rows.findIndex(({ id }) => id === currentId),
  )
  useFocusOn(body, currentId)

  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[current]
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const next = keyTarget(event.key, rows, current)
    if (next !== undefined) setCurrentId(rows[next]?.id ?? null)
    else if (event.key === 'ArrowRight' && isOpenOf(row) === false) known.openPlace(row)
    else if (event.key === 'ArrowLeft' && isOpenOf(row) === true) known.closePlace(row)
    else if (event.key === 'Enter' || event.key === ' ') act(row, known)
    else return
    event.preventDefault()
  }

  return (
    <table role="treegrid" aria-label="Variables">
      <thead>
        <tr>
          {COLUMNS.map(([by, label]) => (
            <th
              key={label}
              scope="col"
              className={by === 'size' ? 'number' : undefined}
              aria-sort={sort === by ? (by === 'size' ? 'descending' : 'ascending') : undefined}
            >
              {by === null ? (
                label
              ) : (
                <button
                  type="button"
                  className="text-button"
                  title={sort === by ? 'In the order of their declaration' : `By ${by}`}
                  onClick={() => onSort(sort === by ? 'declared' : by)}
                >
                  {label}
                  <span aria-hidden="true">{sort === by ? (by === 'size' ? ' ↓' : ' ↑') : ''}</span>
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onKeyDown}>
        {rows.map((row, index) => (
          <Row
            key={row.id}
            row={row}
            isCurrent={index === current}
            onFocus={() => setCurrentId(row.id)}
            onClick={() => act(row, known)}
          />
        ))}
      </tbody>
    </table>
  )
}

function Row(props: {
  readonly row: VariableRow
  readonly isCurrent: boolean
  readonly onFocus: () => void
  readonly onClick: () => void
}): ReactElement {
  const { row } = props
  const common = {
    'aria-level': row.level,
    'data-id': row.id,
    tabIndex: props.isCurrent ? 0 : -1,
    onFocus: props.onFocus,
    onClick: props.onClick,
  }
  const indent = { paddingLeft: `${(row.level - 1) * 1.4}em` }
  if (row.kind === 'more') {
    return (
      <tr {...common}>
        <th scope="row" style={indent} colSpan={4}>
          <span className="more">Show more</span>
        </th>
      </tr>
    )
  }
  const { type, size, preview } = row.value
  return (
    <tr {...common} aria-expanded={row.isOpen ?? undefined}>
      <th scope="row" style={indent}>
        <span className="twisty" aria-hidden="true" />
        {row.label}
      </th>
      <td className="type">{type}</td>
      <td className="number">{size?.toLocaleString('en') ?? ''}</td>
      <td className="preview" title={preview}>
        {preview}
      </td>
    </tr>
  )
}

function act(row: VariableRow, known: Variables): void {
  if (row.kind === 'more') known.openPlace(row, row.offset)
  else if (row.isOpen === true) known.closePlace(row)
  else if (row.isOpen === false) known.openPlace(row)
}

function isOpenOf(row: VariableRow): boolean | null {
  return row.kind === 'value' ? row.isOpen : null
}

/** The row that a key goes to, as in every tree; undefined where the key does something else. */
function keyTarget(key: string, rows: readonly VariableRow[], at: number): number | undefined {
  const row = rows[at]
  if (row === undefined) return undefined
  switch (key) {
    case 'ArrowDown':
      return Math.min(rows.length - 1, at + 1)
    case 'ArrowUp':
      return Math.max(0, at - 1)
    case 'Home':
      return 0
    case 'End':
      return rows.length - 1
    case 'ArrowRight':
      return isOpenOf(row) === true ? Math.min(rows.length - 1, at + 1) : undefined
    case 'ArrowLeft': {
      if (isOpenOf(row) === true || row.level === 1) return undefined
      return rows.slice(0, at).findLastIndex(({ level }) => level < row.level)
    }
    default:
      return undefined
  }
}

/** Keys move the focus, as long as it is in the tree. */
function useFocusOn(body: RefObject<HTMLTableSectionElement | null>, id: string | null): void {
  useEffect(() => {
    const within = body.current
    if (id === null || within === null || !within.contains(document.activeElement)) return
    const rows = within.querySelectorAll<HTMLElement>('tr')
    Array.from(rows)
      .find((row) => row.dataset['id'] === id)
      ?.focus()
  }, [body, id])
}
