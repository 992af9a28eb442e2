import { isObject, objectOr } from './json-shape.ts'
import type { Cell, JsonObject } from './notebook.ts'

/**
 * What a code cell of a file is here. A cell in a language that does not run here is a raw one that remembers it,
 * and goes back into the file as the code cell that it was.
 */
export type CellLanguage = Pick<Cell, 'kind' | 'source' | 'language' | 'magic'>

const TYPESCRIPT = new Set(['typescript', 'javascript', 'ts', 'js', 'tsx', 'jsx', 'node', 'nodejs'])
/** Names of kernels whose notebooks do not say their language; `streamlit` is that of Snowflake's notebooks. */
const LANGUAGES_OF_KERNELS: ReadonlyMap<string, string> = new Map([
  ['deno', 'typescript'],
  ['tslab', 'typescript'],
  ['jslab', 'javascript'],
  ['javascript', 'javascript'],
  ['typescript', 'typescript'],
  ['python', 'python'],
  ['python2', 'python'],
  ['python3', 'python'],
  ['streamlit', 'python'],
])

/** The language of a notebook's cells that do not say their own; TypeScript where nothing says it. */
export function languageOfNotebook(metadata: JsonObject): string {
  const kernel = objectOr(metadata['kernelspec'])
  const info = objectOr(metadata['language_info'])
  const name = typeof kernel['name'] === 'string' ? kernel['name'].toLowerCase() : ''
  const known = [kernel['language'], info['name'], LANGUAGES_OF_KERNELS.get(name)]
  return normal(known.find(isName) ?? 'typescript')
}

/**
 * The kind of a code cell, by the first that says it: our own mark, VS Code's, Snowflake's, a `%%magic` on the first
 * line, the notebook. The line `%%sql …` is no SQL: it is kept aside.
 */
export function readCellLanguage(
  metadata: JsonObject,
  source: string,
  ofNotebook: string,
): CellLanguage {
  const own = objectOr(metadata['spcs'])['language']
  if (own === 'sql' || own === 'typescript') return { kind: own, source }
  const [line = '', name = ''] = /^%%(\w+)[^\n]*(?:\n|$)/.exec(source) ?? []
  if (name.toLowerCase() === 'sql') {
    return { kind: 'sql', source: source.slice(line.length), magic: line.replace(/\n$/, '') }
  }
  const marks = [objectOr(metadata['vscode'])['languageId'], metadata['language']]
  const marked = marks.find(isName)
  const language = name !== '' ? `%%${name}` : normal(marked ?? ofNotebook)
  if (language === 'sql') return { kind: 'sql', source }
  if (language === 'typescript') return { kind: 'typescript', source }
  return { kind: 'raw', source, language }
}

/** The kind says the language: our own mark of it is made again when the cell is printed. */
export function withoutMark(metadata: JsonObject): JsonObject {
  const { spcs, ...others } = metadata
  if (!isObject(spcs)) return metadata
  const { language, ...rest } = spcs
  if (language !== 'sql' && language !== 'typescript') return metadata
  return Object.keys(rest).length === 0 ? others : { ...others, spcs: rest }
}

/** A code cell's source and metadata in its file, such that reading them gives the cell again. */
export function printCellLanguage(
  cell: Cell,
  ofNotebook: string,
): { readonly source: string; readonly metadata: JsonObject } {
  const { magic } = cell
  if (cell.language !== undefined) return cell
  const source = magic === undefined ? cell.source : `${magic}\n${cell.source}`
  if (isRead(cell, cell.metadata, source, ofNotebook)) return { source, metadata: cell.metadata }
  // Another program's mark is changed where it says otherwise; ours is for where nothing else can say it.
  const changed = cell.kind === 'sql' ? cell.metadata : notSql(cell.metadata)
  if (isRead(cell, changed, source, ofNotebook)) return { source, metadata: changed }
  const spcs = { ...objectOr(changed['spcs']), language: cell.kind }
  return { source, metadata: { ...changed, spcs } }
}

function isRead(cell: Cell, metadata: JsonObject, source: string, ofNotebook: string): boolean {
  const read = readCellLanguage(metadata, source, ofNotebook)
  return (
    read.kind === cell.kind &&
    read.source === cell.source &&
    read.magic === cell.magic &&
    read.language === cell.language
  )
}

function notSql(metadata: JsonObject): JsonObject {
  const { vscode, language } = metadata
  return {
    ...metadata,
    ...(objectOr(vscode)['languageId'] === 'sql'
      ? { vscode: { ...objectOr(vscode), languageId: 'typescript' } }
      : {}),
    ...(language === 'sql' ? { language: 'typescript' } : {}),
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function normal(language: string): string {
  const name = language.toLowerCase()
  if (TYPESCRIPT.has(name)) return 'typescript'
  return /^i?python\d*$/.test(name) ? 'python' : name
}
