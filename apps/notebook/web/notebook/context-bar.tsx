import { useEffect, useState, type ReactElement } from 'react'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'

const PARTS = ['role', 'warehouse', 'database', 'schema'] as const
type Part = (typeof PARTS)[number]

/** Where the kernel's Snowflake session stands; each part can be typed anew. */
export function ContextBar(props: { readonly account: string | null }): ReactElement {
  const context = useNotebook(({ state }) => state?.context ?? null)
  const canRun = useNotebook((view) => view.canRun)
  const account = context?.account ?? props.account
  return (
    <div className="context-bar" role="group" aria-label="Snowflake session">
      {PARTS.map((part) => (
        <ContextPart key={part} part={part} value={context?.[part] ?? null} canChange={canRun} />
      ))}
      <span className="context-account" title="Account and user of this session">
        {context?.connected === true
          ? [context.user, account].filter(Boolean).join(' @ ')
          : 'Connects with the first query'}
      </span>
    </div>
  )
}

function ContextPart(props: {
  readonly part: Part
  readonly value: string | null
  readonly canChange: boolean
}): ReactElement {
  const { part, value, canChange } = props
  const notebook = useOpenNotebook()
  const [text, setText] = useState(value ?? '')
  const notice = useNotebook((view) => view.notice)
  // What was refused does not stand there as if it were so.
  useEffect(() => setText(value ?? ''), [value, notice])
  const use = (): void => {
    const wanted = text.trim()
    if (wanted === '' || wanted === value) return setText(value ?? '')
    notebook.perform({ type: 'use', [part]: wanted })
  }
  return (
    <label className="context-part">
      <span>{part}</span>
      <input
        value={text}
        placeholder="none"
        size={Math.max(6, Math.min(28, text.length + 1))}
        disabled={!canChange}
        spellCheck={false}
        autoComplete="off"
        title={`Change the ${part}: type a name and press Enter`}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') use()
          if (event.key === 'Escape') setText(value ?? '')
        }}
        onBlur={use}
      />
    </label>
  )
}
