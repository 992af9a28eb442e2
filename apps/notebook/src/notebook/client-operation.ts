import { NotebookError } from './errors.ts'
import { MOST_OUTPUTS } from './cell-outputs.ts'
import type { CellKind, JsonObject, Output } from './notebook.ts'
import type { ClientOperation, NewCell } from './operations.ts'

/** Characters of one cell's text. */
export const MOST_SOURCE_CHARACTERS = 4_000_000
/** Cells of a notebook that a client may make. */
export const MOST_CELLS = 10_000
const MOST_METADATA_CHARACTERS = 1_000_000
const MOST_METADATA_DEPTH = 50
const MOST_TEXT_CHARACTERS = 100_000
/** A message of the socket holds no more than this and a little. */
const MOST_ATTACHMENT_CHARACTERS = 7_000_000
const MOST_OUTPUT_CHARACTERS = 7_000_000

/**
 * Reads an operation that a client sent. Only what is known is taken over, into a new object: what the server
 * fills in is never the client's, and nothing reaches a prototype.
 *
 * @throws {NotebookError} `OPERATION_INVALID`
 */
export function decodeClientOperation(message: unknown): ClientOperation {
  const fields = recordAt(message, 'operation')
  const type = own(fields, 'type')
  switch (type) {
    case 'insert-cell':
      return {
        type,
        index: indexAt(fields),
        cellId: idAt(own(fields, 'cellId'), 'cellId'),
        kind: kindAt(fields),
        source: textAt(own(fields, 'source'), 'source', MOST_SOURCE_CHARACTERS),
      }
    case 'insert-cells':
      return { type, index: indexAt(fields), cells: newCellsAt(own(fields, 'cells')) }
    case 'delete-cell':
      return { type, cellId: idAt(own(fields, 'cellId'), 'cellId') }
    case 'restore-cell':
      return { type, cellId: idAt(own(fields, 'cellId'), 'cellId'), index: indexAt(fields) }
    case 'move-cells':
      return { type, cellIds: idsAt(own(fields, 'cellIds')), index: indexAt(fields) }
    case 'set-cell-kind':
      return { type, cellId: idAt(own(fields, 'cellId'), 'cellId'), kind: kindAt(fields) }
    case 'change-source':
      return {
        type,
        cellId: idAt(own(fields, 'cellId'), 'cellId'),
        version: wholeNumberAt(own(fields, 'version'), 'version'),
        changes: own(fields, 'changes'),
      }
    case 'set-cell-metadata':
      return {
        type,
        cellId: idAt(own(fields, 'cellId'), 'cellId'),
        metadata: jsonAt(own(fields, 'metadata'), 'metadata', MOST_METADATA_CHARACTERS),
      }
    case 'set-attachments':
      return {
        type,
        cellId: idAt(own(fields, 'cellId'), 'cellId'),
        attachments: attachmentsAt(own(fields, 'attachments')),
      }
    case 'clear-outputs':
    case 'run-cells':
      return { type, cellIds: idsAt(own(fields, 'cellIds')) }
    case 'interrupt':
    case 'restart':
    case 'shut-down':
    case 'kill':
    case 'save':
      return { type }
    case 'answer-input':
      return {
        type,
        inputId: textAt(own(fields, 'inputId'), 'inputId', 200),
        text: textAt(own(fields, 'text'), 'text', MOST_TEXT_CHARACTERS),
      }
    case 'use':
      return {
        type,
        role: nameAt(fields, 'role'),
        warehouse: nameAt(fields, 'warehouse'),
        database: nameAt(fields, 'database'),
        schema: nameAt(fields, 'schema'),
      }
    default:
      throw invalid('type', 'is not known')
  }
}

/** A cursor that a client sent. */
export function decodePresence(
  cellId: unknown,
  selection: unknown,
): {
  readonly cellId: string | null
  readonly selection: { readonly anchor: number; readonly head: number } | null
} {
  const cell = cellId === null || cellId === undefined ? null : idAt(cellId, 'cellId')
  if (selection === null || selection === undefined) return { cellId: cell, selection: null }
  const fields = recordAt(selection, 'selection')
  const anchor = wholeNumberAt(own(fields, 'anchor'), 'selection.anchor')
  const head = wholeNumberAt(own(fields, 'head'), 'selection.head')
  return { cellId: cell, selection: { anchor, head } }
}

function own(fields: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined
}

function recordAt(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw invalid(place, 'is no object')
}

function textAt(value: unknown, place: string, most: number): string {
  if (typeof value !== 'string') throw invalid(place, 'is no text')
  if (value.length > most) throw invalid(place, `is longer than ${most} characters`)
  return value
}

function nameAt(fields: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = own(fields, key)
  return value === undefined ? undefined : textAt(value, key, 300)
}

function idAt(value: unknown, place: string): string {
  if (typeof value === 'string' && /^[\w-]{1,64}$/.test(value)) return value
  throw invalid(place, 'is no cell id: 1 to 64 letters, digits, - and _')
}

function idsAt(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw invalid('cellIds', 'is no list')
  if (value.length > MOST_CELLS) throw invalid('cellIds', `holds more than ${MOST_CELLS}`)
  return value.map((id, at) => idAt(id, `cellIds[${at}]`))
}

function indexAt(fields: Readonly<Record<string, unknown>>): number {
  return wholeNumberAt(own(fields, 'index'), 'index')
}

function wholeNumberAt(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw invalid(place, 'is no whole number')
}

function kindAt(fields: Readonly<Record<string, unknown>>): CellKind {
  const kind = own(fields, 'kind')
  if (kind === 'typescript' || kind === 'sql' || kind === 'markdown' || kind === 'raw') return kind
  throw invalid('kind', 'is no kind of cell')
}

/** Any JSON object, as a copy of its own. */
function jsonAt(value: unknown, place: string, most: number): JsonObject {
  const object = recordAt(value, place)
  checkDepth(object, place, MOST_METADATA_DEPTH)
  const text = JSON.stringify(object)
  if (text.length > most) throw invalid(place, `is longer than ${most} characters`)
  return JSON.parse(text) as JsonObject
}

function checkDepth(value: unknown, place: string, most: number): void {
  if (typeof value !== 'object' || value === null) return
  if (most === 0) throw invalid(place, `nests deeper than ${MOST_METADATA_DEPTH}`)
  for (const inner of Object.values(value)) checkDepth(inner, place, most - 1)
}

/** nbformat: name → MIME type → base64. */
function attachmentsAt(value: unknown): JsonObject {
  const attachments = jsonAt(value, 'attachments', MOST_ATTACHMENT_CHARACTERS)
  for (const bundle of Object.values(attachments)) {
    for (const data of Object.values(recordAt(bundle, 'attachments'))) {
      if (typeof data !== 'string') throw invalid('attachments', 'holds something that is no text')
    }
  }
  return attachments
}

function newCellsAt(value: unknown): readonly NewCell[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('cells', 'is no list of cells')
  if (value.length > MOST_CELLS) throw invalid('cells', `holds more than ${MOST_CELLS}`)
  return value.map((each: unknown) => {
    const fields = recordAt(each, 'cells')
    const attachments = own(fields, 'attachments')
    const language = nameAt(fields, 'language')
    const magic = magicAt(fields)
    return {
      cellId: idAt(own(fields, 'cellId'), 'cellId'),
      kind: kindAt(fields),
      source: textAt(own(fields, 'source'), 'source', MOST_SOURCE_CHARACTERS),
      metadata: jsonAt(own(fields, 'metadata'), 'metadata', MOST_METADATA_CHARACTERS),
      ...(attachments === undefined ? {} : { attachments: attachmentsAt(attachments) }),
      ...(language === undefined ? {} : { language }),
      ...(magic === undefined ? {} : { magic }),
      outputs: outputsAt(own(fields, 'outputs')),
    }
  })
}

/** Another line would become part of the source when the file is read again. */
function magicAt(fields: Readonly<Record<string, unknown>>): string | undefined {
  const magic = nameAt(fields, 'magic')
  if (magic === undefined || /^%%sql\b[^\n]*$/i.test(magic)) return magic
  throw invalid('magic', 'is no line that begins with %%sql')
}

function outputsAt(value: unknown): readonly Output[] {
  if (!Array.isArray(value)) throw invalid('outputs', 'is no list')
  if (value.length > MOST_OUTPUTS + 2) throw invalid('outputs', 'holds too many')
  return value.map(outputAt)
}

/** An output from elsewhere: whatever it says of trust is not heard. */
function outputAt(value: unknown): Output {
  const fields = recordAt(value, 'output')
  const type = own(fields, 'type')
  const text = (key: string): string => textAt(own(fields, key), key, MOST_OUTPUT_CHARACTERS)
  const json = (key: string): JsonObject => jsonAt(own(fields, key), key, MOST_OUTPUT_CHARACTERS)
  switch (type) {
    case 'stream': {
      const name = own(fields, 'name') === 'stderr' ? 'stderr' : 'stdout'
      const omitted = wholeNumberAt(own(fields, 'omitted'), 'omitted')
      return { type, name, text: text('text'), omitted }
    }
    case 'display':
      return { type, data: json('data'), metadata: json('metadata'), trusted: false }
    case 'result':
      return { type, data: json('data'), metadata: json('metadata'), count: null, trusted: false }
    case 'error': {
      const traceback = own(fields, 'traceback')
      if (!Array.isArray(traceback)) throw invalid('traceback', 'is no list')
      const lines = traceback.map((line) => textAt(line, 'traceback', MOST_OUTPUT_CHARACTERS))
      return { type, name: text('name'), message: text('message'), traceback: lines }
    }
    default:
      throw invalid('output', 'is of no known type')
  }
}

function invalid(place: string, what: string): NotebookError {
  return new NotebookError('OPERATION_INVALID', `Cannot read operation: "${place}" ${what}`, {
    hint: 'Load the page again',
  })
}
