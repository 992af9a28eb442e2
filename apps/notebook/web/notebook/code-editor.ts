import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import {
  closeSearchPanel,
  highlightSelectionMatches,
  searchKeymap,
  searchPanelOpen,
} from '@codemirror/search'
import {
  Annotation,
  Compartment,
  EditorState,
  Transaction,
  type Extension,
} from '@codemirror/state'
import { drawSelection, EditorView, keymap } from '@codemirror/view'
import type { CellKind } from '../../src/notebook/notebook.ts'
import { cellPlace } from '../editing/cell-place.ts'
import { completeCell, kindBadge } from '../editing/complete-cell.ts'
import { closeLanguageHelp, languageSupport } from '../editing/language-support.ts'
import { mountedEditors } from '../editing/mounted-editors.ts'
import { codeMirrorKeys, commandOf } from './commands.ts'
import { KIND_NAMES, languageOf, sourceStyle } from './languages.ts'
import type { OpenNotebook } from './open-notebook.ts'
import { remoteCursors } from './remote-cursors.ts'
import { completeSql } from './sql-completion.ts'

/** What a key in the editor asks of the notebook around it. */
export type EditorCommand = 'leave' | (typeof RUN_COMMANDS)[number] | 'leave-up' | 'leave-down'

const RUN_COMMANDS = ['run-and-advance', 'run', 'run-and-insert', 'save'] as const

export interface CodeEditorOptions {
  readonly parent: HTMLElement
  readonly notebook: OpenNotebook
  readonly cellId: string
  readonly kind: CellKind
  readonly isReadOnly: boolean
  readonly onCommand: (command: EditorCommand) => void
  readonly onFocus: () => void
}

export interface CodeEditor {
  readonly view: EditorView
  setKind(kind: CellKind): void
  setReadOnly(isReadOnly: boolean): void
  destroy(): void
}

/** A change that came from the server: it is not to be sent there. */
const isRemote = Annotation.define<boolean>()

/** An editor bound to a cell's text. The text outlives it. */
export function mountEditor(options: CodeEditorOptions): CodeEditor {
  const { notebook, cellId, onCommand } = options
  const language = new Compartment()
  const readOnly = new Compartment()
  const name = new Compartment()
  const place = new Compartment()
  const placeOf = (kind: CellKind): Extension => cellPlace.of({ notebook, cellId, kind })
  let kind = options.kind

  const on =
    (command: EditorCommand) =>
    (editor: EditorView): boolean => {
      closeCompletion(editor)
      onCommand(command)
      return true
    }
  const atEdge =
    (line: 'first' | 'last', command: EditorCommand) =>
    (view: EditorView): boolean => {
      const { main } = view.state.selection
      const at = view.state.doc.lineAt(main.head).number
      if (!main.empty || at !== (line === 'first' ? 1 : view.state.doc.lines)) return false
      // A wrapped line has more than one row: only the outermost one leads out.
      if (view.moveVertically(main, line === 'last').head !== main.head) {
        const moved = view.moveVertically(main, line === 'last').head
        if (moved !== (line === 'first' ? 0 : view.state.doc.length)) return false
      }
      onCommand(command)
      return true
    }

  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: notebook.sourceOf(cellId),
      extensions: [
        // Before the default keys, which know Mod-Enter and Escape too.
        keymap.of([
          ...RUN_COMMANDS.flatMap((command) =>
            commandOf(command).editorKeys.map((keys) => ({
              key: codeMirrorKeys(keys),
              run: on(command),
              preventDefault: true,
            })),
          ),
          { key: 'Ctrl-Enter', run: on('run') },
          // What is shown closes first; a list that is only awaited must not hold the reader.
          {
            key: 'Escape',
            run: (editor) => {
              if (completionStatus(editor.state) === 'active') return false
              if (closeLanguageHelp(editor)) return true
              if (searchPanelOpen(editor.state)) return closeSearchPanel(editor)
              closeCompletion(editor)
              onCommand('leave')
              return true
            },
          },
        ]),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        indentOnInput(),
        highlightSelectionMatches(),
        autocompletion({
          override: [(context) => complete(context), (context) => completeKeywords(context)],
          icons: false,
          addToOptions: [{ render: kindBadge, position: 40 }],
          compareCompletions: (a, b) => compare(a.sortText ?? a.label, b.sortText ?? b.label),
          // With its own keys it takes Escape and Enter before everybody else.
          defaultKeymap: false,
        }),
        keymap.of([
          ...closeBracketsKeymap,
          ...completionKeymap,
          { key: 'ArrowUp', run: atEdge('first', 'leave-up') },
          { key: 'ArrowDown', run: atEdge('last', 'leave-down') },
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
          indentWithTab,
        ]),
        EditorState.tabSize.of(2),
        EditorView.lineWrapping,
        syntaxHighlighting(sourceStyle),
        remoteCursors,
        place.of(placeOf(kind)),
        languageSupport,
        language.of(languageOf(kind)),
        name.of(nameOf(kind)),
        readOnly.of(readOnlyOf(options.isReadOnly)),
        EditorView.updateListener.of((update) => {
          for (const transaction of update.transactions) {
            if (transaction.docChanged && transaction.annotation(isRemote) !== true) {
              notebook.edit(cellId, transaction.changes)
            }
          }
          if (update.focusChanged && update.view.hasFocus) options.onFocus()
          if ((update.selectionSet || update.focusChanged) && update.view.hasFocus) {
            const { anchor, head } = update.state.selection.main
            notebook.showPresence(cellId, { anchor, head })
          }
        }),
      ],
    }),
  })
  const unmount = mountedEditors(notebook).add(cellId, view)
  const detach = notebook.attachEditor(cellId, (changes) =>
    view.dispatch({
      changes,
      annotations: [isRemote.of(true), Transaction.addToHistory.of(false)],
    }),
  )

  async function complete(context: CompletionContext): Promise<CompletionResult | null> {
    const found = await completeCell(context)
    return isLate(context) ? null : found
  }

  async function completeKeywords(context: CompletionContext): Promise<CompletionResult | null> {
    if (kind !== 'sql') return null
    const found = await completeSql(context, notebook)
    return isLate(context) ? null : found
  }

  return {
    view,
    setKind(next) {
      kind = next
      view.dispatch({
        effects: [
          language.reconfigure(languageOf(next)),
          name.reconfigure(nameOf(next)),
          place.reconfigure(placeOf(next)),
        ],
      })
    },
    setReadOnly(isReadOnly) {
      view.dispatch({ effects: readOnly.reconfigure(readOnlyOf(isReadOnly)) })
    },
    destroy() {
      detach()
      unmount()
      view.destroy()
    },
  }
}

/** The reader has typed on, or is elsewhere: a list would stand there for nobody. */
function isLate(context: CompletionContext): boolean {
  return context.aborted || context.view?.hasFocus === false
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function nameOf(kind: CellKind): ReturnType<typeof EditorView.contentAttributes.of> {
  return EditorView.contentAttributes.of({
    'aria-label': `${KIND_NAMES[kind]} source`,
    spellcheck: kind === 'markdown' ? 'true' : 'false',
    // Enter on the cell leads here. Tab indents here, so it must not lead here on its way to the outputs.
    tabindex: '-1',
  })
}

function readOnlyOf(isReadOnly: boolean): ReturnType<typeof EditorState.readOnly.of> {
  return EditorState.readOnly.of(isReadOnly)
}
