import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionRequest, Kernel, KernelEvent, KernelOptions, MimeBundle } from '../kernel.ts'
import { startKernel } from '../process-kernel.ts'

/** What one execution has told. */
export interface Run {
  readonly status: string
  readonly stdout: string
  readonly stderr: string
  readonly result: MimeBundle | undefined
  readonly displays: readonly Extract<KernelEvent, { type: 'display' }>[]
  readonly error: Extract<KernelEvent, { type: 'error' }> | undefined
  readonly events: readonly KernelEvent[]
}

/** A kernel of a test in a folder of its own, with what it has told. */
export class TestKernel {
  readonly kernel: Kernel
  readonly directory: string
  readonly events: KernelEvent[] = []
  readonly #wakers = new Set<() => void>()
  #last = 0
  #screen = ''

  private constructor(kernel: Kernel, directory: string) {
    this.kernel = kernel
    this.directory = directory
    kernel.onEvent((event) => {
      this.events.push(event)
      for (const wake of this.#wakers) wake()
    })
    kernel.terminal.onData((data) => {
      // Enough of it: a flood of text would be searched again and again.
      this.#screen = (this.#screen + data.toString()).slice(-20_000)
      for (const wake of this.#wakers) wake()
    })
  }

  static async start(options: Partial<KernelOptions> = {}): Promise<TestKernel> {
    const directory = await mkdtemp(join(tmpdir(), 'spcs-kernel-test-'))
    return new TestKernel(await startKernel({ directory, ...options }), directory)
  }

  async run(source: string, options: Partial<Omit<ExecutionRequest, 'source'>> = {}): Promise<Run> {
    return this.finished(this.execute(source, options))
  }

  /** Starts it, and gives its id. */
  execute(source: string, options: Partial<Omit<ExecutionRequest, 'source'>> = {}): string {
    this.#last += 1
    const own = { executionId: `execution-${this.#last}`, cellId: `cell-${this.#last}` }
    const request = { language: 'typescript', ...own, ...options, source } as const
    this.kernel.execute(request)
    return request.executionId
  }

  async finished(executionId: string): Promise<Run> {
    const end = await this.event(
      (event) => event.type === 'execution-finished' && event.executionId === executionId,
    )
    const events = this.events.filter(
      (event) => 'executionId' in event && event.executionId === executionId,
    )
    const text = (name: 'stdout' | 'stderr'): string =>
      events
        .map((event) => (event.type === 'stream' && event.name === name ? event.text : ''))
        .join('')
    return {
      status: end.type === 'execution-finished' ? end.status : '',
      stdout: text('stdout'),
      stderr: text('stderr'),
      result: events.find((event) => event.type === 'result')?.data,
      displays: events.filter((event) => event.type === 'display'),
      error: events.find((event) => event.type === 'error'),
      events,
    }
  }

  /** The first event like that, be it told already or not. */
  async event(isWanted: (event: KernelEvent) => boolean): Promise<KernelEvent> {
    return this.#until(() => this.events.find(isWanted))
  }

  /** The terminal's text since the last call, once it holds this, without colours and cursor moves. */
  async screen(wanted: string | RegExp): Promise<string> {
    const text = await this.#until(() => {
      const plain = plainText(this.#screen).replaceAll(/\r+\n/g, '\n')
      const has = typeof wanted === 'string' ? plain.includes(wanted) : wanted.test(plain)
      return has ? plain : undefined
    })
    this.#screen = ''
    return text
  }

  type(text: string): void {
    this.kernel.terminal.write(text)
  }

  async close(): Promise<void> {
    await this.kernel.close()
    await rm(this.directory, { recursive: true, force: true })
  }

  #until<Found>(find: () => Found | undefined): Promise<Found> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find()
        if (found === undefined) return
        this.#wakers.delete(look)
        resolve(found)
      }
      this.#wakers.add(look)
      look()
    })
  }
}

/** A text without escape sequences. */
export function plainText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- that is what they begin with
  return text.replace(/\u001B\[[\d;?]*[A-Za-z]/g, '')
}

/** The value of a result as one reads it. */
export function shown({ result }: Run): string | undefined {
  const plain = result?.['text/plain']
  return typeof plain === 'string' ? plainText(plain) : undefined
}
