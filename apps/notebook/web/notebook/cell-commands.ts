import type { Cell, CellKind } from '../../src/notebook/notebook.ts'
import { isLanguageCommand, runInEditor } from '../editing/editor-commands.ts'
import { cellsToRunAgain } from '../../src/notebook/stale-cells.ts'
import { copySelection, pasteCopied } from './cell-clipboard.ts'
import { isHiddenIn, withHidden } from './cell-window.ts'
import type { EditorCommand } from './code-editor.ts'
import type { CommandName } from './command-table.ts'
import { download, EXPORTS } from './exports.ts'
import type { OpenNotebook } from './open-notebook.ts'
import { isParameters, withParameters } from './parameters.ts'
import { printNotebook } from './print-notebook.ts'
import { hiddenCells, isSectionCollapsed, sectionOf, withSectionCollapsed } from './sections.ts'

/** Carries out a command for the cell it was given in. `restart` is the page's, which asks first. */
export function runCommand(
  notebook: OpenNotebook,
  cellId: string | null,
  command: Exclude<CommandName, 'restart'> | EditorCommand,
): void {
  if (runPageCommand(notebook, command)) return
  const { cells } = notebook
  const index = cells.findIndex((cell) => cell.id === cellId)
  const cell = cells[index]
  if (cell === undefined) return
  if (isLanguageCommand(command)) return void runInEditor(notebook, cell.id, command)
  const hidden = hiddenCells(cells)
  const selection = notebook.selection.some(({ id }) => id === cell.id)
    ? notebook.selection
    : [cell]
  const ids = selection.map(({ id }) => id)
  const first = cells.findIndex(({ id }) => id === ids[0])
  const last = first + ids.length - 1

  /** The cell so many steps away; cells under a collapsed heading are no step. */
  const stepFrom = (from: number, step: -1 | 1): Cell | undefined => {
    let at = from + step
    while (cells[at] !== undefined && hidden.has(cells[at]?.id ?? '')) at += step
    return cells[at]
  }
  const select = (target: Cell | undefined, mode: 'command' | 'edit' = 'command'): void => {
    if (target !== undefined) notebook.select(target.id, mode)
  }
  const insert = (at: number, mode: 'command' | 'edit'): void =>
    notebook.select(notebook.insertCell(at, cell.kind === 'sql' ? 'sql' : 'typescript'), mode)
  const setKind = (kind: CellKind): void => {
    for (const each of selection) {
      if (each.kind === kind) continue
      notebook.perform({ type: 'set-cell-kind', cellId: each.id, kind })
    }
  }
  const setMetadata = (each: Cell, metadata: Cell['metadata']): void =>
    notebook.perform({ type: 'set-cell-metadata', cellId: each.id, metadata })
  const toggle = (
    isSet: (each: Cell) => boolean,
    set: (each: Cell, next: boolean) => void,
  ): void => {
    const next = !isSet(cell)
    for (const each of selection) if (isSet(each) !== next) set(each, next)
  }
  const toggleHidden = (key: 'source_hidden' | 'outputs_hidden'): void =>
    toggle(
      (each) => isHiddenIn(each, key),
      (each, next) => setMetadata(each, withHidden(each, key, next)),
    )
  const setSection = (isCollapsed: boolean): void => {
    const section = sectionOf(cells, index)
    if (section === undefined || isSectionCollapsed(section) === isCollapsed) return
    setMetadata(section, withSectionCollapsed(section, isCollapsed))
    if (isCollapsed) select(section)
  }

  switch (command) {
    case 'edit':
      return notebook.select(cell.id, 'edit')
    case 'leave':
    case 'select-one':
      return notebook.select(cell.id, 'command')
    case 'run':
      notebook.run(ids)
      return notebook.store.setState({ mode: 'command' })
    case 'run-and-advance':
      notebook.run(ids)
      return last === cells.length - 1
        ? insert(last + 1, 'edit')
        : select(stepFrom(last, 1) ?? cell)
    case 'run-and-insert':
      notebook.run(ids)
      return insert(last + 1, 'edit')
    case 'run-above':
      return notebook.run(cells.slice(0, first).map(({ id }) => id))
    case 'run-below':
      return notebook.run(cells.slice(first).map(({ id }) => id))
    case 'select-previous':
      return select(stepFrom(index, -1) ?? cell)
    case 'select-next':
      return select(stepFrom(index, 1) ?? cell)
    case 'select-first':
      return select(cells[0])
    case 'select-last':
      return select(stepFrom(cells.length, -1))
    case 'extend-up':
      return notebook.selectTo((stepFrom(index, -1) ?? cell).id)
    case 'extend-down':
      return notebook.selectTo((stepFrom(index, 1) ?? cell).id)
    case 'select-all':
      select(cells[0])
      return notebook.selectTo(cells.at(-1)?.id ?? cell.id)
    case 'leave-up': {
      const target = stepFrom(index, -1)
      return select(target, editable(target?.kind))
    }
    case 'leave-down': {
      const target = stepFrom(index, 1)
      return select(target, editable(target?.kind))
    }
    case 'insert-above':
      return insert(first, 'command')
    case 'insert-below':
      return insert(last + 1, 'command')
    case 'delete':
      return notebook.deleteCells(ids)
    case 'copy':
      return copySelection(notebook)
    case 'cut':
      copySelection(notebook)
      return notebook.deleteCells(ids)
    case 'paste-below':
      return pasteCopied(notebook, 'below')
    case 'paste-above':
      return pasteCopied(notebook, 'above')
    case 'to-typescript':
      return setKind('typescript')
    case 'to-sql':
      return setKind('sql')
    case 'to-markdown':
      return setKind('markdown')
    case 'to-raw':
      return setKind('raw')
    case 'move-up':
      if (first > 0) notebook.perform({ type: 'move-cells', cellIds: ids, index: first - 1 })
      return
    case 'move-down':
      if (last === cells.length - 1) return
      return notebook.perform({ type: 'move-cells', cellIds: ids, index: first + 1 })
    case 'toggle-parameters':
      return toggle(isParameters, (each, next) => setMetadata(each, withParameters(each, next)))
    case 'toggle-source':
      return toggleHidden('source_hidden')
    case 'toggle-outputs':
      return toggleHidden('outputs_hidden')
    case 'clear-outputs':
      return notebook.perform({ type: 'clear-outputs', cellIds: ids })
    case 'collapse-section':
      return setSection(true)
    case 'expand-section':
      return setSection(false)
    default:
  }
}

/** Commands that are about no cell; false for the others. */
function runPageCommand(
  notebook: OpenNotebook,
  command: Exclude<CommandName, 'restart'> | EditorCommand,
): boolean {
  const { store } = notebook
  const wanted = EXPORTS.find((each) => each.command === command)
  if (wanted !== undefined) {
    const path = store.getState().state?.path
    if (path !== undefined) download(path, wanted)
    return true
  }
  switch (command) {
    case 'run-all':
      notebook.runAll()
      return true
    case 'run-stale': {
      const { state } = store.getState()
      if (state !== null) notebook.run(cellsToRunAgain(state))
      return true
    }
    case 'restore':
      notebook.restoreCells()
      return true
    case 'clear-all-outputs':
      notebook.perform({ type: 'clear-outputs', cellIds: notebook.cells.map(({ id }) => id) })
      return true
    case 'interrupt':
    case 'shut-down':
    case 'save':
      if (command === 'save') notebook.save()
      else notebook.perform({ type: command })
      return true
    case 'print':
      void printNotebook(notebook)
      return true
    case 'find':
      store.setState({ isSearching: true })
      return true
    case 'show-outline':
      store.setState({ isOutlineShown: !store.getState().isOutlineShown })
      return true
    case 'palette':
    case 'help':
      store.setState({ dialog: command })
      return true
    default:
      return false
  }
}

/** The cursor goes on into a source; a rendered text is only selected. */
function editable(kind: CellKind | undefined): 'command' | 'edit' {
  return kind === 'markdown' ? 'command' : 'edit'
}
