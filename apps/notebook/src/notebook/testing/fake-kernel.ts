import { EventEmitter, once } from 'node:events'
import type {
  Catalogue,
  Completion,
  ExecutionRequest,
  ExecutionStatus,
  Kernel,
  KernelEvent,
  KernelProperty,
  KernelStatus,
  KernelTerminal,
  KernelVariable,
  SessionContext,
} from '../../kernel/kernel.ts'

/** A kernel that runs nothing: a test says what it tells. */
export class FakeKernel implements Kernel {
  readonly pid = 1
  status: KernelStatus = 'idle'
  readonly terminal: KernelTerminal = {
    write: () => undefined,
    resize: () => undefined,
    onData: () => () => undefined,
    pause: () => undefined,
    resume: () => undefined,
  }
  readonly requests: ExecutionRequest[] = []
  /** What was asked of it besides executions, as text. */
  readonly calls: string[] = []
  readonly #events = new EventEmitter()
  readonly #asked = new EventEmitter()
  #count = 0

  /** The request with this place, from 0; waits until it is there. */
  async request(at: number): Promise<ExecutionRequest> {
    for (;;) {
      const request = this.requests[at]
      if (request !== undefined) return request
      await once(this.#asked, 'request')
    }
  }

  emit(event: KernelEvent): void {
    this.#events.emit('event', event)
  }

  start({ executionId }: ExecutionRequest): void {
    this.emit({ type: 'execution-started', executionId, count: ++this.#count })
  }

  print(
    { executionId }: ExecutionRequest,
    text: string,
    name: 'stdout' | 'stderr' = 'stdout',
  ): void {
    this.emit({ type: 'stream', executionId, name, text })
  }

  finish({ executionId }: ExecutionRequest, status: ExecutionStatus = 'ok'): void {
    this.emit({ type: 'execution-finished', executionId, status, durationMs: 1 })
  }

  execute(request: ExecutionRequest): void {
    this.requests.push(request)
    this.#asked.emit('request')
  }

  interrupt(executionId?: string): void {
    this.calls.push(`interrupt ${executionId ?? ''}`)
  }

  answerInput(inputId: string, text: string): void {
    this.calls.push(`answer ${inputId} ${text}`)
  }

  complete(): Promise<Completion> {
    return Promise.resolve({ from: 0, to: 0, items: [{ label: 'x', kind: 'value' }] })
  }

  inspectVariable(): Promise<readonly KernelProperty[]> {
    return Promise.resolve([])
  }

  catalogue(): Promise<Catalogue> {
    return Promise.resolve({ database: null, schema: null, databases: [], tables: [] })
  }

  variables(): Promise<readonly KernelVariable[]> {
    return Promise.resolve([])
  }

  use(context: { readonly role?: string | undefined }): Promise<SessionContext> {
    this.calls.push(`use ${JSON.stringify(context)}`)
    return Promise.resolve({
      connected: true,
      account: 'A',
      user: 'U',
      role: context.role ?? null,
      warehouse: null,
      database: null,
      schema: null,
    })
  }

  onEvent(listener: (event: KernelEvent) => void): () => void {
    this.#events.on('event', listener)
    return () => this.#events.off('event', listener)
  }

  pauseOutput(): void {
    this.calls.push('pause')
  }

  resumeOutput(): void {
    this.calls.push('resume')
  }

  close(): Promise<void> {
    this.calls.push('close')
    this.#end('closed')
    return Promise.resolve()
  }

  kill(): void {
    this.calls.push('kill')
    this.#end('killed')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Ends by itself. */
  end(reason: string): void {
    this.#end(reason)
  }

  #end(reason: string): void {
    if (this.status === 'ended') return
    this.status = 'ended'
    this.emit({ type: 'status', status: 'ended', reason })
  }
}
