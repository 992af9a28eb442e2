import { useEffect, useRef, useState, type ReactElement } from 'react'
import type { InputRequest } from '../../src/notebook/operations.ts'
import { useOpenNotebook } from './notebook-context.ts'

/** A running cell asks for a line of text. */
export function InputField(props: {
  readonly request: InputRequest
  readonly canRun: boolean
}): ReactElement {
  const { inputId, prompt, isPassword } = props.request
  const notebook = useOpenNotebook()
  const [text, setText] = useState('')
  const [isSent, setSent] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // The reader who has just run the cell answers at once; who reads or writes elsewhere is not torn away.
    if (
      navigator.userActivation.hasBeenActive &&
      document.activeElement?.matches('.cell') === true
    ) {
      field.current?.focus()
    }
  }, [])
  return (
    <form
      className="input-field"
      onSubmit={(event) => {
        event.preventDefault()
        if (isSent) return
        setSent(true)
        notebook.perform({ type: 'answer-input', inputId, text })
      }}
    >
      <label>
        <span>{prompt === '' ? 'Input' : prompt}</span>
        <input
          ref={field}
          type={isPassword ? 'password' : 'text'}
          autoComplete="off"
          spellCheck={false}
          value={text}
          disabled={!props.canRun || isSent}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button type="submit" className="button" disabled={!props.canRun || isSent}>
        Send
      </button>
    </form>
  )
}
