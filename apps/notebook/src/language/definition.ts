import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CellLines, type Range } from './cell-file.ts'
import type { Definition } from './language.ts'

/** A place in the language server's answer. */
export interface FileLocation {
  readonly uri: string
  readonly range: Range
}

/** What is shown of a file. */
const MOST_LINES = 40
const MOST_CHARACTERS = 10_000
/** Whoever may look at a notebook may ask, also about a text that imports what lies elsewhere: code is no secret, data may be. */
const CODE = /\.[cm]?[jt]sx?$/

/** @param cellAt The cell that a file stands for, with the text that its positions are about. */
export async function readDefinitions(
  found: readonly FileLocation[],
  cellAt: (uri: string) => { readonly id: string; readonly source: string } | undefined,
): Promise<Definition[]> {
  const definitions = await Promise.all(
    found.map(async ({ uri, range }): Promise<Definition | undefined> => {
      const cell = cellAt(uri)
      if (cell === undefined) return await inFile(uri, range)
      const place = new CellLines(cell.source).range(range)
      return place && { kind: 'cell', cellId: cell.id, ...place }
    }),
  )
  return definitions.filter((definition) => definition !== undefined)
}

async function inFile(uri: string, { start }: Range): Promise<Definition | undefined> {
  // Only what the server reads from the disk has a text of its own there.
  if (!uri.startsWith('file:')) return undefined
  const path = fileURLToPath(uri)
  if (!CODE.test(path)) return undefined
  const lines = (await readFile(path, 'utf8')).split(/\r\n|\r|\n/)
  const shown = lines.slice(start.line, start.line + MOST_LINES).join('\n')
  const text = shown.slice(0, MOST_CHARACTERS)
  return { kind: 'file', path: shownPath(path), line: start.line + 1, text }
}

/** The part of a path that says something to a reader: from the package on, or the file's name. */
export function shownPath(path: string): string {
  const parts = path.split(/[\\/]node_modules[\\/]/)
  return parts.length > 1 ? (parts.at(-1) ?? path).replaceAll('\\', '/') : basename(path)
}
