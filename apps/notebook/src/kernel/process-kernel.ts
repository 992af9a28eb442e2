import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type IPty, spawn } from '@lydell/node-pty'
import { AwaitedReplies } from './awaited-replies.ts'
import { endReason } from './end-reason.ts'
import { KernelError } from './errors.ts'
import type {
  Catalogue,
  CellLanguage,
  Completion,
  ExecutionRequest,
  Kernel,
  KernelEvent,
  KernelOptions,
  KernelProperty,
  KernelStatus,
  KernelTerminal,
  KernelVariable,
  SessionContext,
} from './kernel.ts'
import { kernelEnvironment } from './kernel-environment.ts'
import { kernelProgram } from './kernel-programs.ts'
import type { FromDriver, Reply, ToDriver, UseContext } from './messages.ts'
import { PtyTerminal } from './pty-terminal.ts'
import { readLines } from './read-lines.ts'
import { redactSecrets } from './redact-secrets.ts'
import { RedactedStreams } from './redacted-streams.ts'
import { SessionToken } from './session-token.ts'
import { TerminalHistory } from './terminal-history.ts'

const START_MS = 20_000
const TERM_MS = 1_200
/**
 * Starts a kernel: a Node process under a PTY of its own. It settles when the kernel is ready to run code.
 *
 * @throws {KernelError} `KERNEL_START_FAILED` with what the process has said.
 */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  const program = await kernelProgram()
  const folder = await mkdtemp(join(tmpdir(), 'spcs-kernel-'))
  const server = createServer()
  try {
    const socketPath = join(folder, 'kernel.sock')
    server.listen(socketPath)
    await once(server, 'listening')
    const environment = kernelEnvironment(options)
    const pty = spawn(
      options.node ?? process.execPath,
      ['--no-force-async-hooks-checks', program],
      {
        name: 'xterm-256color',
        cols: options.columns ?? 80,
        rows: options.rows ?? 24,
        cwd: options.directory,
        env: { ...environment, SPCS_KERNEL_SOCKET: socketPath },
        encoding: null,
      },
    )
    const kernel = new ProcessKernel(pty, options, environment)
    try {
      const socket = await connection(server, kernel)
      await kernel.greet(socket)
      return kernel
    } catch (error) {
      kernel.kill()
      throw error
    }
  } finally {
    // One process connects, once: nobody else finds the socket afterwards.
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function connection(server: Server, kernel: ProcessKernel): Promise<Socket> {
  const stop = new AbortController()
  try {
    const connected = once(server, 'connection', { signal: stop.signal })
    connected.catch(() => undefined)
    const late = sleep(START_MS, undefined, { signal: stop.signal }).catch(() => undefined)
    const first = await Promise.race([connected, kernel.ended, late])
    if (Array.isArray(first)) return first[0] as Socket
    throw kernel.startFailed()
  } finally {
    stop.abort()
  }
}

class ProcessKernel implements Kernel {
  readonly pid: number
  readonly terminal: KernelTerminal
  readonly ended: Promise<void>
  readonly #options: KernelOptions
  readonly #output: PtyTerminal
  readonly #history: TerminalHistory
  readonly #token: SessionToken
  readonly #listeners = new Set<(event: KernelEvent) => void>()
  readonly #replies = new AwaitedReplies()
  /** Executions that have no end yet. */
  readonly #open = new Set<string>()
  readonly #streams: RedactedStreams
  #heldEvents: KernelEvent[] | undefined
  #socket: Socket | undefined
  #status: KernelStatus = 'starting'
  #ending: string | undefined
  #onReady: () => void = () => undefined
  #resolveEnded: () => void = () => undefined

  constructor(pty: IPty, options: KernelOptions, environment: Record<string, string>) {
    this.pid = pty.pid
    this.#options = options
    this.#history = new TerminalHistory(environment['NOTEBOOK_HISTORY'])
    this.#token = new SessionToken(environment)
    this.#streams = new RedactedStreams(
      () => this.#secrets(),
      (event) => this.#emit(event),
    )
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    this.#output = new PtyTerminal(pty, () => this.#secrets())
    this.terminal = {
      write: (data) => this.#output.write(data),
      resize: (columns, rows) => {
        this.#output.resize(columns, rows)
        this.#send({ type: 'resized' })
      },
      onData: (listener) => this.#output.onData(listener),
      pause: () => this.#output.pause(),
      resume: () => this.#output.resume(),
    }
    pty.onExit(({ exitCode, signal }) => void this.#onExit(exitCode, signal))
  }

  get status(): KernelStatus {
    return this.#status
  }

  /** Tells the driver who it is, and waits until main has loaded. */
  async greet(socket: Socket): Promise<void> {
    this.#socket = socket
    const ready = new Promise<void>((resolve) => {
      this.#onReady = resolve
    })
    readLines(socket, (line) => this.#onLine(line))
    socket.on('error', () => undefined) // 'close' follows, and the process's end
    const { directory } = this.#options
    this.#send({
      type: 'init',
      directory,
      file: this.#options.file ?? join(directory, 'notebook.ipynb'),
      callerToken: this.#options.callerToken,
      resultsDirectory: this.#options.resultsDirectory,
      history: await this.#history.read(),
    })
    await Promise.race([ready, this.ended])
    if (this.#ending !== undefined) throw this.startFailed()
    this.#setStatus('idle')
  }

  startFailed(): KernelError {
    return new KernelError(
      'KERNEL_START_FAILED',
      `Cannot start kernel: ${this.#ending ?? 'its process does not answer'}`,
      { hint: `Read what it said: ${this.#output.tail.trim().slice(-500) || 'nothing'}` },
    )
  }

  execute(request: ExecutionRequest): void {
    const { executionId } = request
    if (this.#status === 'ended') {
      // Told like the others that the end has taken, but after this call.
      const lost = {
        type: 'execution-finished',
        executionId,
        status: 'lost',
        durationMs: 0,
      } as const
      queueMicrotask(() => this.#emit(lost))
      return
    }
    this.#open.add(executionId)
    this.#send({ type: 'execute', request })
  }

  interrupt(executionId?: string): void {
    this.#send({ type: 'interrupt', executionId })
  }

  answerInput(inputId: string, text: string): void {
    this.#send({ type: 'answer-input', inputId, text })
  }

  async complete(source: string, offset: number, language: CellLanguage): Promise<Completion> {
    const reply = await this.#ask((requestId) => ({
      type: 'complete',
      requestId,
      source,
      offset,
      language,
    }))
    return reply as Completion
  }

  async variables(): Promise<readonly KernelVariable[]> {
    const reply = await this.#ask((requestId) => ({ type: 'variables', requestId }))
    return reply as readonly KernelVariable[]
  }

  async inspectVariable(
    name: string,
    path: readonly string[],
    offset: number,
  ): Promise<readonly KernelProperty[]> {
    const reply = await this.#ask((requestId) => ({
      type: 'inspect-variable',
      requestId,
      name,
      path,
      offset,
    }))
    return reply as readonly KernelProperty[]
  }

  async catalogue(databases: readonly string[] = []): Promise<Catalogue> {
    const reply = await this.#ask((requestId) => ({ type: 'catalogue', requestId, databases }))
    return reply as Catalogue
  }

  async use(context: UseContext): Promise<SessionContext> {
    const reply = await this.#ask((requestId) => ({ type: 'use', requestId, context }))
    return reply as SessionContext
  }

  onEvent(listener: (event: KernelEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  pauseOutput(): void {
    if (this.#heldEvents !== undefined) return
    this.#heldEvents = []
    this.#send({ type: 'output-held', held: true })
  }

  resumeOutput(): void {
    const held = this.#heldEvents ?? []
    this.#heldEvents = undefined
    for (const [index, event] of held.entries()) {
      this.#tell(event)
      // A listener may pause again in the middle.
      if (this.#heldEvents !== undefined) {
        ;(this.#heldEvents as KernelEvent[]).push(...held.slice(index + 1))
        return
      }
    }
    this.#send({ type: 'output-held', held: false })
  }

  async close(): Promise<void> {
    if (this.#ending === undefined) {
      this.#ending = 'it was closed'
      this.#signal('SIGTERM')
      const stop = new AbortController()
      await Promise.race([
        this.ended,
        sleep(TERM_MS, undefined, { signal: stop.signal }).catch(() => undefined),
      ])
      stop.abort()
      this.#signal('SIGKILL')
    }
    await this.ended
    await this.#history.written
  }

  kill(): void {
    this.#ending ??= 'it was killed'
    this.#signal('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The PTY made it the leader of a process group: what it has started ends with it. */
  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal)
    } catch {
      // All of it has ended.
    }
  }

  async #onExit(exitCode: number, signal: number | undefined): Promise<void> {
    const socket = this.#socket
    if (socket !== undefined && !socket.closed) await once(socket, 'close').catch(() => undefined)
    this.#signal('SIGKILL') // what it has started and left behind
    this.#ending ??= endReason(exitCode, signal, this.#output.tail)
    this.#output.end()
    for (const executionId of this.#open) {
      this.#streams.finish(executionId)
      this.#emit({ type: 'execution-finished', executionId, status: 'lost', durationMs: 0 })
    }
    this.#open.clear()
    this.#setStatus('ended', this.#ending)
    this.#replies.refuseAll(ended(this.#ending))
    this.#resolveEnded()
  }

  #onLine(line: string): void {
    const message = JSON.parse(redactSecrets(line, this.#secretsInJson())) as FromDriver
    switch (message.type) {
      case 'ready':
        this.#onReady()
        break
      case 'event':
        this.#onEvent(message.event)
        break
      case 'replied':
        this.#replies.reply(message.requestId, message.result)
        break
      case 'refused':
        this.#replies.refuse(message.requestId, message.error)
        break
      case 'line-entered':
        this.#history.add(message.line)
        break
      default:
        message satisfies never
    }
  }

  #onEvent(event: KernelEvent): void {
    switch (event.type) {
      case 'stream':
        this.#streams.push(event)
        return
      case 'execution-finished':
        this.#streams.finish(event.executionId)
        this.#open.delete(event.executionId)
        break
      case 'display':
      case 'cleared':
      case 'result':
      case 'error':
      case 'input-requested':
        this.#streams.finish(event.executionId)
        break
      case 'status':
        if (this.#ending !== undefined) return
        this.#status = event.status
        break
      case 'execution-started':
      case 'context-changed':
      case 'usage':
        break
      default:
        event satisfies never
    }
    this.#emit(event)
  }

  #emit(event: KernelEvent): void {
    if (this.#heldEvents === undefined) this.#tell(event)
    else this.#heldEvents.push(event)
  }

  #tell(event: KernelEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #setStatus(status: KernelStatus, reason?: string): void {
    this.#status = status
    this.#emit({ type: 'status', status, ...(reason === undefined ? {} : { reason }) })
  }

  #ask(message: (requestId: number) => ToDriver): Promise<Reply> {
    if (this.#ending !== undefined) return Promise.reject(ended(this.#ending))
    return this.#replies.ask((requestId) => this.#send(message(requestId)))
  }

  #send(message: ToDriver): void {
    if (this.#socket?.writable === true) this.#socket.write(`${JSON.stringify(message)}\n`)
  }

  #secrets(): readonly string[] {
    const { secrets, callerToken } = this.#options
    const own = callerToken === undefined ? [] : [callerToken]
    return [...(secrets?.() ?? []), ...this.#token.secrets(), ...own]
  }

  #secretsInJson(): readonly string[] {
    return this.#secrets().map((secret) => JSON.stringify(secret).slice(1, -1))
  }
}

function ended(reason: string): KernelError {
  return new KernelError('KERNEL_ENDED', `Cannot reach kernel: it has ended, as ${reason}`, {
    hint: 'Start the kernel again',
  })
}
