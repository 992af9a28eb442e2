import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { languageKeys } from './editor-commands.ts'
import { closePeek, goToDefinition } from './go-to-definition.ts'
import { renameName } from './rename-name.ts'
import { showDiagnostics } from './show-diagnostics.ts'
import { closeTips, showHover } from './show-hover.ts'
import { closeSignature, showSignature } from './show-signature.ts'

/** What the language server does for an editor; the editor says by `cellPlace` which cell it shows. */
export const languageSupport: Extension = [
  showDiagnostics,
  showHover,
  showSignature,
  goToDefinition,
  renameName,
  languageKeys,
]

/** Escape closes the topmost first; says whether there was one. */
export function closeLanguageHelp(view: EditorView): boolean {
  return closeTips(view) || closeSignature(view) || closePeek(view)
}
