import { useEffect, useId, useState, type ReactElement } from 'react'
import type { Cell } from '../../src/notebook/notebook.ts'
import { writtenResultVariable } from '../../src/notebook/result-variable.ts'
import { useOpenNotebook } from './notebook-context.ts'
import { resultNameProblem, withResultName } from './name-result.ts'

/** The variable that a SQL cell gives its rows to: TypeScript below knows it by its columns. */
export function ResultName(props: { readonly cell: Cell }): ReactElement {
  const { cell } = props
  const notebook = useOpenNotebook()
  const value = writtenResultVariable(cell) ?? ''
  const [text, setText] = useState(value)
  const [problem, setProblem] = useState<string | null>(null)
  const fieldId = useId()
  const problemId = `${fieldId}-problem`
  useEffect(() => {
    setText(value)
    setProblem(null)
  }, [value])

  /** False when the name is refused: it stays there to be put right. */
  const keep = (): boolean => {
    const name = text.trim()
    const found = name === value ? null : resultNameProblem(name)
    setProblem(found)
    if (found !== null) return false
    setText(name)
    if (name !== value) {
      const metadata = withResultName(notebook.cell(cell.id) ?? cell, name)
      notebook.perform({ type: 'set-cell-metadata', cellId: cell.id, metadata })
    }
    return true
  }
  return (
    <span className="result-name" data-empty={text === '' ? '' : undefined}>
      <label htmlFor={fieldId}>Result as</label>
      <input
        id={fieldId}
        value={text}
        placeholder="name"
        size={Math.max(5, Math.min(24, text.length + 1))}
        spellCheck={false}
        autoComplete="off"
        title="The variable that holds the rows: type a name and press Enter"
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={(event) => {
          setText(event.target.value)
          setProblem(null)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            setText(value)
            setProblem(null)
          }
          const isDone = event.key === 'Escape' || (event.key === 'Enter' && keep())
          if (isDone) event.currentTarget.closest<HTMLElement>('.cell')?.focus()
        }}
        onBlur={keep}
      />
      {problem !== null && (
        <span id={problemId} className="result-name-problem" role="alert">
          {problem}
        </span>
      )}
    </span>
  )
}
