import { NotebookError } from './errors.ts'
import type { CellKind, JsonObject } from './notebook.ts'
import type { ClientOperation } from './operations.ts'

/** Characters of one cell's text. */
export const MOST_SOURCE_CHARACTERS = 4_000_000
/** Cells of a notebook that a client may make. */
export const MOST_CELLS = 10_000
const MOST_METADATA_CHARACTERS = 1_000_000
const MOST_METADATA_DEPTH = 50
const MOST_TEXT_CHARACTERS = 100_000

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
    case 'delete-cell':
      return { type, cellId: idAt(own(fields, 'cellId'), 'cellId') }
    case 'restore-cell':
    case 'move-cell':
      return { type, cellId: idAt(own(fields, 'cellId'), 'cellId'), index: indexAt(fields) }
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
        metadata: metadataAt(own(fields, 'metadata')),
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

function metadataAt(value: unknown): JsonObject {
  const metadata = recordAt(value, 'metadata')
  checkDepth(metadata, MOST_METADATA_DEPTH)
  const text = JSON.stringify(metadata)
  if (text.length > MOST_METADATA_CHARACTERS) {
    throw invalid('metadata', `is longer than ${MOST_METADATA_CHARACTERS} characters`)
  }
  return JSON.parse(text) as JsonObject
}

function checkDepth(value: unknown, most: number): void {
  if (typeof value !== 'object' || value === null) return
  if (most === 0) throw invalid('metadata', `nests deeper than ${MOST_METADATA_DEPTH}`)
  for (const inner of Object.values(value)) checkDepth(inner, most - 1)
}

function invalid(place: string, what: string): NotebookError {
  return new NotebookError('OPERATION_INVALID', `Cannot read operation: "${place}" ${what}`, {
    hint: 'Load the page again',
  })
}
