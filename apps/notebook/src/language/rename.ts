import { fileURLToPath } from 'node:url'
import { CellLines, type Range } from './cell-file.ts'
import { shownPath } from './definition.ts'
import { LanguageError } from './errors.ts'
import { isBindingName } from './identifier.ts'
import type { CellEdit } from './language.ts'

/** The language server's answer. */
export interface FileEdits {
  readonly changes?:
    | Readonly<Record<string, readonly { readonly range: Range; readonly newText: string }[]>>
    | undefined
}

/** @throws {LanguageError} `RENAME_REFUSED` */
export function checkNewName(newName: string, isDeclared: boolean): void {
  if (!isBindingName(newName)) {
    throw new LanguageError('RENAME_REFUSED', `Cannot rename to "${newName}": it is no name`, {
      hint: 'Use letters, digits, _ and $, and no word of TypeScript',
    })
  }
  if (isDeclared) {
    throw new LanguageError('RENAME_REFUSED', `Cannot rename to "${newName}": a cell declares it`, {
      hint: 'Choose a name that no cell has',
    })
  }
}

/**
 * The edits of the cells' own texts; none when there is nothing that could be renamed.
 *
 * @param cellAt The cell that a file stands for, with the text that its positions are about.
 * @throws {LanguageError} `RENAME_REFUSED` for a name that comes from elsewhere.
 */
export function readEdits(
  found: FileEdits | null,
  cellAt: (uri: string) => { readonly id: string; readonly source: string } | undefined,
): CellEdit[] {
  return Object.entries(found?.changes ?? {}).flatMap(([uri, changes]) => {
    const cell = cellAt(uri)
    if (cell === undefined) throw renameRefusal(shownPath(fileURLToPath(uri)))
    const lines = new CellLines(cell.source)
    return changes.flatMap(({ range, newText }) => {
      // Imports and exports of the file are made anew with the cells.
      const place = lines.range(range)
      return place === undefined ? [] : [{ cellId: cell.id, ...place, text: newText }]
    })
  })
}

/** @param declaredIn The file that declares the name; undefined where there is no name. */
export function renameRefusal(declaredIn: string | undefined): LanguageError {
  const why = declaredIn === undefined ? 'no name stands there' : `it is declared in ${declaredIn}`
  return new LanguageError('RENAME_REFUSED', `Cannot rename: ${why}`, {
    hint: 'Put the cursor on a name that a cell of this notebook declares',
  })
}
