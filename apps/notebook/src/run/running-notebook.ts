import { join } from 'node:path'
import type { Kernel } from '../kernel/kernel.ts'
import { type AppliedState, applyOperation, initialState } from '../notebook/apply-operation.ts'
import { type NotebookClient, NotebookKernel } from '../notebook/notebook-kernel.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'
import type { NotebookState, Operation } from '../notebook/operations.ts'
import { WholeOutput } from '../notebook/whole-output.ts'
import type { RunError } from './errors.ts'

/** How long an interrupted cell has until its kernel is killed. */
const INTERRUPT_MS = 10_000
const CLIENT: NotebookClient = { clientId: 'run', user: 'run' }

interface Waiting {
  readonly executionId: string
  readonly cellId: string
  readonly onInput: (prompt: string) => void
  readonly resolve: (ended: { readonly cell: Cell; readonly startedAt: string | undefined }) => void
  startedAt: string | undefined
}

/**
 * A notebook at work without pages, file or journal: the same operations as on the server, applied by the same function,
 * from the same kernel.
 */
export class RunningNotebook {
  readonly #kernel: NotebookKernel
  readonly #outputs: WholeOutput
  #state: NotebookState
  #waiting: Waiting | undefined
  #killing: NodeJS.Timeout | undefined

  constructor(
    notebook: Notebook,
    options: {
      readonly path: string
      /** Local disk. */
      readonly folder: string
      readonly start: () => Promise<Kernel>
    },
  ) {
    const saved = { at: null, sequence: 0, status: 'saved', problem: null } as const
    this.#state = initialState(options.path, notebook, saved)
    this.#outputs = new WholeOutput(join(options.folder, 'outputs'))
    this.#kernel = new NotebookKernel({
      start: options.start,
      hasCallersRights: false,
      state: () => this.#state,
      commit: (operation) => this.#commit(operation),
      outputs: this.#outputs,
      journalLag: () => 0,
    })
    // Outputs of an earlier run would look like those of this one.
    const cellIds = notebook.cells.filter(isCode).map(({ id }) => id)
    this.#commit({ type: 'clear-outputs', cellIds })
  }

  get notebook(): Notebook {
    return this.#state.notebook
  }

  cell(cellId: string): Cell | undefined {
    return this.#state.notebook.cells.find(({ id }) => id === cellId)
  }

  /** Runs a cell; settles when it has ended, or was taken out of the queue. */
  run(
    cellId: string,
    executionId: string,
    onInput: (prompt: string) => void,
  ): Promise<{ readonly cell: Cell; readonly startedAt: string | undefined }> {
    const cell = this.cell(cellId)
    if (cell === undefined) throw new Error(`no cell ${cellId}`)
    this.#kernel.remember(executionId, cell, CLIENT)
    return new Promise((resolve) => {
      this.#waiting = { executionId, cellId, onInput, resolve, startedAt: undefined }
      const applied = this.#commit({
        type: 'run-cells',
        cellIds: [cellId],
        executions: [{ cellId, executionId }],
        by: CLIENT.clientId,
      })
      for (const action of applied?.actions ?? []) {
        if (action.type === 'evaluate') this.#kernel.evaluate(action.executionId)
      }
    })
  }

  /** Interrupts the cell that runs, which shows why; a kernel that does not heed it is killed. */
  interrupt(why: RunError): void {
    const kernel = this.#kernel.running
    this.#kernel.flush()
    const [executionId] = this.#state.queue
    if (executionId !== undefined) {
      const { name, message, hint = '' } = why
      const traceback = [`${name}: ${message}`, hint]
      const output = { type: 'error', name, message, traceback } as const
      this.#commit({ type: 'output-added', executionId, output })
    }
    const applied = this.#commit({ type: 'interrupt' })
    for (const action of applied?.actions ?? []) {
      if (action.type !== 'interrupt-kernel') continue
      kernel?.interrupt(action.executionId ?? undefined)
    }
    if (this.#waiting !== undefined) this.#killing = setTimeout(() => kernel?.kill(), INTERRUPT_MS)
  }

  /** Keeps in a cell when it ran, as JupyterLab does. */
  stamp(cellId: string, startedAt: string | undefined): void {
    const cell = this.cell(cellId)
    if (cell === undefined || startedAt === undefined || cell.run.status !== 'ended') return
    const ended = new Date(Date.parse(startedAt) + Math.round(cell.run.durationMs)).toISOString()
    const execution = { 'iopub.execute_input': startedAt, 'shell.execute_reply': ended }
    this.#commit({
      type: 'set-cell-metadata',
      cellId,
      metadata: { ...cell.metadata, execution },
    })
  }

  async end(): Promise<void> {
    clearTimeout(this.#killing)
    await this.#kernel.end('the run has ended')
    await this.#outputs.settled()
  }

  #commit(operation: Operation): AppliedState | null {
    const applied = applyOperation(this.#state, operation)
    if (applied === null) return null
    this.#state = applied.state
    this.#tell(operation)
    return applied
  }

  #tell(operation: Operation): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    if (operation.type === 'execution-started' && operation.executionId === waiting.executionId) {
      waiting.startedAt = operation.at
    }
    if (operation.type === 'input-requested') waiting.onInput(operation.request.prompt)
    const cell = this.cell(waiting.cellId)
    if (cell === undefined || cell.run.status === 'queued' || cell.run.status === 'running') return
    this.#waiting = undefined
    clearTimeout(this.#killing)
    this.#killing = undefined
    waiting.resolve({ cell, startedAt: waiting.startedAt })
  }
}

function isCode({ kind }: Cell): boolean {
  return kind === 'typescript' || kind === 'sql'
}
