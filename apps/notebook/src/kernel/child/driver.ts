import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { CellLanguage, ExecutionRequest, ExecutionStatus, KernelEvent } from '../kernel.ts'
import {
  type FromDriver,
  type FromMain,
  isTerminal,
  SHARED,
  type ToDriver,
  type ToMain,
} from '../messages.ts'
import { cellCode } from './cell-code.ts'
import type { Execution } from './execution.ts'
import { ExecutionOutput } from './execution-output.ts'
import { interruptExecution } from './interruption.ts'
import { MainInspector } from './main-inspector.ts'
import { watchMemory } from './memory-watch.ts'
import { Questions } from './questions.ts'
import { RECORD, RingReader } from './ring.ts'
import { ServerLink } from './server-link.ts'
import { SourcePositions } from './source-positions.ts'
import { Terminal } from './terminal.ts'
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

type Cell = Omit<ExecutionRequest, 'cellId'> & { readonly name: string }

const COALESCE_MS = 2
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
  askCatalogue: (databases) => toMain({ type: 'catalogue', databases }),
  reply: (requestId, result) => send({ type: 'replied', requestId, result }),
  refuse: (requestId, error) => send({ type: 'refused', requestId, error }),
})
const output = new ExecutionOutput(positions, {
  find: (number) => known.get(number),
  terminal: () => terminal,
  send: (value) => send({ type: 'event', event: value }),
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
let jsonPieces = ''

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
      output.say(
        execution.number,
        'stderr',
        `Interrupted: the kernel's heap is nearly full (${used})\n`,
      )
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
  const execution: Execution = {
    ...cell,
    resultVariable: cell.resultVariable,
    number,
    startedAt: performance.now(),
    count,
    isInterrupted: false,
    isFinished: false,
    stopInterruption: undefined,
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
    output.showRefused(execution, error)
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
    output.say(number, 'stderr', note)
  }
  return transformed.code
}

function finish(execution: Execution, status: ExecutionStatus): void {
  if (execution.isFinished) return
  execution.isFinished = true
  execution.stopInterruption?.()
  output.flush()
  if (isTerminal(execution.number)) {
    terminalExecution = undefined
    tellStatus()
    terminal?.evaluationEnded()
    return
  }
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
  execution.stopInterruption = interruptExecution(execution.number, shared, {
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
    const isInterrupting = [running, terminalExecution].some((one) => one?.isInterrupted)
    // What the terminal runs waits for a slow terminal; cells do not.
    const isTerminalSlow = terminalExecution !== undefined && terminal?.isBackedUp === true
    const isBackedUp = isHeld || server.isBackedUp || isTerminalSlow
    if (isBackedUp && !isInterrupting) break
    const record = reader.read()
    if (record === undefined) break
    if (record.kind === RECORD.json) {
      output.flush()
      jsonPieces += record.text
      if (record.more) continue
      const message = JSON.parse(jsonPieces) as FromMain
      jsonPieces = ''
      onMainMessage(message, record.execution)
    } else {
      const name = record.kind === RECORD.stdout ? 'stdout' : 'stderr'
      output.say(record.execution, name, record.text)
    }
  }
  output.flush()
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
      output.showThrown(number, message.error, message.uncaught)
      break
    case 'context-changed':
      event(message)
      break
    case 'catalogue-read':
      questions.onCatalogue(message.databases, message.catalogue)
      break
    case 'replied':
    case 'refused':
      send(message)
      break
    default:
      if (execution !== undefined) output.show(message, execution)
  }
}

function event(value: KernelEvent): void {
  output.flush()
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
