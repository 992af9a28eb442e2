import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Kernel, KernelEvent, KernelOptions } from '../kernel/kernel.ts'
import { startKernel } from '../kernel/process-kernel.ts'
import { languageName } from '../formats/language-name.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'
import { type Parameters, hasTag, injectParameters } from './parameters.ts'
import { RunError } from './errors.ts'
import { RunFile } from './run-file.ts'
import { RunningNotebook } from './running-notebook.ts'

export interface RunNotebookOptions {
  /** Absolute. */
  readonly file: string
  /** Where the notebook goes with its outputs; the file itself when absent. */
  readonly output?: string | undefined
  readonly parameters?: Parameters | undefined
  /** Variables of the kernel's process besides this one's. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** The Node of the kernel; this one when absent. */
  readonly node?: string | undefined
  /** What a cell may take. */
  readonly timeoutMs?: number | undefined
  /** Goes on after a cell that failed. One that is tagged `raises-exception` may always fail. */
  readonly allowErrors?: boolean | undefined
  /** Interrupts the running cell and ends the run. */
  readonly signal?: AbortSignal | undefined
  readonly listener?: RunListener | undefined
  readonly start?: ((options: KernelOptions) => Promise<Kernel>) | undefined
  /** How often what ran so far is written, in ms. Default: 2 s. */
  readonly keepMs?: number | undefined
}

const KEEP_MS = 2_000

/** Hears what happens, as it happens. */
export interface RunListener {
  /** Cells in languages that do not run here. */
  onSkipped?(cells: readonly Cell[]): void
  onCellStarted?(cell: RunCell): void
  onText?(name: 'stdout' | 'stderr', text: string): void
  onCellEnded?(cell: RanCell): void
  /** Somebody else wrote the file while cells ran that then failed: the outputs are in another one. */
  onChanged?(error: RunError): void
}

export interface RunCell {
  readonly id: string
  /** From 1, of those that run. */
  readonly number: number
  readonly count: number
  /** The first line that holds something. */
  readonly title: string
}

export interface RanCell extends RunCell {
  readonly status: 'ok' | 'error' | 'interrupted' | 'lost'
  readonly durationMs: number
  readonly executionCount: number | null
  readonly error: CellError | undefined
}

export interface CellError {
  readonly name: string
  readonly message: string
  readonly traceback: readonly string[]
}

export interface RunResult {
  /** Where the notebook is with its outputs. */
  readonly written: string
  readonly cells: readonly RanCell[]
  /** Why not all cells have run, or why their outputs are in another file. */
  readonly failure: RunError | undefined
}

/**
 * Runs the cells of a notebook in order, in a kernel of their own, without a page or a server, and writes outputs,
 * numbers and times into the file: while it runs, and at its end, also when a cell failed or the run was interrupted.
 *
 * @throws {NotebookError} when the file cannot be read or written.
 * @throws {RunError} `NOTHING_TO_RUN`, `PARAMETER_INVALID`, `PARAMETER_UNKNOWN`
 */
export async function runNotebook(options: RunNotebookOptions): Promise<RunResult> {
  const { listener = {}, parameters = new Map() } = options
  const file = await RunFile.open(options.file, options.output)
  const notebook = injectParameters(file.notebook, parameters)
  const foreign = notebook.cells.filter(({ language }) => language !== undefined)
  if (foreign.length > 0 && cellsToRun(file.notebook).length === 0) throw nothingToRun(foreign)
  if (foreign.length > 0) listener.onSkipped?.(foreign)
  const folder = await mkdtemp(join(tmpdir(), 'spcs-run-'))
  try {
    const running = new RunningNotebook(notebook, {
      path: options.file,
      folder,
      start: () => start(options, folder, listener),
    })
    const cells: RanCell[] = []
    let failure: RunError | undefined
    const keeping = setInterval(() => file.keep(running.notebook), options.keepMs ?? KEEP_MS)
    try {
      for (const cell of cellsToRun(notebook)) {
        listener.onCellStarted?.(cell)
        const ran = await runCell(running, cell, options)
        cells.push(ran.cell)
        listener.onCellEnded?.(ran.cell)
        failure = ran.failure
        if (failure !== undefined && !mayFail(failure, cell.id, notebook, options)) break
        failure = undefined
      }
    } finally {
      clearInterval(keeping)
      await running.end()
    }
    const written = await file.finish(running.notebook)
    if (failure !== undefined && file.changed !== undefined) listener.onChanged?.(file.changed)
    return { written, cells, failure: failure ?? file.changed }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function start(
  { file, env, node, start: startOther }: RunNotebookOptions,
  folder: string,
  listener: RunListener,
): Promise<Kernel> {
  const options = { directory: dirname(file), file, node, env, resultsDirectory: folder }
  return (startOther ?? startKernel)(options).then((kernel) => {
    kernel.onEvent((event: KernelEvent) => {
      if (event.type === 'stream') listener.onText?.(event.name, event.text)
    })
    return kernel
  })
}

function cellsToRun({ cells }: Notebook): readonly RunCell[] {
  const code = cells.filter(
    ({ kind, source }) => (kind === 'typescript' || kind === 'sql') && source.trim() !== '',
  )
  return code.map(({ id, source }, at) => {
    const title = source
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '')
    return { id, number: at + 1, count: code.length, title: title ?? '' }
  })
}

interface Ran {
  readonly cell: RanCell
  readonly failure: RunError | undefined
}

/** Runs one cell and waits for its end, or brings it about. */
async function runCell(
  running: RunningNotebook,
  cell: RunCell,
  { timeoutMs, signal }: RunNotebookOptions,
): Promise<Ran> {
  let why: RunError | undefined
  const stop = (error: RunError): void => {
    if (why !== undefined) return
    why = error
    running.interrupt(error)
  }
  const where = `cell ${cell.number} of ${cell.count}`
  const onAbort = (): void =>
    stop(
      new RunError('RUN_INTERRUPTED', `Cannot go on: ${where} was interrupted`, {
        hint: 'Run it again; what was printed so far is in the file',
      }),
    )
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop(timedOut(where, timeoutMs)), timeoutMs)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const ending = running.run(cell.id, randomUUID(), (prompt) => stop(noInput(where, prompt)))
    if (signal?.aborted === true) onAbort()
    const { cell: ended, startedAt } = await ending
    running.stamp(cell.id, startedAt)
    return judge(cell, running.cell(cell.id) ?? ended, why)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function judge(cell: RunCell, ended: Cell, why: RunError | undefined): Ran {
  const { run, executionCount } = ended
  const how = run.status === 'ended' ? run.how : 'interrupted'
  const durationMs = run.status === 'ended' ? run.durationMs : 0
  const status = how === 'abandoned' ? 'interrupted' : how
  const last = ended.outputs.findLast((output) => output.type === 'error')
  const isOwn = last?.type === 'error' && status !== 'ok' && why === undefined
  const error = isOwn ? last : undefined
  const failure = why ?? failureOf(cell, status, error)
  const shown = error && { name: error.name, message: error.message, traceback: error.traceback }
  return { cell: { ...cell, status, durationMs, executionCount, error: shown }, failure }
}

function failureOf(
  { number, count }: RunCell,
  status: RanCell['status'],
  error: CellError | undefined,
): RunError | undefined {
  const where = `cell ${number} of ${count}`
  switch (status) {
    case 'ok':
      return undefined
    case 'error':
    case 'interrupted': {
      const what = error === undefined ? 'it ended early' : `${error.name}: ${error.message}`
      return new RunError('CELL_FAILED', `Cannot go on: ${where} failed: ${what}`, {
        hint: 'Mend the cell, or add --allow-errors to go on after it',
      })
    }
    case 'lost':
      return new RunError('KERNEL_LOST', `Cannot go on: the kernel ended in ${where}`, {
        hint: 'Look for process.exit(), or for more memory than there is',
      })
  }
}

/** What a cell throws may be wanted; what ends the run is not. */
function mayFail(
  { code }: RunError,
  cellId: string,
  { cells }: Notebook,
  { allowErrors = false }: RunNotebookOptions,
): boolean {
  if (code === 'RUN_INTERRUPTED' || code === 'KERNEL_LOST') return false
  const cell = cells.find(({ id }) => id === cellId)
  return allowErrors || (cell !== undefined && hasTag(cell, 'raises-exception'))
}

/** A notebook without any code has run when nothing has; one whose code is left out has not. */
function nothingToRun(foreign: readonly Cell[]): RunError {
  const languages = [...new Set(foreign.map(languageName))].join(', ')
  return new RunError('NOTHING_TO_RUN', `Cannot run: all code of the notebook is ${languages}`, {
    hint: 'TypeScript, JavaScript and SQL run here; give its cells another language in the page',
  })
}

function timedOut(where: string, timeoutMs: number): RunError {
  const seconds = timeoutMs / 1000
  return new RunError('CELL_TIMED_OUT', `Cannot go on: ${where} took more than ${seconds} s`, {
    hint: 'Give it more with --timeout SECONDS',
  })
}

function noInput(where: string, prompt: string): RunError {
  const asked = prompt === '' ? 'something' : `"${prompt}"`
  return new RunError('INPUT_UNAVAILABLE', `Cannot ask ${asked} in ${where}: nobody is here`, {
    hint: 'Make it a parameter and give it with -p name=value, or run the notebook in a page',
  })
}
