import { normalizeSource, maybeApplyChange, maybeParseChange } from './source-changes.ts'
import { addOutput, appendStream, cleared, withoutOutputs } from './cell-outputs.ts'
import type { Cell, JsonObject, Output } from './notebook.ts'
import type { NewCell, NotebookState, Operation, Presence } from './operations.ts'
import {
  analyseRun,
  finishExecution,
  IDLE,
  interrupt,
  loseRuns,
  runCells,
  startExecution,
} from './run-queue.ts'
import {
  type AppliedState,
  changeRunning,
  changeShown,
  done,
  executionOf,
  hasCell,
  isCode,
  isShown,
  isWaiting,
  withCells,
} from './state-cells.ts'

/**
 * The one place where a notebook changes: the server decides with it, a page follows with it.
 * Nothing in here asks for the time or makes a name; the server puts both into the operation.
 *
 * Runs are in order of `queue`. The kernel has the first one alone, so that an interrupt can empty the queue
 * before it reaches the kernel, and an error keeps the cells after it from running.
 */

/** Deleted cells that can be restored. */
export const MOST_DELETED = 200
export type { AppliedState } from './state-cells.ts'
export { MOST_OUTPUTS, MOST_STREAM_CHARACTERS } from './cell-outputs.ts'

/**
 * The state after an operation, and what the server has to do because of it.
 * Gives null when the operation's target is gone or it makes no sense: nothing changes then.
 * A change-source must be against the cell's present version: the server has rebased it.
 */
export function applyOperation(state: NotebookState, operation: Operation): AppliedState | null {
  const applied = change(state, operation)
  if (applied === null) return null
  const isDirty = changesFile(operation) && applied.state.saved.status === 'saved'
  const saved = isDirty ? { ...applied.state.saved, status: 'dirty' as const } : applied.state.saved
  return {
    state: { ...applied.state, saved, sequence: state.sequence + 1 },
    actions: applied.actions,
  }
}

/** Whether the file on the volume may hold something else after this operation. */
export function changesFile(operation: Operation): boolean {
  switch (operation.type) {
    case 'insert-cell':
    case 'insert-cells':
    case 'delete-cell':
    case 'restore-cell':
    case 'move-cells':
    case 'set-cell-kind':
    case 'change-source':
    case 'set-cell-metadata':
    case 'set-attachments':
    case 'clear-outputs':
    case 'execution-started':
    case 'stream-appended':
    case 'output-added':
    case 'display-updated':
    case 'outputs-cleared':
    case 'merged':
      return true
    case 'run-cells':
    case 'interrupt':
    case 'restart':
    case 'shut-down':
    case 'kill':
    case 'answer-input':
    case 'use':
    case 'save':
    case 'execution-finished':
    case 'cell-analysed':
    case 'kernel-status':
    case 'context-changed':
    case 'input-requested':
    case 'client-joined':
    case 'presence':
    case 'client-left':
    case 'saved':
    case 'renamed':
      return false
  }
}

/** A notebook's state when nothing has happened to it yet. */
export function initialState(
  path: string,
  notebook: NotebookState['notebook'],
  saved: NotebookState['saved'],
): NotebookState {
  return {
    sequence: 0,
    path,
    notebook,
    kernel: { status: 'none' },
    context: null,
    kernelOwner: null,
    clients: [],
    saved,
    inputs: [],
    queue: [],
    deleted: [],
  }
}

/** A new cell that was never run. */
export function emptyCell(id: string, kind: Cell['kind'], source: string): Cell {
  return {
    id,
    kind,
    source: normalizeSource(source),
    version: 0,
    metadata: {},
    outputs: [],
    executionCount: null,
    run: IDLE,
  }
}

function change(state: NotebookState, operation: Operation): AppliedState | null {
  switch (operation.type) {
    case 'insert-cell': {
      const { cellId, index, kind, source } = operation
      if (hasCell(state, cellId)) return null
      return insertAt(state, index, [emptyCell(cellId, kind, source)])
    }
    case 'insert-cells': {
      const { index, cells } = operation
      const ids = new Set(cells.map(({ cellId }) => cellId))
      if (ids.size < cells.length || cells.some(({ cellId }) => hasCell(state, cellId))) return null
      return insertAt(state, index, cells.map(pastedCell))
    }
    case 'delete-cell':
      return deleteCell(state, operation.cellId)
    case 'restore-cell': {
      const cell = state.deleted.find(({ id }) => id === operation.cellId)
      if (cell === undefined || isShown(state, cell.id)) return null
      const deleted = state.deleted.filter((other) => other !== cell)
      return insertAt({ ...state, deleted }, operation.index, [cell])
    }
    case 'move-cells': {
      const ids = new Set(operation.cellIds)
      const moved = state.notebook.cells.filter(({ id }) => ids.has(id))
      if (moved.length === 0) return null
      const others = state.notebook.cells.filter(({ id }) => !ids.has(id))
      return insertAt(withCells(state, others), operation.index, moved)
    }
    case 'set-cell-kind':
      return setKind(state, operation.cellId, operation.kind)
    case 'change-source':
      return changeShown(state, operation.cellId, (cell) => {
        if (cell.version !== operation.version) return null
        const parsed = maybeParseChange(operation.changes)
        const source = parsed && maybeApplyChange(cell.source, parsed)
        return source === undefined ? null : { ...cell, source, version: cell.version + 1 }
      })
    case 'set-cell-metadata':
      return changeShown(state, operation.cellId, (cell) => ({
        ...cell,
        metadata: operation.metadata,
      }))
    case 'set-attachments':
      return changeShown(state, operation.cellId, (cell) => {
        if (isCode(cell.kind)) return null
        const { attachments: _, ...rest } = cell
        const { attachments } = operation
        return Object.keys(attachments).length === 0 ? rest : { ...cell, attachments }
      })
    case 'clear-outputs': {
      const ids = new Set(operation.cellIds)
      if (!state.notebook.cells.some(({ id }) => ids.has(id))) return null
      const cells = state.notebook.cells.map((cell) => (ids.has(cell.id) ? cleared(cell) : cell))
      return done(withCells(state, cells))
    }
    case 'run-cells':
      return runCells(state, operation)
    case 'interrupt':
      return interrupt(state)
    case 'restart':
      return done(loseRuns(state, operation.at), [{ type: 'restart-kernel' }])
    case 'shut-down':
      return done(loseRuns(state, operation.at), [{ type: 'shut-down-kernel' }])
    case 'kill':
      return done(loseRuns(state, operation.at), [{ type: 'kill-kernel' }])
    case 'answer-input': {
      const { inputId, text } = operation
      const inputs = state.inputs.filter((input) => input.inputId !== inputId)
      if (inputs.length === state.inputs.length) return null
      return done({ ...state, inputs }, [{ type: 'answer-kernel', inputId, text }])
    }
    case 'use': {
      const { type: _, ...names } = operation
      const context = Object.entries(names).filter(([, name]) => name !== undefined)
      if (context.length === 0) return null
      return done(state, [
        { type: 'use-context', context: Object.fromEntries(context) as JsonObject },
      ])
    }
    case 'save':
      return done(state, [{ type: 'save-file' }])
    case 'execution-started':
      return startExecution(state, operation)
    case 'stream-appended':
      return changeRunning(state, operation.executionId, (cell) =>
        appendStream(cell, operation.name, operation.text, operation.omitted ?? 0),
      )
    case 'output-added':
      return changeRunning(state, operation.executionId, (cell) =>
        addOutput(cell, operation.output),
      )
    case 'display-updated':
      return updateDisplays(state, operation)
    case 'outputs-cleared':
      return changeRunning(state, operation.executionId, (cell) => {
        if (cell.run.status !== 'running') return null
        if (!operation.wait) return withoutOutputs(cell)
        return { ...cell, run: { ...cell.run, clearsWithNext: true } }
      })
    case 'execution-finished':
      return finishExecution(state, operation)
    case 'cell-analysed':
      return analyseRun(state, operation)
    case 'kernel-status': {
      const { status, reason, owner, at } = operation
      const since = status === 'starting' ? state.sequence + 1 : state.kernel.since
      const gone = status === 'ended' || status === 'none'
      const base = gone ? loseRuns(state, at) : state
      const kernelOwner = owner === undefined ? state.kernelOwner : owner
      return done({ ...base, kernel: { status, reason, since }, kernelOwner })
    }
    case 'context-changed':
      return done({ ...state, context: operation.context })
    case 'input-requested': {
      const { request } = operation
      if (!hasCell(state, request.cellId)) return null
      const others = state.inputs.filter(({ inputId }) => inputId !== request.inputId)
      return done({ ...state, inputs: [...others, request] })
    }
    case 'client-joined':
      return done({ ...state, clients: withPresence(state, operation.presence) })
    case 'presence': {
      const { presence } = operation
      if (!state.clients.some(({ clientId }) => clientId === presence.clientId)) return null
      return done({ ...state, clients: withPresence(state, presence) })
    }
    case 'client-left': {
      const clients = state.clients.filter(({ clientId }) => clientId !== operation.clientId)
      return clients.length === state.clients.length ? null : done({ ...state, clients })
    }
    case 'saved':
      return done({ ...state, saved: operation.saved })
    case 'merged': {
      const notebook = { cells: operation.cells, metadata: operation.metadata }
      const shown = new Set(operation.cells.map(({ id }) => id))
      const removed = state.notebook.cells.filter(({ id }) => !shown.has(id))
      return done({ ...state, notebook, deleted: withDeleted(state, removed) })
    }
    case 'renamed':
      return done({ ...state, path: operation.path })
  }
}

// Cells

function insertAt(state: NotebookState, index: number, added: readonly Cell[]): AppliedState {
  // Another client may have deleted cells meanwhile: an index beyond the end is the end.
  const at = Math.max(0, Math.min(index, state.notebook.cells.length))
  return done(withCells(state, state.notebook.cells.toSpliced(at, 0, ...added)))
}

/** Nothing that comes from elsewhere is trusted, nor taken for a run of here. */
function pastedCell(pasted: NewCell): Cell {
  const { cellId, kind, source, metadata, attachments, language, magic, outputs } = pasted
  const cell = { ...emptyCell(cellId, kind, source), metadata }
  if (isCode(kind)) {
    const line = kind === 'sql' && magic !== undefined ? { magic } : {}
    return { ...cell, ...line, outputs: outputs.map(untrusted) }
  }
  if (kind === 'raw' && language !== undefined) {
    return { ...cell, language, outputs: outputs.map(untrusted) }
  }
  return attachments === undefined ? cell : { ...cell, attachments }
}

function untrusted(output: Output): Output {
  return output.type === 'display' || output.type === 'result'
    ? { ...output, trusted: false }
    : output
}

/** A running cell may go: what it prints from now on goes on into the deleted one. */
function deleteCell(state: NotebookState, cellId: string): AppliedState | null {
  const cell = state.notebook.cells.find(({ id }) => id === cellId)
  if (cell === undefined) return null
  const cells = state.notebook.cells.filter((other) => other !== cell)
  const waits = cell.run.status === 'queued' && cell.run.executionId !== state.queue[0]
  const queue = waits ? state.queue.filter((id) => id !== executionOf(cell)) : state.queue
  const kept = waits ? { ...cell, run: IDLE } : cell
  return done({ ...withCells(state, cells), queue, deleted: withDeleted(state, [kept]) })
}

function withDeleted(state: NotebookState, cells: readonly Cell[]): readonly Cell[] {
  return cells.length === 0 ? state.deleted : [...state.deleted, ...cells].slice(-MOST_DELETED)
}

function setKind(state: NotebookState, cellId: string, kind: Cell['kind']): AppliedState | null {
  return changeShown(state, cellId, (cell) => {
    if (cell.kind === kind) return cell
    if (isWaiting(cell)) return null
    // What its file called the language says it no more.
    const { language: _, magic: __, ...rest } = cell
    return isCode(kind) ? { ...rest, kind } : { ...cleared(rest), kind, run: IDLE }
  })
}

// Outputs

function updateDisplays(
  state: NotebookState,
  { displayId, data, metadata }: Operation & { type: 'display-updated' },
): AppliedState | null {
  let found = false
  const update = (cell: Cell): Cell => {
    const isMeant = (output: Output): boolean =>
      output.type === 'display' && output.displayId === displayId
    if (!cell.outputs.some(isMeant)) return cell
    found = true
    const outputs = cell.outputs.map((output) =>
      output.type === 'display' && isMeant(output)
        ? { ...output, data, metadata, trusted: true }
        : output,
    )
    return { ...cell, outputs }
  }
  const cells = state.notebook.cells.map(update)
  const deleted = state.deleted.map(update)
  return found ? done({ ...withCells(state, cells), deleted }) : null
}

// State

function withPresence(state: NotebookState, presence: Presence): readonly Presence[] {
  const at = state.clients.findIndex(({ clientId }) => clientId === presence.clientId)
  return at < 0 ? [...state.clients, presence] : state.clients.with(at, presence)
}
