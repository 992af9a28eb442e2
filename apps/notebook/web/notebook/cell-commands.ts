import type { CellKind } from '../../src/notebook/notebook.ts'
import type { CellCommand } from './cell-keys.ts'
import type { EditorCommand } from './code-editor.ts'
import type { OpenNotebook } from './open-notebook.ts'

/** What a cut or copied cell keeps. Outputs stay behind: what is pasted was not run here. */
interface CopiedCell {
  readonly kind: CellKind
  readonly source: string
}

let copied: CopiedCell | null = null

/** Carries out a command for the cell it was given in. `restart` and `help` are the page's, which asks first. */
export function runCommand(
  notebook: OpenNotebook,
  cellId: string,
  command: Exclude<CellCommand, 'restart' | 'help'> | EditorCommand,
): void {
  const { cells } = notebook
  const index = cells.findIndex((cell) => cell.id === cellId)
  const cell = cells[index]
  if (cell === undefined) return
  const selectAt = (at: number, mode: 'command' | 'edit' = 'command'): void => {
    const target = cells[Math.max(0, Math.min(cells.length - 1, at))]
    if (target !== undefined) notebook.select(target.id, mode)
  }
  const setKind = (kind: CellKind): void => {
    if (cell.kind !== kind) notebook.perform({ type: 'set-cell-kind', cellId, kind })
  }
  const insert = (at: number, mode: 'command' | 'edit', from?: CopiedCell): void => {
    const kind = from?.kind ?? (cell.kind === 'sql' ? 'sql' : 'typescript')
    notebook.select(notebook.insertCell(at, kind, from?.source ?? ''), mode)
  }
  switch (command) {
    case 'edit':
      return notebook.select(cellId, 'edit')
    case 'leave':
      return notebook.select(cellId, 'command')
    case 'run':
      notebook.run([cellId])
      return notebook.select(cellId, 'command')
    case 'run-and-advance':
      notebook.run([cellId])
      return index === cells.length - 1 ? insert(index + 1, 'edit') : selectAt(index + 1)
    case 'run-and-insert':
      notebook.run([cellId])
      return insert(index + 1, 'edit')
    case 'select-previous':
      return selectAt(index - 1)
    case 'select-next':
      return selectAt(index + 1)
    case 'select-first':
      return selectAt(0)
    case 'select-last':
      return selectAt(cells.length - 1)
    case 'leave-up':
      return index === 0 ? undefined : selectAt(index - 1, editable(cells[index - 1]?.kind))
    case 'leave-down':
      return index === cells.length - 1
        ? undefined
        : selectAt(index + 1, editable(cells[index + 1]?.kind))
    case 'insert-above':
      return insert(index, 'command')
    case 'insert-below':
      return insert(index + 1, 'command')
    case 'delete':
      return notebook.deleteCell(cellId)
    case 'restore':
      return notebook.restoreCell()
    case 'copy':
      copied = { kind: cell.kind, source: notebook.sourceOf(cellId) }
      return
    case 'cut':
      copied = { kind: cell.kind, source: notebook.sourceOf(cellId) }
      return notebook.deleteCell(cellId)
    case 'paste-below':
      return copied === null ? undefined : insert(index + 1, 'command', copied)
    case 'paste-above':
      return copied === null ? undefined : insert(index, 'command', copied)
    case 'to-typescript':
      return setKind('typescript')
    case 'to-sql':
      return setKind('sql')
    case 'to-markdown':
      return setKind('markdown')
    case 'to-raw':
      return setKind('raw')
    case 'move-up':
      if (index > 0) notebook.perform({ type: 'move-cell', cellId, index: index - 1 })
      return
    case 'move-down':
      if (index < cells.length - 1) {
        notebook.perform({ type: 'move-cell', cellId, index: index + 1 })
      }
      return
    case 'interrupt':
      return notebook.perform({ type: 'interrupt' })
    case 'save':
      return notebook.save()
  }
}

/** The cursor goes on into a source; a rendered text is only selected. */
function editable(kind: CellKind | undefined): 'command' | 'edit' {
  return kind === 'markdown' ? 'command' : 'edit'
}
