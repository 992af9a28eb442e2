import { withoutOutputs } from './cell-outputs.ts'
import type { Cell, CellRun } from './notebook.ts'
import type { Action, NotebookState, Operation } from './operations.ts'
import { usesOf } from './stale-cells.ts'
import {
  type AppliedState,
  changeRunning,
  done,
  findExecution,
  isCode,
  isShown,
  isWaiting,
  replaceCell,
  withCells,
} from './state-cells.ts'

/** A cell that neither runs nor waits. */
export const IDLE: CellRun = { status: 'idle' }

export function runCells(
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

export function startExecution(
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

export function finishExecution(
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

/** A cell that was deleted while it ran still declared its names; nobody is shown that it is stale. */
export function analyseRun(
  state: NotebookState,
  operation: Operation & { type: 'cell-analysed' },
): AppliedState | null {
  const { cellId, declares, uses } = operation
  const isMeant = ({ id }: Cell): boolean => id === cellId
  const cell = state.notebook.cells.find(isMeant) ?? state.deleted.find(isMeant)
  if (cell === undefined) return null
  const order = state.sequence + 1
  const source = operation.source ?? cell.source
  const ran = { source, order, declares, uses: usesOf(state, cellId, uses) }
  return done(replaceCell(state, cell, { ...cell, ran }))
}

/** The queue is emptied first, then the kernel hears which execution is meant. */
export function interrupt(state: NotebookState): AppliedState {
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
export function loseRuns(state: NotebookState, at: string | undefined): NotebookState {
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
