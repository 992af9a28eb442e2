import type { Extension } from '@codemirror/state'
import { type EditorView, keymap } from '@codemirror/view'
import { codeMirrorKeys, commandOf } from '../notebook/commands.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { goToDefinitionAtCursor } from './go-to-definition.ts'
import { mountedEditors } from './mounted-editors.ts'
import { askForName } from './rename-name.ts'
import { goToNextProblem, goToPreviousProblem } from './show-diagnostics.ts'
import { showTypeAtCursor } from './show-hover.ts'
import { askForArguments } from './show-signature.ts'

/** What the language server does where the cursor is. */
const LANGUAGE_COMMANDS = {
  'show-type': showTypeAtCursor,
  'show-arguments': askForArguments,
  'next-problem': goToNextProblem,
  'previous-problem': goToPreviousProblem,
  'go-to-definition': goToDefinitionAtCursor,
  'rename-name': askForName,
} as const

export type LanguageCommand = keyof typeof LANGUAGE_COMMANDS

export function isLanguageCommand(name: string): name is LanguageCommand {
  return Object.hasOwn(LANGUAGE_COMMANDS, name)
}

export const languageKeys: Extension = keymap.of(
  Object.entries(LANGUAGE_COMMANDS).flatMap(([name, run]) =>
    commandOf(name as LanguageCommand).editorKeys.map((keys) => ({
      key: codeMirrorKeys(keys),
      run,
      preventDefault: true,
    })),
  ),
)

/** Carries a command out in a cell's editor, which may have to be brought into the page first. */
export async function runInEditor(
  notebook: OpenNotebook,
  cellId: string,
  command: LanguageCommand,
): Promise<void> {
  notebook.select(cellId, 'edit')
  const view: EditorView = await mountedEditors(notebook).mounted(cellId)
  view.focus()
  LANGUAGE_COMMANDS[command](view)
}
