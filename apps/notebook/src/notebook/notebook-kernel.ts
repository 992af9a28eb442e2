import type { Kernel, KernelUsage } from '../kernel/kernel.ts'
import type { AppliedState } from './apply-operation.ts'
import { analyseCell } from '../analysis/analyse-cell.ts'
import { NotebookError } from './errors.ts'
import { KernelFeed } from './kernel-feed.ts'
import type { Cell } from './notebook.ts'
import type { NotebookState, ServerOperation } from './operations.ts'
import { writtenResultVariable } from './result-variable.ts'
import type { WholeOutput } from './whole-output.ts'

/** Someone at a page. */
export interface NotebookClient {
  readonly clientId: string
  readonly user: string
  /** Caller's rights: goes to the kernel that this client starts, and nowhere else. */
  readonly callerToken?: string | undefined
}

export interface NotebookKernelOptions {
  readonly start: (client: NotebookClient) => Promise<Kernel>
  readonly hasCallersRights: boolean
  readonly state: () => NotebookState
  readonly commit: (operation: ServerOperation) => AppliedState | null
  /** What the kernel's process takes; undefined when there is none any more. */
  readonly tellUsage?: ((usage: KernelUsage | undefined) => void) | undefined
  readonly outputs: WholeOutput
  /** Characters that the journal has not written yet. */
  readonly journalLag: () => number
}

/** Characters that wait for the disk: the kernel's writers block above the first, go on below the second. */
const MOST_LAG = 8_000_000
const LITTLE_LAG = 1_000_000

interface RunningKernel {
  readonly kernel: Kernel
  readonly feed: KernelFeed
  readonly stopListening: () => void
}

/** The kernel of one notebook: none, one that is starting, or one that runs. */
export class NotebookKernel {
  readonly #options: NotebookKernelOptions
  /** Code of executions that have not ended, as it was when they were asked for. */
  readonly #codes = new Map<string, { readonly cell: Cell; readonly client: NotebookClient }>()
  #kernel: RunningKernel | undefined
  #starting: Promise<Kernel> | undefined
  #starter: NotebookClient | undefined
  #isHeld = false

  constructor(options: NotebookKernelOptions) {
    this.#options = options
  }

  /** The kernel that runs. */
  get running(): Kernel | undefined {
    return this.#kernel?.kernel
  }

  get isThere(): boolean {
    return this.#kernel !== undefined || this.#starting !== undefined
  }

  /** The kernel; started when there is none. */
  async ensure(client: NotebookClient): Promise<Kernel> {
    const running = this.#kernel?.kernel
    if (running !== undefined) return running
    this.#starting ??= this.#startKernel(client)
    return await this.#starting
  }

  /** Keeps what was on the screen when it was asked for: that is run, whatever is typed meanwhile. */
  remember(executionId: string, cell: Cell, client: NotebookClient): void {
    this.#codes.set(executionId, { cell, client })
  }

  /** Code of what waits no more is not needed. */
  forget(): void {
    const waiting = new Set(this.#options.state().queue)
    for (const id of this.#codes.keys()) if (!waiting.has(id)) this.#codes.delete(id)
  }

  /** Applies what the kernel has told so far. */
  flush(): void {
    this.#kernel?.feed.flush()
  }

  /** Gives an execution to the kernel, which is started if there is none. */
  evaluate(executionId: string): void {
    const code = this.#codes.get(executionId)
    if (code === undefined) return
    const execute = (kernel: Kernel): void => {
      if (this.#options.state().queue[0] !== executionId) return
      const { id, kind, source } = code.cell
      const language = kind === 'sql' ? 'sql' : 'typescript'
      // One that no variable can have is refused in the cell.
      const resultVariable = writtenResultVariable(code.cell)
      try {
        kernel.execute({ executionId, cellId: id, language, source, resultVariable })
      } catch {
        // It ended at this moment: its own event may be on the way, or never come.
        this.#onEventOperation({
          type: 'execution-finished',
          executionId,
          how: 'lost',
          durationMs: 0,
        })
      }
    }
    // A kernel that cannot be started says so in the cell, where it is started.
    void this.ensure(code.client).then(execute, () => undefined)
  }

  #startKernel(client: NotebookClient): Promise<Kernel> {
    this.#starter = client
    const owner = this.#options.hasCallersRights ? client.user : null
    this.#options.commit({ type: 'kernel-status', status: 'starting', owner })
    const starting = this.#options.start(client).then(
      (kernel) => {
        if (this.#starting !== starting) {
          void closeKernel(kernel)
          throw new NotebookError('NOTEBOOK_CLOSED', 'Cannot use the kernel: it was shut down')
        }
        this.#starting = undefined
        this.#attach(kernel)
        return kernel
      },
      (error: unknown) => {
        if (this.#starting === starting) this.#onStartFailed(error)
        throw error
      },
    )
    this.#starting = starting
    return starting
  }

  #onStartFailed(error: unknown): void {
    this.#starting = undefined
    const { message, name } = error as Error
    const [executionId] = this.#options.state().queue
    const at = new Date().toISOString()
    if (executionId !== undefined) {
      this.#onEventOperation({ type: 'execution-started', executionId, at, count: 0 })
      const output = { type: 'error', name, message, traceback: [message] } as const
      this.#onEventOperation({ type: 'output-added', executionId, output })
      const end = { executionId, how: 'error', durationMs: 0 } as const
      this.#onEventOperation({ type: 'execution-finished', ...end })
    }
    const reason = `it could not be started: ${message}`
    this.#options.commit({ type: 'kernel-status', status: 'none', reason, owner: null, at })
  }

  #attach(kernel: Kernel): void {
    const feed = new KernelFeed({
      apply: (operation) => this.#onEventOperation(operation),
      cellOf: (executionId) => this.#cellOf(executionId),
      interrupt: (executionId) => kernel.interrupt(executionId),
      tellUsage: (usage) => this.#options.tellUsage?.(usage),
      outputs: this.#options.outputs,
      now: () => new Date(),
    })
    const stopListening = kernel.onEvent((event) => {
      feed.onEvent(event)
      this.hold()
      if (event.type === 'status' && event.status === 'ended') this.#detach()
    })
    this.#kernel = { kernel, feed, stopListening }
    this.#options.commit({ type: 'kernel-status', status: kernel.status })
    if (kernel.status === 'ended') this.#detach()
  }

  /** Applies what the kernel told; what follows from it goes back to the kernel. */
  #onEventOperation(operation: ServerOperation): boolean {
    // Committing forgets the code of what has ended.
    const ended = operation.type === 'execution-finished' ? operation.executionId : undefined
    const ran = ended === undefined ? undefined : this.#codes.get(ended)?.cell
    const applied = this.#options.commit(operation)
    if (applied !== null && ran !== undefined) this.#tellNames(ran)
    for (const action of applied?.actions ?? []) {
      if (action.type === 'evaluate') this.evaluate(action.executionId)
    }
    return applied !== null
  }

  /** What a cell that ran has to do with others: it makes some of them stale. */
  #tellNames(ran: Cell): void {
    const { id: cellId, source } = ran
    const now = this.#options.state().notebook.cells.find(({ id }) => id === cellId)
    const isSame = now?.source === source
    this.#options.commit({
      type: 'cell-analysed',
      cellId,
      ...(isSame ? {} : { source }),
      ...analyseCell(ran),
    })
  }

  #cellOf(executionId: string): string | undefined {
    return this.#codes.get(executionId)?.cell.id
  }

  /** The kernel is gone or no longer ours: nothing it tells counts from here. */
  #detach(): void {
    this.#kernel?.feed.flush()
    this.#kernel?.stopListening()
    this.#kernel = undefined
    this.#isHeld = false
    this.#codes.clear()
    this.#options.tellUsage?.(undefined)
    this.#options.commit({ type: 'context-changed', context: null })
    if (this.#options.state().kernelOwner === null) return
    const { status, reason } = this.#options.state().kernel
    this.#options.commit({ type: 'kernel-status', status, reason, owner: null })
  }

  /** Ends the kernel: what runs is lost. */
  async end(reason: string): Promise<void> {
    const kernel = this.#kernel?.kernel
    const isStarting = this.#starting !== undefined
    this.#starting = undefined
    if (kernel === undefined && !isStarting) return
    this.#detach()
    const at = new Date().toISOString()
    this.#options.commit({ type: 'kernel-status', status: 'none', reason, owner: null, at })
    if (kernel !== undefined) await closeKernel(kernel)
  }

  async restart(client: NotebookClient): Promise<void> {
    await this.end('it is started again')
    // A kernel that cannot be started says so in the state.
    await this.ensure(this.#starter ?? client).catch(() => undefined)
  }

  /** Holds the kernel's output while the disk does not keep up. */
  hold(): void {
    const lag = this.#options.journalLag() + this.#options.outputs.lag
    const kernel = this.#kernel?.kernel
    if (!this.#isHeld && lag > MOST_LAG && kernel !== undefined) {
      this.#isHeld = true
      kernel.pauseOutput()
      void this.#options.outputs.settled().then(() => this.hold())
    } else if (this.#isHeld && lag < LITTLE_LAG) {
      this.#isHeld = false
      kernel?.resumeOutput()
    }
  }
}

/** A kernel that cannot be ended must not keep the notebook from being saved. */
async function closeKernel(kernel: Kernel): Promise<void> {
  try {
    await kernel.close()
  } catch {
    kernel.kill()
  }
}
