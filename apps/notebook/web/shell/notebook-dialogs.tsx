import type { ReactElement } from 'react'
import { useNotebook, useOpenNotebook } from '../notebook/notebook-context.ts'
import { CommandPalette } from './command-palette.tsx'
import { ShortcutHelp } from './shortcut-help.tsx'

/** The dialogs that a command opens over the notebook. */
export function NotebookDialogs(props: { readonly onRestart: () => void }): ReactElement | null {
  const { store } = useOpenNotebook()
  const dialog = useNotebook((view) => view.dialog)
  const close = (): void => store.setState({ dialog: null })
  switch (dialog) {
    case null:
      return null
    case 'help':
      return <ShortcutHelp onClose={close} />
    case 'palette':
      return <CommandPalette onClose={close} onRestart={props.onRestart} />
  }
}
