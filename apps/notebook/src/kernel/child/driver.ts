import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { CellLanguage, ExecutionRequest, ExecutionStatus } from '../kernel.ts'
import {
  type FromDriver,
  type FromMain,
  isTerminal,
  SHARED,
  type ThrownError,
  type ToDriver,
  type ToMain,
} from '../messages.ts'
import { cellCode } from './cell-code.ts'
import { describeThrown } from './describe-thrown.ts'
import { errorTrace, syntaxTrace } from './error-trace.ts'
import { interruptExecution } from './interruption.ts'
import { MainInspector } from './main-inspector.ts'
import { watchMemory } from './memory-watch.ts'
import { Questions } from './questions.ts'
import { RECORD, RingReader } from './ring.ts'
import { ServerLink } from './server-link.ts'
import { SourcePositions } from './source-positions.ts'
import { type Shown, Terminal } from './terminal.ts'
import { CellSyntaxError } from './transform-cell.ts'
import { watchUsage } from './watch-usage.ts'

/*
 * The driver: it stands between the server and the main thread, and is alive while main loops. It owns the queue, the
 * transform, the interrupts and the terminal's line editor.
 */
interface DriverData {
  readonly ring: SharedArrayBuffer
  readonly shared: Int32Array
  readonly socketPath: string
  readonly heapLimit: number
}

/** Something that runs or has run: of a cell, or of the terminal. */
interface Execution {
  readonly number: number
  readonly executionId: string
  readonly name: string
  readonly language: CellLanguage
  readonly source: string
  readonly resultVariable: string | undefined
  readonly startedAt: number
  readonly count: number
  isInterrupted: boolean
  isFinished: boolean
}

type Cell = Omit<ExecutionRequest, 'cellId'> & { readonly name: string }

const COALESCE_MS = 2
const MAX_TEXT = 256 * 1024
const MAX_KNOWN = 1000
const MAX_RECORDS = 2000
// What a cell may declare, but takes from all other code of the process.
const NODE_GLOBALS = new Set(
  'Array Buffer Date Error Function JSON Map Math Number Object Promise Proxy Reflect RegExp Set String Symbol URL console fetch global globalThis process queueMicrotask require setTimeout'.split(
    ' ',
  ),
)

const { ring, shared, socketPath, heapLimit } = workerData as DriverData
const port = parentPort
if (port === null) throw new Error('the driver is a worker thread')
const reader = new RingReader(ring)
const inspector = new MainInspector()
const positions = new SourcePositions(fileURLToPath(new URL('.', import.meta.url)))
const server = new ServerLink(socketPath, onServerMessage, () => {
  // The server has died: nobody could end this process any more.
  killGroup()
})
const questions = new Questions(inspector, {
  names: () => [...names],
  isBusy,
  askCatalogue: () => toMain({ type: 'catalogue' }),
  reply: (requestId, result) => send({ type: 'replied', requestId, result }),
  refuse: (requestId, error) => send({ type: 'refused', requestId, error }),
})
const known = new Map<number, Execution>()
const queue: ExecutionRequest[] = []
const names = new Set<string>()
let running: Execution | undefined
let terminalExecution: Execution | undefined
let lastNumber = 0
let lastTerminalNumber = -1
let count = 0
let isHeld = false
let terminal: Terminal | undefined
let history: readonly string[] = []
let stopInterruption: (() => void) | undefined
let stopTerminalInterruption: (() => void) | undefined
let jsonPieces = ''
let text = ''
let textOf = { execution: 0, name: 'stdout' as 'stdout' | 'stderr' }

process.on('uncaughtException', (error) => {
  // Without its driver nobody hears this kernel, and main may be in a loop.
  try {
    writeSync(2, `the kernel's driver failed: ${String(error.stack ?? error)}\r\n`)
  } finally {
    killGroup()
  }
})
inspector.connect()
server.onDrain(pump)
port.on('message', (message: 0 | 'detach') => {
  pump()
  if (message !== 'detach') return
  inspector.disconnect()
  Atomics.store(shared, SHARED.detached, 1)
  Atomics.notify(shared, SHARED.detached)
})
void follow()

function onServerMessage(message: ToDriver): void {
  switch (message.type) {
    case 'init':
      history = message.history
      toMain({
        type: 'init',
        directory: message.directory,
        file: message.file,
        callerToken: message.callerToken,
        resultsDirectory: message.resultsDirectory,
      })
      break
    case 'execute':
      queue.push(message.request)
      if (running === undefined) startNext()
      break
    case 'interrupt':
      onInterrupt(message.executionId)
      break
    case 'answer-input':
      toMain(message)
      break
    case 'complete':
    case 'variables':
    case 'inspect-variable':
    case 'catalogue':
      questions.answer(message)
      break
    case 'use':
      toMain(message)
      break
    case 'resized':
      terminal?.resized()
      break
    case 'output-held':
      isHeld = message.held
      pump()
      break
    default:
      message satisfies never
  }
}

/** Main has loaded: the kernel is ready. */
function onReady(): void {
  send({ type: 'ready' })
  const memory = watchMemory(inspector, heapLimit, {
    isBusy,
    onFull: ({ heapUsedBytes, heapLimitBytes }) => {
      const execution = running ?? terminalExecution
      if (execution === undefined) return
      const used = `${megabytes(heapUsedBytes)} of ${megabytes(heapLimitBytes)} MB`
      say(execution.number, 'stderr', `Interrupted: the kernel's heap is nearly full (${used})\n`)
      interrupt(execution)
    },
  })
  watchUsage(memory, (usage) => event({ type: 'usage', usage }))
  terminal = new Terminal(
    {
      run: runForTerminal,
      interrupt: () => {
        if (terminalExecution !== undefined) interrupt(terminalExecution)
      },
      complete: (line, offset) => questions.complete(line, offset, 'typescript'),
      answerInput: (inputId, answer) => toMain({ type: 'answer-input', inputId, text: answer }),
      onLine: (line) => send({ type: 'line-entered', line }),
      onDrain: pump,
    },
    history,
  )
}

function startNext(): void {
  const request = queue.shift()
  if (request === undefined) {
    tellStatus()
    return
  }
  lastNumber += 2
  count += 1
  const { cellId: name, executionId } = request
  running = begin({ ...request, name }, lastNumber)
  tellStatus()
  event({ type: 'execution-started', executionId, count })
  void evaluate(running)
}

function tellStatus(): void {
  event({ type: 'status', status: isBusy() ? 'busy' : 'idle' })
}

/** A cell runs, or the terminal. */
function isBusy(): boolean {
  return running !== undefined || terminalExecution !== undefined
}

function runForTerminal(source: string, language: CellLanguage): void {
  lastTerminalNumber += 2
  count += 1
  const name = `terminal-${(lastTerminalNumber + 1) / 2}`
  terminalExecution = begin({ executionId: name, source, language, name }, lastTerminalNumber)
  tellStatus()
  void evaluate(terminalExecution)
}

function begin(cell: Cell, number: number): Execution {
  const execution = {
    ...cell,
    resultVariable: cell.resultVariable,
    number,
    startedAt: performance.now(),
    count,
    isInterrupted: false,
    isFinished: false,
  }
  known.set(number, execution)
  const [oldest] = known.keys()
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
  return execution
}

async function evaluate(execution: Execution): Promise<void> {
  const { number } = execution
  try {
    const code = await toCode(execution)
    if (execution.isInterrupted) {
      finish(execution, 'interrupted')
      return
    }
    toMain({ type: 'evaluate', execution: number, code })
  } catch (error) {
    showRefused(execution, error)
    finish(execution, 'error')
  }
}

async function toCode(execution: Execution): Promise<string> {
  const { number, name, source } = execution
  const transformed = await cellCode(execution)
  positions.remember(number, name, source, transformed)
  for (const declared of transformed.names) {
    names.delete(declared) // the latest come last
    names.add(declared)
    if (!NODE_GLOBALS.has(declared)) continue
    const note = `Note: this takes Node's own ${declared} from all code of this kernel\n`
    say(number, 'stderr', note)
  }
  return transformed.code
}

/** What cannot even be begun. */
function showRefused({ number, name, source }: Execution, error: unknown): void {
  if (error instanceof CellSyntaxError) {
    showError(number, error.name, error.message, syntaxTrace(error, name, source))
    return
  }
  const described = { ...describeThrown(error), stack: '' }
  showError(number, described.name, described.message, errorTrace(described, positions))
}

function finish(execution: Execution, status: ExecutionStatus): void {
  if (execution.isFinished) return
  execution.isFinished = true
  flushText()
  if (isTerminal(execution.number)) {
    stopTerminalInterruption?.()
    stopTerminalInterruption = undefined
    terminalExecution = undefined
    tellStatus()
    terminal?.evaluationEnded()
    return
  }
  stopInterruption?.()
  stopInterruption = undefined
  const durationMs = performance.now() - execution.startedAt
  event({
    type: 'execution-finished',
    executionId: execution.executionId,
    status,
    durationMs,
  })
  running = undefined
  startNext()
}

function onInterrupt(executionId: string | undefined): void {
  for (const { executionId: dropped } of queue.splice(0)) {
    event({
      type: 'execution-finished',
      executionId: dropped,
      status: 'interrupted',
      durationMs: 0,
    })
  }
  const execution = running ?? terminalExecution
  if (execution === undefined) return
  if (executionId === undefined || executionId === execution.executionId) interrupt(execution)
}

function interrupt(execution: Execution): void {
  if (execution.isInterrupted) return
  execution.isInterrupted = true
  const stop = interruptExecution(execution.number, shared, {
    post: toMain,
    terminate: () => inspector.terminate(),
    onUnresponsive: (isUnresponsive) => {
      event(
        isUnresponsive
          ? { type: 'status', status: 'unresponsive', reason: UNRESPONSIVE }
          : { type: 'status', status: 'busy' },
      )
    },
  })
  if (isTerminal(execution.number)) stopTerminalInterruption = stop
  else stopInterruption = stop
  pump()
}

const UNRESPONSIVE =
  'The cell runs native code, such as a sort or a parser, which cannot be interrupted: wait for its end, or kill the kernel'

/** Reads the ring until it is empty, or until the server has had enough for now. */
function pump(): void {
  for (let records = 0; ; records += 1) {
    if (records === MAX_RECORDS) {
      // Main may write as fast as we read, and others have messages for us.
      setImmediate(pump)
      break
    }
    // An interrupt needs what main has said, even where the reader is slow.
    const isInterrupting = stopInterruption !== undefined || stopTerminalInterruption !== undefined
    // What the terminal runs waits for a slow terminal; cells do not.
    const isTerminalSlow = terminalExecution !== undefined && terminal?.isBackedUp === true
    const isBackedUp = isHeld || server.isBackedUp || isTerminalSlow
    if (isBackedUp && !isInterrupting) break
    const record = reader.read()
    if (record === undefined) break
    if (record.kind === RECORD.json) {
      flushText()
      jsonPieces += record.text
      if (record.more) continue
      const message = JSON.parse(jsonPieces) as FromMain
      jsonPieces = ''
      onMainMessage(message, record.execution)
    } else {
      const name = record.kind === RECORD.stdout ? 'stdout' : 'stderr'
      say(record.execution, name, record.text)
    }
  }
  flushText()
}

/** Output without a message behind it is looked for: a little later, so that many small writes are one event. */
async function follow(): Promise<void> {
  for (;;) {
    await reader.readable(1000)
    await new Promise((resolve) => {
      setTimeout(resolve, COALESCE_MS)
    })
    pump()
  }
}

function onMainMessage(message: FromMain, number: number): void {
  const execution = known.get(number)
  switch (message.type) {
    case 'ready':
      onReady()
      break
    case 'done':
      if (execution !== undefined) finish(execution, message.status)
      break
    case 'thrown':
      showThrown(number, message.error, message.uncaught)
      break
    case 'context-changed':
      event(message)
      break
    case 'catalogue-read':
      questions.onCatalogue(message.catalogue)
      break
    case 'replied':
    case 'refused':
      send(message)
      break
    default:
      if (execution === undefined) break
      if (isTerminal(number)) terminal?.show(message)
      else toCell(message, execution)
  }
}

function toCell(message: Shown, { executionId, count: number }: Execution): void {
  if (message.type === 'result') event({ ...message, executionId, count: number })
  else if (message.type === 'display') {
    event({ ...message, displayId: message.displayId, executionId })
  } else event({ ...message, executionId })
}

function showThrown(number: number, error: ThrownError, isUncaught: boolean): void {
  const trace = errorTrace(error, positions, { prefix: isUncaught ? 'Uncaught ' : '', number })
  if (isUncaught) say(number, 'stderr', `${trace.join('\n')}\n`)
  else showError(number, error.name, error.message, trace)
}

function showError(number: number, name: string, message: string, traceback: string[]): void {
  flushText()
  const execution = known.get(number)
  if (execution === undefined || isTerminal(number)) terminal?.print(`${traceback.join('\n')}\n`)
  else event({ type: 'error', executionId: execution.executionId, name, message, traceback })
}

function say(execution: number, name: 'stdout' | 'stderr', more: string): void {
  const isSame = textOf.execution === execution && textOf.name === name
  if (!isSame || text.length > MAX_TEXT) flushText()
  textOf = { execution, name }
  text += more
}

function flushText(): void {
  if (text === '') return
  const { execution: number, name } = textOf
  const mapped = positions.mapText(text)
  text = ''
  const execution = known.get(number)
  if (execution === undefined || isTerminal(number)) terminal?.print(mapped)
  else event({ type: 'stream', executionId: execution.executionId, name, text: mapped })
}

function event(value: Extract<FromDriver, { type: 'event' }>['event']): void {
  flushText()
  send({ type: 'event', event: value })
}

function send(message: FromDriver): void {
  server.send(message)
}

function toMain(message: ToMain): void {
  port?.postMessage(message)
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024)
}

function killGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL')
  } catch {
    process.kill(process.pid, 'SIGKILL')
  }
}
