import { normalizeSource } from './source-changes.ts'
import { NotebookError } from './errors.ts'
import type { Cell, CellKind, JsonObject, JsonValue, Notebook, Output } from './notebook.ts'

/**
 * The .ipynb format: reads nbformat 3 and 4, prints 4.5 as Jupyter does (sorted keys, indent of one space).
 * Keys that are not known are kept, in the file, its cells and all metadata.
 *
 * A SQL cell is a code cell with the metadata `{"spcs": {"language": "sql"}}`; those of VS Code
 * (`vscode.languageId`) and of Snowflake's notebooks (`language`) are read too, and kept as they are.
 */
export interface NotebookFile {
  readonly notebook: Notebook
  /** Top-level keys that nbformat does not know. */
  readonly besides: JsonObject
}

/**
 * Reads a file's text. Outputs that come with it are not trusted.
 *
 * @throws {NotebookError} `NOTEBOOK_INVALID` says what is wrong and where.
 */
export function parseNotebook(text: string): NotebookFile {
  const file = objectAt(parseJson(text), 'the file')
  const { cells: _, metadata, nbformat, nbformat_minor: __, ...besides } = file
  if (nbformat !== 3 && nbformat !== 4) {
    throw invalid('nbformat', `is ${JSON.stringify(nbformat ?? null)}, not 3 or 4`)
  }
  const written = nbformat === 3 ? cellsOfWorksheets(file) : arrayAt(file['cells'], 'cells')
  if (nbformat === 3) delete (besides as Record<string, JsonValue>)['worksheets']
  const cells = written.map((cell, at) => parseCell(upgradeCell(cell, `cells[${at}]`), at))
  const notebook = { cells: withIds(cells), metadata: optionalObjectAt(metadata, 'metadata') }
  return { notebook, besides }
}

/** The text of a notebook's file. */
export function printNotebook({ notebook, besides }: NotebookFile): string {
  const file: JsonObject = {
    ...besides,
    cells: notebook.cells.map(printCell),
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  }
  return `${JSON.stringify(sortKeys(file), null, 1)}\n`
}

/** A new notebook's metadata: what other programs need to know of its language. */
export const TYPESCRIPT_METADATA: JsonObject = {
  kernelspec: { display_name: 'TypeScript', language: 'typescript', name: 'typescript' },
  language_info: {
    file_extension: '.ts',
    mimetype: 'text/typescript',
    name: 'typescript',
    nbconvert_exporter: 'script',
  },
}

// Reading

type ParsedCell = Omit<Cell, 'id'> & { readonly id: string | undefined }

/** A notebook may nest its metadata deeply, but not so deep that reading it ends the program. */
const MOST_DEPTH = 500

function parseJson(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch (error) {
    const what = json.trim() === '' ? 'it is empty' : (error as Error).message
    throw new NotebookError('NOTEBOOK_INVALID', `Cannot read notebook: it is no JSON: ${what}`, {
      hint: 'Repair the file or take it away; it is left as it is',
      cause: error,
    })
  }
  if (depthOf(parsed) > MOST_DEPTH) throw invalid('the file', `nests deeper than ${MOST_DEPTH}`)
  return parsed
}

/** How deep a value nests, without recursion. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value]
  let depth = 0
  while (level.length > 0 && depth <= MOST_DEPTH) {
    const next: unknown[] = []
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue
      for (const inner of Object.values(each)) next.push(inner)
    }
    level = next
    depth++
  }
  return depth
}

function parseCell(cell: JsonObject, at: number): ParsedCell {
  const place = `cells[${at}]`
  const {
    id,
    cell_type: type,
    metadata,
    source,
    attachments,
    outputs,
    execution_count: count,
    ...besides
  } = cell
  const written = optionalObjectAt(metadata, `${place}.metadata`)
  const kind = kindOf(type, written, place)
  const isCode = type === 'code'
  return {
    id: typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined,
    kind,
    source: normalizeSource(textAt(source ?? '', `${place}.source`)),
    version: 0,
    metadata: withoutLanguage(written),
    ...(attachments === undefined
      ? {}
      : { attachments: objectAt(attachments, `${place}.attachments`) }),
    outputs: isCode
      ? arrayAt(outputs ?? [], `${place}.outputs`).map((output, n) =>
          parseOutput(output, `${place}.outputs[${n}]`),
        )
      : [],
    executionCount: isCode ? countAt(count, `${place}.execution_count`) : null,
    run: { status: 'idle' },
    ...(Object.keys(besides).length === 0 ? {} : { besides }),
  }
}

function kindOf(type: unknown, metadata: JsonObject, place: string): CellKind {
  if (type === 'markdown' || type === 'raw') return type
  if (type === 'code') return isSql(metadata) ? 'sql' : 'typescript'
  throw invalid(`${place}.cell_type`, `is ${JSON.stringify(type ?? null)}`)
}

function isSql(metadata: JsonObject): boolean {
  const own = languageIn(metadata['spcs'], 'language')
  return (own ?? languageIn(metadata['vscode'], 'languageId') ?? metadata['language']) === 'sql'
}

function languageIn(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) ? value[key] : undefined
}

/** The kind says the language: our own mark of it is made again when it is printed. */
function withoutLanguage(metadata: JsonObject): JsonObject {
  const { spcs, ...others } = metadata
  if (!isObject(spcs) || spcs['language'] !== 'sql') return metadata
  const { language: _, ...rest } = spcs
  return Object.keys(rest).length === 0 ? others : { ...others, spcs: rest }
}

function parseOutput(written: unknown, place: string): Output {
  const output = objectAt(written, place)
  const type = output['output_type']
  switch (type) {
    case 'stream': {
      const name = output['name'] === 'stderr' ? 'stderr' : 'stdout'
      return { type, name, text: textAt(output['text'] ?? '', `${place}.text`), omitted: 0 }
    }
    case 'display_data':
      return { type: 'display', ...bundleAt(output, place), trusted: false }
    case 'execute_result': {
      const count = countAt(output['execution_count'], `${place}.execution_count`)
      return { type: 'result', ...bundleAt(output, place), count, trusted: false }
    }
    case 'error':
      return {
        type,
        name: textAt(output['ename'] ?? '', `${place}.ename`),
        message: textAt(output['evalue'] ?? '', `${place}.evalue`),
        traceback: arrayAt(output['traceback'] ?? [], `${place}.traceback`).map((line, n) =>
          textAt(line, `${place}.traceback[${n}]`),
        ),
      }
    default:
      throw invalid(`${place}.output_type`, `is ${JSON.stringify(type ?? null)}`)
  }
}

function bundleAt(output: JsonObject, place: string): { data: JsonObject; metadata: JsonObject } {
  const data = optionalObjectAt(output['data'], `${place}.data`)
  const joined = Object.entries(data).map(([mime, value]): [string, JsonValue] =>
    isJsonMime(mime) ? [mime, value] : [mime, textAt(value, `${place}.data["${mime}"]`)],
  )
  const metadata = optionalObjectAt(output['metadata'], `${place}.metadata`)
  return { data: Object.fromEntries(joined), metadata }
}

/** Names the cells that have no name, or another's, by their text: the same file gives the same names. */
function withIds(cells: readonly ParsedCell[]): readonly Cell[] {
  const taken = new Set<string>()
  const named = cells.map((cell) => {
    const keeps = cell.id !== undefined && !taken.has(cell.id)
    if (keeps && cell.id !== undefined) taken.add(cell.id)
    return keeps ? cell : { ...cell, id: undefined }
  })
  return named.map((cell) => {
    const base = hashOf(`${cell.kind}\n${cell.source}`)
    let id = cell.id ?? base
    for (let n = 2; cell.id === undefined && taken.has(id); n++) id = `${base}-${n}`
    taken.add(id)
    return { ...cell, id }
  })
}

/** FNV-1a: short, the same everywhere, and needs nothing of Node. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}

// nbformat 3 and early 4

function cellsOfWorksheets(file: JsonObject): readonly JsonValue[] {
  const sheets = arrayAt(file['worksheets'] ?? [], 'worksheets')
  return sheets.flatMap((sheet, at) => {
    const place = `worksheets[${at}]`
    return arrayAt(objectAt(sheet, place)['cells'] ?? [], `${place}.cells`)
  })
}

/** A cell of nbformat 3 as one of 4; one of 4 as it is. */
function upgradeCell(written: unknown, place: string): JsonObject {
  const cell = objectAt(written, place)
  if (cell['cell_type'] === 'heading') {
    const { level, source, ...rest } = cell
    const marks = '#'.repeat(typeof level === 'number' ? Math.min(Math.max(level, 1), 6) : 1)
    const text = textAt(source ?? '', `${place}.source`).replace(/\s*\n\s*/g, ' ')
    return { ...rest, cell_type: 'markdown', source: `${marks} ${text}` }
  }
  if (cell['cell_type'] === 'html') return { ...cell, cell_type: 'markdown' }
  if (cell['cell_type'] !== 'code') return cell
  const { input, prompt_number: prompt, language, collapsed, ...rest } = cell
  const outputs = arrayAt(cell['outputs'] ?? [], `${place}.outputs`)
  const metadata = optionalObjectAt(cell['metadata'], `${place}.metadata`)
  return {
    ...rest,
    metadata: {
      ...(collapsed === undefined ? {} : { collapsed }),
      ...(input !== undefined && language === 'sql' ? { language } : {}),
      ...metadata,
    },
    source: cell['source'] ?? input ?? '',
    execution_count: cell['execution_count'] ?? prompt ?? null,
    outputs: outputs.map((output, n) => upgradeOutput(output, `${place}.outputs[${n}]`)),
  }
}

/** MIME types of nbformat 3's short names. */
const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['text', 'text/plain'],
  ['html', 'text/html'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpeg', 'image/jpeg'],
  ['latex', 'text/latex'],
  ['json', 'application/json'],
  ['javascript', 'application/javascript'],
  ['pdf', 'application/pdf'],
])

function upgradeOutput(written: unknown, place: string): JsonObject {
  const output = objectAt(written, place)
  const { output_type: type, metadata, prompt_number: prompt, ...rest } = output
  if (type === 'pyerr') return { ...rest, output_type: 'error' }
  if (type === 'stream') return { ...output, name: output['name'] ?? output['stream'] ?? 'stdout' }
  if (type !== 'pyout' && (type !== 'display_data' || 'data' in output)) return output
  const data: [string, JsonValue][] = []
  for (const [name, value] of Object.entries(rest)) {
    const mime = MIME_TYPES.get(name) ?? name
    if (mime === 'application/json') data.push([mime, parsedJson(textAt(value, `${place}.json`))])
    else data.push([mime, value])
  }
  const bundle = { data: Object.fromEntries(data), metadata: metadata ?? {} }
  if (type === 'display_data') return { output_type: type, ...bundle }
  return { output_type: 'execute_result', execution_count: prompt ?? null, ...bundle }
}

function parsedJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

// Printing

function printCell(cell: Cell): JsonObject {
  const isCode = cell.kind === 'typescript' || cell.kind === 'sql'
  return {
    ...cell.besides,
    ...(cell.attachments === undefined || isCode ? {} : { attachments: cell.attachments }),
    cell_type: isCode ? 'code' : cell.kind,
    id: cell.id,
    metadata: isCode ? withLanguage(cell.metadata, cell.kind) : cell.metadata,
    source: splitLines(cell.source),
    ...(isCode
      ? { execution_count: cell.executionCount, outputs: cell.outputs.map(printOutput) }
      : {}),
  }
}

/** Metadata that says the cell's language; another program's mark is changed only where it says otherwise. */
function withLanguage(metadata: JsonObject, kind: CellKind): JsonObject {
  if (isSql(metadata) === (kind === 'sql')) return metadata
  const { spcs, vscode, language } = metadata
  if (kind === 'sql') return { ...metadata, spcs: { ...objectOr(spcs), language: 'sql' } }
  return {
    ...withoutLanguage(metadata),
    ...(languageIn(vscode, 'languageId') === 'sql'
      ? { vscode: { ...objectOr(vscode), languageId: 'typescript' } }
      : {}),
    ...(language === 'sql' ? { language: 'typescript' } : {}),
  }
}

/** The value if it is an object, else an empty one. */
export function objectOr(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}

/** An output as the file holds it. */
export function printOutput(output: Output): JsonObject {
  switch (output.type) {
    case 'stream':
      return { output_type: 'stream', name: output.name, text: splitLines(printedText(output)) }
    case 'display': {
      const { metadata } = output
      return { output_type: 'display_data', data: splitData(output.data), metadata }
    }
    case 'result': {
      const { metadata, count } = output
      const data = splitData(output.data)
      return { output_type: 'execute_result', data, metadata, execution_count: count }
    }
    case 'error': {
      const { name, message, traceback } = output
      return { output_type: 'error', ename: name, evalue: message, traceback }
    }
  }
}

/** What is left out is said in the file too. */
function printedText({ text, omitted }: Output & { type: 'stream' }): string {
  return omitted === 0 ? text : `${text}\n[${omitted} more characters were printed]\n`
}

/** Text as Jupyter stores it: MIME types of text as lines, everything else as it is. */
function splitData(data: JsonObject): JsonObject {
  const entries = Object.entries(data).map(([mime, value]): [string, JsonValue] =>
    typeof value === 'string' && isTextMime(mime) ? [mime, splitLines(value)] : [mime, value],
  )
  return Object.fromEntries(entries)
}

function isTextMime(mime: string): boolean {
  return mime.startsWith('text/') || mime === 'application/javascript' || mime === 'image/svg+xml'
}

function isJsonMime(mime: string): boolean {
  return mime === 'application/json' || /^application\/.*\+json$/.test(mime)
}

function splitLines(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (!isObject(value)) return value
  const keys = Object.keys(value).toSorted()
  // fromEntries makes own properties even of `__proto__`.
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key] ?? null)]))
}

// Checks

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function objectAt(value: unknown, place: string): JsonObject {
  if (isObject(value)) return value
  throw invalid(place, 'is no object')
}

function optionalObjectAt(value: unknown, place: string): JsonObject {
  return value === undefined || value === null ? {} : objectAt(value, place)
}

function arrayAt(value: unknown, place: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value
  throw invalid(place, 'is no list')
}

function textAt(value: unknown, place: string): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('')
  throw invalid(place, 'is neither text nor a list of lines')
}

function countAt(value: unknown, place: string): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return value
  throw invalid(place, 'is no number')
}

function invalid(place: string, what: string): NotebookError {
  return new NotebookError('NOTEBOOK_INVALID', `Cannot read notebook: ${place} ${what}`, {
    hint: 'Repair the file or take it away; it is left as it is',
  })
}
