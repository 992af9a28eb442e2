import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { CellLanguage, Completion, ExecutionRequest, ExecutionStatus } from '../kernel.ts'
import {
  type FromDriver,
  type FromMain,
  isTerminal,
  SHARED,
  type ThrownError,
  type ToDriver,
  type ToMain,
} from '../messages.ts'
import { complete } from './complete.ts'
import { errorTrace, syntaxTrace } from './error-trace.ts'
import { interruptExecution } from './interruption.ts'
import { lower } from './lower.ts'
import { MainInspector } from './main-inspector.ts'
import { watchMemory } from './memory-watch.ts'
import { Repl } from './repl.ts'
import { RECORD, RingReader } from './ring.ts'
import { ServerLink } from './server-link.ts'
import { SourcePositions } from './source-positions.ts'
import { splitStatements } from './split-statements.ts'
import { CellSyntaxError, sourceUrl, transformCell } from './transform-cell.ts'

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
  readonly source: string
  readonly startedAt: number
  readonly count: number
  isInterrupted: boolean
  isFinished: boolean
}

type Cell = Pick<ExecutionRequest, 'executionId' | 'source' | 'language'> & {
  readonly name: string
}

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
const known = new Map<number, Execution>()
const queue: ExecutionRequest[] = []
const names = new Set<string>()
let running: Execution | undefined
let terminalExecution: Execution | undefined
let lastNumber = 0
let lastTerminalNumber = -1
let count = 0
let isHeld = false
let repl: Repl | undefined
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
      answer(
        message.requestId,
        complete(inspector, message.source, message.offset, message.language),
      )
      break
    case 'variables':
      answer(message.requestId, variables())
      break
    case 'inspect-variable':
    case 'catalogue':
      answer(message.requestId, Promise.resolve([]))
      break
    case 'use':
      toMain(message)
      break
    case 'resized':
      repl?.resized()
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
  watchMemory(inspector, heapLimit, {
    isBusy,
    onChange: (memory) => event({ type: 'memory', memory }),
    onFull: ({ heapUsedBytes, heapLimitBytes }) => {
      const execution = running ?? terminalExecution
      if (execution === undefined) return
      const used = `${megabytes(heapUsedBytes)} of ${megabytes(heapLimitBytes)} MB`
      say(execution.number, 'stderr', `Interrupted: the kernel's heap is nearly full (${used})\n`)
      interrupt(execution)
    },
  })
  repl = new Repl(
    {
      run: (source, language) => runForTerminal(source, language),
      isIncomplete,
      interrupt: () => {
        if (terminalExecution !== undefined) interrupt(terminalExecution)
      },
      complete: (line, offset): Promise<Completion> =>
        complete(inspector, line, offset, 'typescript'),
      onLine: (line) => send({ type: 'line-entered', line }),
      onDrain: pump,
    },
    history,
  )
  repl.start()
}

function startNext(): void {
  const request = queue.shift()
  if (request === undefined) {
    tellStatus()
    return
  }
  lastNumber += 2
  count += 1
  const { cellId: name, executionId, source } = request
  running = begin({ ...request, name }, lastNumber)
  tellStatus()
  event({ type: 'execution-started', executionId, count })
  void evaluate(running, { executionId, source, language: request.language, name })
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
  const cell = { executionId: name, source, language, name }
  terminalExecution = begin(cell, lastTerminalNumber)
  tellStatus()
  void evaluate(terminalExecution, cell)
}

function begin({ executionId, source, name }: Cell, number: number): Execution {
  const execution = {
    number,
    executionId,
    name,
    source,
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

async function evaluate(execution: Execution, cell: Cell): Promise<void> {
  const { number, name } = execution
  try {
    const code =
      cell.language === 'sql' ? sqlCode(cell.source, name, number) : await toCode(execution)
    if (execution.isInterrupted) {
      finish(execution, 'interrupted')
      return
    }
    toMain({ type: 'evaluate', execution: number, code })
  } catch (error) {
    showSyntaxError(execution, error)
    finish(execution, 'error')
  }
}

async function toCode({ number, name, source }: Execution): Promise<string> {
  const transformed = await transformCell(source, name, number, lower)
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

function sqlCode(source: string, name: string, number: number): string {
  positions.remember(number, name, source, undefined)
  names.add('_sql')
  const statements = JSON.stringify(splitStatements(source))
  return `await $spcs.hold($spcs.sqlCell(${statements}),${number})\n//# sourceURL=${sourceUrl(name, number)}`
}

async function isIncomplete(source: string): Promise<boolean> {
  try {
    await transformCell(source, 'terminal', 0, async () => ({ code: '', map: '{}' }))
    return false
  } catch (error) {
    return error instanceof CellSyntaxError && error.isIncomplete
  }
}

function showSyntaxError({ number, name, source }: Execution, error: unknown): void {
  if (error instanceof CellSyntaxError) {
    showError(number, error.name, error.message, syntaxTrace(error, name, source))
    return
  }
  const message = error instanceof Error ? error.message : String(error)
  showError(number, 'SyntaxError', message, [`SyntaxError: ${message}`])
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
    repl?.evaluationEnded()
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
    const isTerminalSlow = terminalExecution !== undefined && repl?.isBackedUp === true
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
    case 'replied':
    case 'refused':
      send(message)
      break
    default:
      if (execution === undefined) break
      if (isTerminal(number)) toTerminal(message)
      else toCell(message, execution)
  }
}

type Shown = Extract<
  FromMain,
  { readonly type: 'result' | 'display' | 'cleared' | 'input-requested' }
>

function toCell(message: Shown, { executionId, count: number }: Execution): void {
  if (message.type === 'result') event({ ...message, executionId, count: number })
  else if (message.type === 'display') {
    event({ ...message, displayId: message.displayId, executionId })
  } else event({ ...message, executionId })
}

function toTerminal(message: Shown): void {
  switch (message.type) {
    case 'result':
    case 'display':
      repl?.print(`${plainText(message.data)}\n`)
      break
    case 'input-requested':
      void askTerminal(message)
      break
    case 'cleared':
      break
    default:
      message satisfies never
  }
}

async function askTerminal({
  inputId,
  prompt,
  isPassword,
}: Extract<Shown, { type: 'input-requested' }>): Promise<void> {
  const answered = (await repl?.ask(prompt, isPassword)) ?? ''
  toMain({ type: 'answer-input', inputId, text: answered })
}

function plainText(data: Readonly<Record<string, unknown>>): string {
  const plain = data['text/plain']
  return typeof plain === 'string' ? plain : `[${Object.keys(data).join(', ')}]`
}

function showThrown(number: number, error: ThrownError, isUncaught: boolean): void {
  const trace = errorTrace(error, positions, isUncaught ? 'Uncaught ' : '')
  if (isUncaught) say(number, 'stderr', `${trace.join('\n')}\n`)
  else showError(number, error.name, error.message, trace)
}

function showError(number: number, name: string, message: string, traceback: string[]): void {
  flushText()
  const execution = known.get(number)
  if (execution === undefined || isTerminal(number)) repl?.print(`${traceback.join('\n')}\n`)
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
  if (execution === undefined || isTerminal(number)) repl?.print(mapped)
  else event({ type: 'stream', executionId: execution.executionId, name, text: mapped })
}

async function variables() {
  const list = JSON.stringify([...names].slice(-1000))
  const { result, exceptionDetails } = await inspector.evaluate(`$spcs.variables(${list})`, {
    throwOnSideEffect: false,
    returnByValue: true,
  })
  if (exceptionDetails !== undefined)
    throw new Error('The kernel is too busy to list its variables')
  return result.value as []
}

function answer(requestId: number, result: Promise<Completion | []>): void {
  result.then(
    (value) => send({ type: 'replied', requestId, result: value }),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      send({ type: 'refused', requestId, error: { code: 'KERNEL_BUSY', message } })
    },
  )
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
