import { statementTexts } from '../kernel/child/sql/split-statements.ts'
import { emptyCell } from '../notebook/apply-operation.ts'
import { NotebookError } from '../notebook/errors.ts'
import { type NotebookFile, parseNotebook, TYPESCRIPT_METADATA } from '../notebook/ipynb.ts'
import type { Cell, CellKind } from '../notebook/notebook.ts'
import { type Conversion, conversionsOf } from './conversions.ts'
import { importMarkdown } from './import-markdown.ts'
import { importScript } from './import-script.ts'
import { IMPORTED_ENDINGS } from './imported-endings.ts'
import { importSrcbook, isSrcbook } from './import-srcbook.ts'

/** A notebook made of a file of another kind. */
export interface ImportedNotebook extends NotebookFile {
  readonly conversions: readonly Conversion[]
}

/** A cell on its way in; it gets its id when all are there. */
export interface ImportedCell {
  readonly kind: CellKind
  readonly source: string
  readonly language?: string | undefined
  /** The cell's name where it comes from: `index.ts`. */
  readonly name?: string | undefined
  /** What was changed, in words that follow "Cell 3". */
  readonly conversion?: string | undefined
}

/**
 * Makes a notebook of a file, by what is in it: a notebook of any program, a srcbook, Markdown with code in fences,
 * a script of TypeScript or SQL.
 *
 * @throws {NotebookError} `NOTEBOOK_INVALID`, `IMPORT_REFUSED`
 */
export function importNotebook(text: string, name: string): ImportedNotebook {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (/^\s*\{[^]*"nbformat"\s*:/.test(content)) {
    const file = parseNotebook(content)
    return { ...file, conversions: conversionsOf(file.notebook) }
  }
  return assemble(readCells(content.replaceAll(/\r\n?/g, '\n'), name))
}

function readCells(text: string, name: string): readonly ImportedCell[] {
  const ending = /\.\w+$/.exec(name.toLowerCase())?.[0] ?? ''
  if (isSrcbook(text)) return importSrcbook(text)
  switch (ending) {
    case '.md':
      return importMarkdown(text)
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return importScript(text)
    case '.sql':
      return statementTexts(text).map((source) => ({ kind: 'sql', source }))
    default:
      throw new NotebookError('IMPORT_REFUSED', `Cannot make a notebook of "${name}"`, {
        hint: `Choose a file that ends with ${IMPORTED_ENDINGS.join(', ')}`,
      })
  }
}

function assemble(imported: readonly ImportedCell[]): ImportedNotebook {
  const cells = imported.map(({ kind, source, language, name }, at): Cell => ({
    ...emptyCell(`cell-${at + 1}`, kind, source.replace(/^\n+|\s+$/g, '')),
    ...(language === undefined ? {} : { language }),
    metadata: {
      ...(language === undefined ? {} : { language }),
      ...(name === undefined ? {} : { name }),
    },
  }))
  const filled = cells.length > 0 ? cells : [emptyCell('cell-1', 'typescript', '')]
  const notebook = { cells: filled, metadata: TYPESCRIPT_METADATA }
  const said = imported.flatMap(({ conversion: text }, at) =>
    text === undefined ? [] : [{ cellId: `cell-${at + 1}`, number: at + 1, text }],
  )
  const conversions = [...said, ...conversionsOf(notebook)].toSorted((a, b) => a.number - b.number)
  return { notebook, besides: {}, conversions }
}
