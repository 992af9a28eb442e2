import { useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react'

/** A dialog of the page itself; the browser keeps the focus in it and gives it back. */
export function Dialog(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly isWide?: boolean
}): ReactElement {
  const element = useRef<HTMLDialogElement>(null)
  // Before the dialog leaves the page: closing it gives the focus back to where it was.
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    // The browser would take the first button, which is Cancel.
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus()
    // What has the focus may be longer than the dialog, and the title stands above it.
    if (props.isWide === true) dialog?.scrollTo(0, 0)
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      className={props.isWide === true ? 'dialog wide' : 'dialog'}
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) props.onClose()
      }}
    >
      <div className="dialog-body">
        <h2>{props.title}</h2>
        {props.children}
      </div>
    </dialog>
  )
}

export interface Question {
  readonly title: string
  readonly text: string
  /** The verb on the button that does it. */
  readonly verb: string
  readonly isDangerous?: boolean
  readonly onYes: () => void
}

export function ConfirmDialog(props: {
  readonly question: Question
  readonly onClose: () => void
}): ReactElement {
  const { question, onClose } = props
  return (
    <Dialog title={question.title} onClose={onClose}>
      <p>{question.text}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className={question.isDangerous === true ? 'button danger' : 'button primary'}
          data-first
          onClick={() => {
            onClose()
            question.onYes()
          }}
        >
          {question.verb}
        </button>
      </div>
    </Dialog>
  )
}
