import { maybeCell, splitFences } from './import-markdown.ts'
import type { ImportedCell } from './import-notebook.ts'

const HEAD = /^\s*<!-- srcbook:(\{.*\}) -->\s*\n?/

/** Srcbook's Markdown, `.src.md`: a head in a comment, then prose, and code under headings of level 6 with file names. */
export function isSrcbook(text: string): boolean {
  return HEAD.test(text)
}

/**
 * A srcbook as cells. There each cell is a file of its own that imports others; here all have one scope, so that imports
 * of other cells are put into comments.
 */
export function importSrcbook(text: string): readonly ImportedCell[] {
  const cells: ImportedCell[] = []
  let name: string | undefined
  for (const piece of splitFences(text.replace(HEAD, ''))) {
    if (piece.fence === undefined) {
      const { prose, file } = takeFileName(piece.text)
      name = file
      if (prose.trim() !== '') cells.push({ kind: 'markdown', source: prose })
    } else {
      const cell = maybeCell(piece.fence, piece.text)
      const isFile = name !== undefined
      if (cell !== undefined && (isFile || cell.kind !== 'raw')) cells.push({ ...cell, name })
      else cells.push({ kind: 'markdown', source: piece.whole })
      name = undefined
    }
  }
  const names = cells.flatMap((cell) => (cell.name === undefined ? [] : [cell.name]))
  return cells.map((cell) => withoutImportsOf(names, cell))
}

/** `###### index.ts`, or `###### [index.ts](./src/index.ts)`, at the end of the prose before a fence. */
function takeFileName(text: string): { readonly prose: string; readonly file: string | undefined } {
  const match = /(?:^|\n)###### +(?:\[([^\]\n]+)\]\([^)\n]*\)|(\S+))\s*$/.exec(text)
  if (match === null) return { prose: text, file: undefined }
  return { prose: text.slice(0, match.index), file: match[1] ?? match[2] }
}

function withoutImportsOf(names: readonly string[], cell: ImportedCell): ImportedCell {
  if (cell.kind !== 'typescript') return cell
  const own = new Set(names.map((name) => `./${name.replace(/\.\w+$/, '')}`))
  let isChanged = false
  const source = cell.source.replaceAll(
    /^import\b[^'"]*['"](\.\/[^'"]+?)(?:\.[mc]?[jt]sx?)?['"].*$/gm,
    (statement: string, path: string) => {
      if (!own.has(path)) return statement
      isChanged = true
      return statement.replaceAll(/^/gm, '// ')
    },
  )
  if (!isChanged) return cell
  const conversion = 'imports another cell, whose names are there already: the import is a comment'
  return { ...cell, source, conversion }
}
