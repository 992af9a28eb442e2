import {
  languageOfNotebook,
  printCellLanguage,
  readCellLanguage,
  withoutMark,
} from './cell-language.ts'
import {
  arrayAt,
  countAt,
  invalid,
  isObject,
  objectAt,
  optionalObjectAt,
  parseJson,
  textAt,
} from './json-shape.ts'
import { upgradeCell, upgradeNotebook } from './nbformat-3.ts'
import type { Cell, JsonObject, JsonValue, Notebook, Output } from './notebook.ts'
import { normalizeSource } from './source-changes.ts'

/**
 * The .ipynb format: reads nbformat 3 and 4, prints 4.5 as Jupyter does (sorted keys, indent of one space).
 * Keys that are not known are kept, in the file, its cells, their outputs and all metadata.
 *
 * A SQL cell is a code cell with the metadata `{"spcs": {"language": "sql"}}`; those of VS Code
 * (`vscode.languageId`) and of Snowflake's notebooks (`language`, `%%sql`) are read too, and kept as they are.
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
  const written = objectAt(parseJson(text), 'the file')
  const { nbformat } = written
  if (nbformat !== 3 && nbformat !== 4) {
    throw invalid('nbformat', `is ${JSON.stringify(nbformat ?? null)}, not 3 or 4`)
  }
  const file = nbformat === 3 ? upgradeNotebook(written) : written
  const { cells: list, metadata: given, nbformat: _, nbformat_minor: minor, ...others } = file
  const metadata = optionalObjectAt(given, 'metadata')
  const language = languageOfNotebook(metadata)
  const cells = arrayAt(list, 'cells').map((cell, at) => {
    const place = `cells[${at}]`
    return parseCell(upgradeCell(objectAt(cell, place), place), place, language)
  })
  const isNewer = nbformat === 4 && typeof minor === 'number' && minor > MINOR
  const besides = isNewer ? { ...others, nbformat_minor: minor } : others
  return { notebook: { cells: withIds(cells), metadata }, besides }
}

/** The text of a notebook's file. */
export function printNotebook({ notebook, besides }: NotebookFile): string {
  const language = languageOfNotebook(notebook.metadata)
  const file: JsonObject = {
    nbformat_minor: MINOR,
    ...besides,
    cells: notebook.cells.map((cell) => printCell(cell, language)),
    metadata: notebook.metadata,
    nbformat: 4,
  }
  return `${JSON.stringify(sortKeys(file), null, 1)}\n`
}

const MINOR = 5

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

function parseCell(cell: JsonObject, place: string, ofNotebook: string): ParsedCell {
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
  if (type !== 'code' && type !== 'markdown' && type !== 'raw') {
    throw invalid(`${place}.cell_type`, `is ${JSON.stringify(type ?? null)}`)
  }
  const isCode = type === 'code'
  const written = optionalObjectAt(metadata, `${place}.metadata`)
  const text = normalizeSource(textAt(source ?? '', `${place}.source`))
  return {
    id: typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined,
    ...(isCode ? readCellLanguage(written, text, ofNotebook) : { kind: type, source: text }),
    version: 0,
    metadata: isCode ? withoutMark(written) : written,
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

function parseOutput(written: unknown, place: string): Output {
  const { output_type: type, ...rest } = objectAt(written, place)
  switch (type) {
    case 'stream': {
      const { name, text, ...besides } = rest
      const isOther = typeof name === 'string' && name !== 'stdout' && name !== 'stderr'
      return {
        type,
        name: name === 'stderr' ? 'stderr' : 'stdout',
        text: textAt(text ?? '', `${place}.text`),
        omitted: 0,
        ...maybeBesides(isOther ? { ...besides, name } : besides),
      }
    }
    case 'display_data': {
      const { data, metadata, ...besides } = rest
      const bundle = bundleAt({ data, metadata }, place)
      return { type: 'display', ...bundle, trusted: false, ...maybeBesides(besides) }
    }
    case 'execute_result': {
      const { data, metadata, execution_count: counted, ...besides } = rest
      const bundle = bundleAt({ data, metadata }, place)
      const count = countAt(counted, `${place}.execution_count`)
      return { type: 'result', ...bundle, count, trusted: false, ...maybeBesides(besides) }
    }
    case 'error': {
      const { ename, evalue, traceback, ...besides } = rest
      const lines = arrayAt(traceback ?? [], `${place}.traceback`)
      return {
        type,
        name: textAt(ename ?? '', `${place}.ename`),
        message: textAt(evalue ?? '', `${place}.evalue`),
        traceback: lines.map((line, n) => textAt(line, `${place}.traceback[${n}]`)),
        ...maybeBesides(besides),
      }
    }
    default:
      throw invalid(`${place}.output_type`, `is ${JSON.stringify(type ?? null)}`)
  }
}

function maybeBesides(besides: JsonObject): { readonly besides?: JsonObject } {
  return Object.keys(besides).length === 0 ? {} : { besides }
}

function bundleAt(
  output: { readonly data: JsonValue | undefined; readonly metadata: JsonValue | undefined },
  place: string,
): { data: JsonObject; metadata: JsonObject } {
  const data = optionalObjectAt(output.data, `${place}.data`)
  const joined = Object.entries(data).map(([mime, value]): [string, JsonValue] =>
    isJsonMime(mime) ? [mime, value] : [mime, textAt(value, `${place}.data["${mime}"]`)],
  )
  const metadata = optionalObjectAt(output.metadata, `${place}.metadata`)
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

// Printing

function printCell(cell: Cell, ofNotebook: string): JsonObject {
  // A raw cell with a language is code of another language.
  const isCode = isCodeKind(cell) || cell.language !== undefined
  const { source, metadata } = isCode ? printCellLanguage(cell, ofNotebook) : cell
  return {
    ...cell.besides,
    ...(cell.attachments === undefined || isCode ? {} : { attachments: cell.attachments }),
    cell_type: isCode ? 'code' : cell.kind,
    id: cell.id,
    metadata,
    source: splitLines(source),
    ...(isCode
      ? { execution_count: cell.executionCount, outputs: cell.outputs.map(printOutput) }
      : {}),
  }
}

function isCodeKind({ kind }: Cell): boolean {
  return kind === 'typescript' || kind === 'sql'
}

/** An output as the file holds it. */
export function printOutput(output: Output): JsonObject {
  return { ...printKnown(output), ...output.besides }
}

function printKnown(output: Output): JsonObject {
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
