import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { LanguageError } from './errors.ts'
import { encodeMessage, MessageReader } from './message-stream.ts'

export interface RpcProcessOptions {
  readonly command: string
  readonly arguments: readonly string[]
  readonly directory: string
  /** What the process asks of us. */
  readonly answer: (method: string, parameters: unknown) => unknown
  /** Default: 20 s. A process that is slower than that is ended. */
  readonly timeoutMs?: number | undefined
}

interface Waiting {
  readonly method: string
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

interface RpcMessage {
  readonly id?: number | string
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** A process that speaks JSON-RPC over its standard input and output. Messages keep their order. */
export class RpcProcess {
  readonly #options: RpcProcessOptions
  readonly #child: ChildProcessWithoutNullStreams
  readonly #reader = new MessageReader()
  readonly #waiting = new Map<number, Waiting>()
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>
  #lastId = 0
  #hasEnded = false

  constructor(options: RpcProcessOptions) {
    this.#options = options
    const { PATH, HOME, TMPDIR } = process.env
    this.#child = spawn(options.command, options.arguments, {
      cwd: options.directory,
      // It needs no token and no password.
      env: { PATH, HOME, TMPDIR },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#child.stdout.on('data', (chunk: Buffer) => this.#onData(chunk))
    // What it has to say is about itself; a full pipe would block it.
    this.#child.stderr.resume()
    // A write to a process that is just ending: its end is told below.
    this.#child.stdin.on('error', () => undefined)
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.#onEnd()
        resolve()
      }
      this.#child.once('close', end)
      this.#child.once('error', end)
    })
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  notify(method: string, parameters: object): void {
    this.#send({ method, params: parameters })
  }

  /** @throws {LanguageError} `LANGUAGE_SERVER_ENDED`, `LANGUAGE_SERVER_FAILED` */
  request(method: string, parameters: object): Promise<unknown> {
    if (this.#hasEnded) return Promise.reject(ended(method))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#onTimeout(id), this.#options.timeoutMs ?? 20_000)
      timer.unref()
      this.#waiting.set(id, { method, resolve, reject, timer })
      this.#send({ id, method, params: parameters })
    })
  }

  /** Ends it at once: it keeps nothing that could be lost. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  #send(message: RpcMessage): void {
    if (!this.#hasEnded) this.#child.stdin.write(encodeMessage({ jsonrpc: '2.0', ...message }))
  }

  #onData(chunk: Buffer): void {
    try {
      for (const message of this.#reader.read(chunk)) this.#onMessage(message as RpcMessage)
    } catch {
      // Whatever speaks there does not speak the protocol.
      this.#child.kill('SIGKILL')
    }
  }

  #onMessage({ id, method, params, result, error }: RpcMessage): void {
    if (method !== undefined) {
      if (id !== undefined) {
        this.#send({ id, result: this.#options.answer(method, params) ?? null })
      }
      return
    }
    const waiting = this.#take(Number(id))
    if (error === undefined) return waiting?.resolve(result)
    const message = `Cannot answer ${waiting?.method ?? ''}: ${error.message}`
    waiting?.reject(new LanguageError('LANGUAGE_SERVER_FAILED', message))
  }

  #onTimeout(id: number): void {
    const method = this.#take(id)
    if (method === undefined) return
    const message = `Cannot answer ${method.method}: the language server does not respond`
    method.reject(
      new LanguageError('LANGUAGE_SERVER_FAILED', message, { hint: 'Try again in a moment' }),
    )
    this.#child.kill('SIGKILL')
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    clearTimeout(waiting?.timer)
    return waiting
  }

  #onEnd(): void {
    this.#hasEnded = true
    for (const id of this.#waiting.keys()) {
      const waiting = this.#take(id)
      waiting?.reject(ended(waiting.method))
    }
  }
}

function ended(method: string): LanguageError {
  return new LanguageError(
    'LANGUAGE_SERVER_ENDED',
    `Cannot answer ${method}: the language server has ended`,
    { hint: 'Try again in a moment' },
  )
}
