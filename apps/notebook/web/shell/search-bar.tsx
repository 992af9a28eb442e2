import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react'
import { mountedEditors } from '../editing/mounted-editors.ts'
import { IconButton } from '../icons.tsx'
import { placesOf } from '../notebook/cell-selection.ts'
import { isHiddenIn } from '../notebook/cell-window.ts'
import { elementOf } from '../notebook/mounted-cells.ts'
import { useNotebook, useOpenNotebook } from '../notebook/notebook-context.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { revealCell } from '../notebook/reveal-cell.ts'
import { MOST_MATCHES, type Match } from '../search/find-matches.ts'
import { replaceMatches, undoReplacement, type ReplacedSource } from '../search/replace-matches.ts'
import { useMarks, useSearch } from '../search/use-search.ts'

/** Find and replace in the whole notebook. */
export function SearchBar(): ReactElement | null {
  const isSearching = useNotebook((view) => view.isSearching)
  return isSearching ? <Search /> : null
}

function Search(): ReactElement {
  const notebook = useOpenNotebook()
  const [text, setText] = useState('')
  const [replacement, setReplacement] = useState('')
  const [matchesCase, setMatchesCase] = useState(false)
  const [wholeWord, setWholeWord] = useState(false)
  const [isRegExp, setRegExp] = useState(false)
  const [withOutputs, setWithOutputs] = useState(false)
  /** Which match is looked at; null before the first step. */
  const [at, setAt] = useState<number | null>(null)
  const [replaced, setReplaced] = useState<readonly ReplacedSource[]>([])
  const field = useRef<HTMLInputElement>(null)
  const { matches, problem } = useSearch({ text, matchesCase, wholeWord, isRegExp }, withOutputs)
  const place = at === null ? null : Math.min(at, matches.length - 1)
  const current = place === null ? undefined : matches[place]
  useMarks(matches, current)

  // Pressed again, the keys that opened it lead back to it.
  useEffect(() => {
    field.current?.focus()
    const refocus = (event: globalThis.KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'f') field.current?.select()
    }
    addEventListener('keydown', refocus)
    return () => removeEventListener('keydown', refocus)
  }, [])

  const close = (): void => {
    notebook.store.setState({ isSearching: false })
    const { selectedId } = notebook.store.getState()
    elementOf(notebook, selectedId ?? '')?.focus()
  }
  const step = (by: 1 | -1): void => {
    if (matches.length === 0) return
    const to = place === null ? firstFrom(notebook, matches) : place + by
    const next = (to + matches.length) % matches.length
    setAt(next)
    const match = matches[next]
    if (match !== undefined) reveal(match)
  }
  const reveal = (match: Match): void => {
    const { cellId, place: where, from, to } = match
    revealCell(notebook, cellId, (section) =>
      where === 'output' ? section.querySelector('.cell-outputs') : null,
    )
    // What is rendered or folded away has no editor that would come.
    const cell = notebook.cell(cellId)
    const isShown =
      cell !== undefined && cell.kind !== 'markdown' && !isHiddenIn(cell, 'source_hidden')
    if (where === 'output' || !isShown) return
    void mountedEditors(notebook)
      .mounted(cellId)
      .then((view) => {
        const { length } = view.state.doc
        const selection = { anchor: Math.min(from, length), head: Math.min(to, length) }
        return view.dispatch({ selection, scrollIntoView: true })
      })
  }
  const replace = (wanted: readonly Match[]): void => {
    setReplaced(replaceMatches(notebook, wanted, replacement, isRegExp))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const isReplacing = event.target !== field.current
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter' && (event.target as Element).matches('input:not([type])')) {
      if (!isReplacing) step(event.shiftKey ? -1 : 1)
      else if (current !== undefined) replace([current])
    } else return
    event.preventDefault()
  }
  const isSourceMatch = current?.place === 'source'
  const hasSourceMatch = matches.some((match) => match.place === 'source')
  return (
    <search className="search-bar" aria-label="Find and replace" onKeyDown={onKeyDown}>
      <div className="search-row">
        <input
          ref={field}
          aria-label="Find"
          placeholder="Find"
          autoComplete="off"
          spellCheck={false}
          value={text}
          aria-invalid={problem !== null}
          onChange={(event) => {
            setText(event.target.value)
            setAt(null)
          }}
        />
        <Toggle label="Match case" sign="Aa" isOn={matchesCase} onToggle={setMatchesCase} />
        <Toggle label="Whole words" sign="ab" isOn={wholeWord} onToggle={setWholeWord} />
        <Toggle label="Regular expression" sign=".*" isOn={isRegExp} onToggle={setRegExp} />
        <Toggle label="In outputs too" sign="out" isOn={withOutputs} onToggle={setWithOutputs} />
        <IconButton icon="up" label="Previous match" keys="Shift Enter" onClick={() => step(-1)} />
        <IconButton icon="down" label="Next match" keys="Enter" onClick={() => step(1)} />
        <IconButton icon="close" label="Close the search" keys="Esc" onClick={close} />
      </div>
      <div className="search-row">
        <input
          aria-label="Replace with"
          placeholder={isRegExp ? 'Replace with ($1, $& of the match)' : 'Replace with'}
          autoComplete="off"
          spellCheck={false}
          value={replacement}
          onChange={(event) => setReplacement(event.target.value)}
        />
        <button
          type="button"
          className="text-button"
          // Not disabled: the one that was pressed keeps the focus, and with it hears Escape.
          aria-disabled={!isSourceMatch}
          onClick={() => isSourceMatch && replace([current])}
        >
          Replace
        </button>
        <button
          type="button"
          className="text-button"
          aria-disabled={!hasSourceMatch}
          onClick={() => hasSourceMatch && replace(matches)}
        >
          Replace all
        </button>
        {replaced.length > 0 && (
          <button
            type="button"
            className="text-button"
            onClick={() => {
              undoReplacement(notebook, replaced)
              setReplaced([])
              field.current?.focus()
            }}
          >
            Undo in {replaced.length} {replaced.length === 1 ? 'cell' : 'cells'}
          </button>
        )}
      </div>
      <p className={problem === null ? 'search-state' : 'search-state bad'} role="status">
        {problem ?? stateWords(text, place, matches.length)}
      </p>
    </search>
  )
}

/** The first match at the selected cell or after it. */
function firstFrom(notebook: OpenNotebook, matches: readonly Match[]): number {
  const places = placesOf(notebook.cells)
  const selected = places.get(notebook.store.getState().selectedId ?? '') ?? 0
  const first = matches.findIndex(({ cellId }) => (places.get(cellId) ?? 0) >= selected)
  return Math.max(0, first)
}

function stateWords(text: string, place: number | null, count: number): string {
  if (text === '') return 'Looks through all cells'
  if (count === 0) return 'Nothing found'
  const all = `${count}${count === MOST_MATCHES ? ' or more' : ''}`
  return place === null ? `${all} found` : `${place + 1} of ${all}`
}

function Toggle(props: {
  readonly label: string
  readonly sign: string
  readonly isOn: boolean
  readonly onToggle: (isOn: boolean) => void
}): ReactElement {
  return (
    <button
      type="button"
      className="search-toggle"
      aria-label={props.label}
      aria-pressed={props.isOn}
      title={props.label}
      onClick={() => props.onToggle(!props.isOn)}
    >
      {props.sign}
    </button>
  )
}
