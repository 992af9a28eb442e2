import { normalizeSource, maybeApplyChange, maybeParseChange } from './source-changes.ts'
import type { Cell, CellRun, JsonObject, Output, StreamOutput } from './notebook.ts'
import type { Action, NotebookState, Operation, Presence } from './operations.ts'

/**
 * The one place where a notebook changes: the server decides with it, a page follows with it.
 * Nothing in here asks for the time or makes a name; the server puts both into the operation.
 *
 * Runs are in order of `queue`. The kernel has the first one alone, so that an interrupt can empty the queue
 * before it reaches the kernel, and an error keeps the cells after it from running.
 */

/** Characters of printed text that a cell keeps; the whole of it is in the server's state directory. */
export const MOST_STREAM_CHARACTERS = 200_000
/** Outputs that a cell keeps; its result and its error are kept beyond that. */
export const MOST_OUTPUTS = 500
/** Deleted cells that can be restored. */
export const MOST_DELETED = 50

export interface AppliedState {
  readonly state: NotebookState
  readonly actions: readonly Action[]
}

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
    case 'delete-cell':
    case 'restore-cell':
    case 'move-cell':
    case 'set-cell-kind':
    case 'change-source':
    case 'set-cell-metadata':
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

const IDLE: CellRun = { status: 'idle' }

function change(state: NotebookState, operation: Operation): AppliedState | null {
  switch (operation.type) {
    case 'insert-cell': {
      const { cellId, index, kind, source } = operation
      if (hasCell(state, cellId)) return null
      return insertAt(state, index, emptyCell(cellId, kind, source))
    }
    case 'delete-cell':
      return deleteCell(state, operation.cellId)
    case 'restore-cell': {
      const cell = state.deleted.find(({ id }) => id === operation.cellId)
      if (cell === undefined || isShown(state, cell.id)) return null
      const deleted = state.deleted.filter((other) => other !== cell)
      return insertAt({ ...state, deleted }, operation.index, cell)
    }
    case 'move-cell': {
      const cell = state.notebook.cells.find(({ id }) => id === operation.cellId)
      if (cell === undefined) return null
      const cells = state.notebook.cells.filter((other) => other !== cell)
      return insertAt(withCells(state, cells), operation.index, cell)
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
    case 'kernel-status': {
      const { status, reason, owner, at } = operation
      const gone = status === 'ended' || status === 'none'
      const base = gone ? loseRuns(state, at) : state
      const kernelOwner = owner === undefined ? state.kernelOwner : owner
      return done({ ...base, kernel: { status, reason }, kernelOwner })
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

function insertAt(state: NotebookState, index: number, cell: Cell): AppliedState {
  // Another client may have deleted cells meanwhile: an index beyond the end is the end.
  const at = Math.max(0, Math.min(index, state.notebook.cells.length))
  return done(withCells(state, state.notebook.cells.toSpliced(at, 0, cell)))
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

function isCode(kind: Cell['kind']): boolean {
  return kind === 'typescript' || kind === 'sql'
}

/** Without outputs and number, as a cell that was never run. */
function cleared(cell: Cell): Cell {
  return { ...withoutOutputs(cell), executionCount: null }
}

function withoutOutputs(cell: Cell): Cell {
  const { omittedOutputs: _, ...rest } = cell
  const { run } = cell
  const next = run.status === 'running' && run.clearsWithNext ? withoutMark(run) : run
  return { ...rest, outputs: [], run: next }
}

function withoutMark(run: CellRun & { status: 'running' }): CellRun {
  const { clearsWithNext: _, ...rest } = run
  return rest
}

// Runs

function runCells(
  state: NotebookState,
  operation: Operation & { type: 'run-cells' },
): AppliedState | null {
  const { cellIds, executions = [], by = '' } = operation
  if (!cellIds.some((cellId) => isShown(state, cellId))) return null
  const wanted = new Map(executions.map(({ cellId, executionId }) => [cellId, executionId]))
  const added: string[] = []
  const queuedCells = new Map<string, string>()
  for (const cellId of cellIds) {
    const cell = state.notebook.cells.find(({ id }) => id === cellId)
    const executionId = wanted.get(cellId)
    if (cell === undefined || executionId === undefined) continue
    if (!isCode(cell.kind) || isWaiting(cell) || queuedCells.has(cellId)) continue
    queuedCells.set(cellId, executionId)
    added.push(executionId)
  }
  if (added.length === 0) return done(state)
  const cells = state.notebook.cells.map((cell): Cell => {
    const executionId = queuedCells.get(cell.id)
    return executionId === undefined
      ? cell
      : { ...cell, run: { status: 'queued', executionId, by } }
  })
  const next = { ...withCells(state, cells), queue: [...state.queue, ...added] }
  return done(next, state.queue.length === 0 ? evaluateFirst(next) : [])
}

function evaluateFirst(state: NotebookState): readonly Action[] {
  const [executionId] = state.queue
  const cell = executionId === undefined ? undefined : findExecution(state, executionId)
  if (executionId === undefined || cell === undefined) return []
  return [{ type: 'evaluate', executionId, cellId: cell.id }]
}

function startExecution(
  state: NotebookState,
  operation: Operation & { type: 'execution-started' },
): AppliedState | null {
  const { executionId, at, count } = operation
  if (state.queue[0] !== executionId) return null
  return changeRunning(state, executionId, (cell) => {
    if (cell.run.status !== 'queued') return null
    const run: CellRun = { status: 'running', executionId, by: cell.run.by, startedAt: at }
    return { ...withoutOutputs(cell), executionCount: count, run }
  })
}

function finishExecution(
  state: NotebookState,
  operation: Operation & { type: 'execution-finished' },
): AppliedState | null {
  const { executionId, how, durationMs } = operation
  if (!state.queue.includes(executionId)) return null
  const cell = findExecution(state, executionId)
  const ended: CellRun = { status: 'ended', executionId, how, durationMs }
  // A cell that was deleted long ago may be forgotten; the queue goes on all the same.
  const base = cell === undefined ? state : replaceCell(state, cell, { ...cell, run: ended })
  const inputs = state.inputs.filter(({ cellId }) => cellId !== cell?.id)
  const next = {
    ...base,
    inputs: inputs.length === state.inputs.length ? state.inputs : inputs,
    queue: state.queue.filter((id) => id !== executionId),
  }
  // As in Jupyter: cells that wait behind an error do not run.
  const stops = how === 'error' || how === 'lost'
  if (stops) return done(dropQueued(next, runningFirst(next)))
  return done(next, state.queue[0] === executionId ? evaluateFirst(next) : [])
}

/** The queue is emptied first, then the kernel hears which execution is meant. */
function interrupt(state: NotebookState): AppliedState {
  const next = dropQueued(state, runningFirst(state))
  return done(next, [{ type: 'interrupt-kernel', executionId: state.queue[0] ?? null }])
}

/** The execution that runs; undefined while the kernel has not begun the first of the queue. */
function runningFirst(state: NotebookState): string | undefined {
  const [first] = state.queue
  const cell = first === undefined ? undefined : findExecution(state, first)
  return cell?.run.status === 'running' ? first : undefined
}

/** Takes everything out of the queue but one that runs. */
function dropQueued(state: NotebookState, running: string | undefined): NotebookState {
  if (state.queue.every((id) => id === running)) return state
  const idle = (cell: Cell): Cell =>
    cell.run.status === 'queued' && cell.run.executionId !== running ? { ...cell, run: IDLE } : cell
  return {
    ...withCells(state, state.notebook.cells.map(idle)),
    deleted: state.deleted.map(idle),
    queue: running === undefined ? [] : [running],
  }
}

/** The kernel is gone: what ran is lost, what waited waits no more. */
function loseRuns(state: NotebookState, at: string | undefined): NotebookState {
  if (state.queue.length === 0 && state.inputs.length === 0) return state
  const lose = (cell: Cell): Cell => {
    const { run } = cell
    if (run.status === 'queued') return { ...cell, run: IDLE }
    if (run.status !== 'running') return cell
    const durationMs =
      at === undefined ? 0 : Math.max(0, Date.parse(at) - Date.parse(run.startedAt))
    const { executionId } = run
    return { ...cell, run: { status: 'ended', executionId, how: 'lost', durationMs } }
  }
  return {
    ...withCells(state, state.notebook.cells.map(lose)),
    deleted: state.deleted.map(lose),
    queue: [],
    inputs: [],
  }
}

function isWaiting(cell: Cell): boolean {
  return cell.run.status === 'queued' || cell.run.status === 'running'
}

function executionOf(cell: Cell): string | undefined {
  return cell.run.status === 'idle' ? undefined : cell.run.executionId
}

// Outputs

function appendStream(cell: Cell, name: StreamOutput['name'], text: string, more: number): Cell {
  const base = beforeOutput(cell)
  const last = base.outputs.at(-1)
  const room = MOST_STREAM_CHARACTERS - streamCharacters(base)
  const kept = room >= text.length ? text : text.slice(0, Math.max(0, room))
  const omitted = text.length - kept.length + more
  if (last?.type === 'stream' && last.name === name) {
    const joined = { ...last, text: last.text + kept, omitted: last.omitted + omitted }
    return { ...base, outputs: [...base.outputs.slice(0, -1), joined] }
  }
  const full = base.outputs.length >= MOST_OUTPUTS || kept === ''
  if (!full) {
    return { ...base, outputs: [...base.outputs, { type: 'stream', name, text: kept, omitted }] }
  }
  // No room for another output: what is left out is counted where text of this name stands last.
  const at = base.outputs.findLastIndex((output) => output.type === 'stream')
  const stream = base.outputs[at]
  if (stream?.type !== 'stream') return { ...base, omittedOutputs: (base.omittedOutputs ?? 0) + 1 }
  const counted = { ...stream, omitted: stream.omitted + kept.length + omitted }
  return { ...base, outputs: base.outputs.with(at, counted) }
}

function streamCharacters(cell: Cell): number {
  let characters = 0
  for (const output of cell.outputs) if (output.type === 'stream') characters += output.text.length
  return characters
}

function addOutput(cell: Cell, output: Output): Cell {
  if (output.type === 'stream') return appendStream(cell, output.name, output.text, output.omitted)
  const base = beforeOutput(cell)
  if (output.type === 'display' && base.outputs.length >= MOST_OUTPUTS) {
    return { ...base, omittedOutputs: (base.omittedOutputs ?? 0) + 1 }
  }
  return { ...base, outputs: [...base.outputs, output] }
}

/** A clear that waits for the next output happens now. */
function beforeOutput(cell: Cell): Cell {
  return cell.run.status === 'running' && cell.run.clearsWithNext ? withoutOutputs(cell) : cell
}

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

function isShown(state: NotebookState, cellId: string): boolean {
  return state.notebook.cells.some(({ id }) => id === cellId)
}

function hasCell(state: NotebookState, cellId: string): boolean {
  return isShown(state, cellId) || state.deleted.some(({ id }) => id === cellId)
}

function findExecution(state: NotebookState, executionId: string): Cell | undefined {
  const isMeant = (cell: Cell): boolean => executionOf(cell) === executionId
  return state.notebook.cells.find(isMeant) ?? state.deleted.find(isMeant)
}

function changeShown(
  state: NotebookState,
  cellId: string,
  changeCell: (cell: Cell) => Cell | null,
): AppliedState | null {
  const cell = state.notebook.cells.find(({ id }) => id === cellId)
  const changed = cell === undefined ? null : changeCell(cell)
  if (cell === undefined || changed === null) return null
  return done(replaceCell(state, cell, changed))
}

/** Changes the cell of an execution that has not ended, deleted or not. */
function changeRunning(
  state: NotebookState,
  executionId: string,
  changeCell: (cell: Cell) => Cell | null,
): AppliedState | null {
  const cell = findExecution(state, executionId)
  if (cell === undefined || !isWaiting(cell)) return null
  const changed = changeCell(cell)
  return changed === null ? null : done(replaceCell(state, cell, changed))
}

function replaceCell(state: NotebookState, cell: Cell, changed: Cell): NotebookState {
  if (cell === changed) return state
  const at = state.notebook.cells.indexOf(cell)
  if (at >= 0) return withCells(state, state.notebook.cells.with(at, changed))
  return { ...state, deleted: state.deleted.map((other) => (other === cell ? changed : other)) }
}

function withCells(state: NotebookState, cells: readonly Cell[]): NotebookState {
  return { ...state, notebook: { ...state.notebook, cells } }
}

function done(state: NotebookState, actions: readonly Action[] = []): AppliedState {
  return { state, actions }
}
