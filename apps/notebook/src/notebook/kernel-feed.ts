import { MOST_STREAM_CHARACTERS } from './apply-operation.ts'
import type { KernelEvent, KernelUsage } from '../kernel/kernel.ts'
import type { JsonObject } from './notebook.ts'
import type { ServerOperation } from './operations.ts'
import type { WholeOutput } from './whole-output.ts'

/** What a kernel's events are turned into, and where. */
export interface KernelFeedOptions {
  /** Applies an operation; false when its target is gone. */
  readonly apply: (operation: ServerOperation) => boolean
  /** The cell of an execution that has not ended. */
  readonly cellOf: (executionId: string) => string | undefined
  /** The kernel runs what nobody waits for any more. */
  readonly interrupt: (executionId: string) => void
  readonly tellUsage: (usage: KernelUsage) => void
  readonly outputs: WholeOutput
  readonly now: () => Date
}

const BATCH_MS = 30
const BATCH_CHARACTERS = 64_000
/** How often text is counted that no page is told. */
const OMITTED_MS = 500
/** JSON characters of one display. */
const MOST_DISPLAY_CHARACTERS = 20_000_000

interface PendingText {
  readonly executionId: string
  readonly name: 'stdout' | 'stderr'
  text: string
  omitted: number
}

/**
 * Turns what a kernel tells into operations: text is joined for some milliseconds, updates of one display
 * become the last of them, and text beyond what a cell keeps goes to the whole output alone, so that a flood
 * of output is no flood of operations.
 */
export class KernelFeed {
  readonly #options: KernelFeedOptions
  #text: PendingText | undefined
  readonly #updates = new Map<string, ServerOperation>()
  #timer: NodeJS.Timeout | undefined
  #timerMs = 0
  /** Characters that the running execution has put into its cell. */
  #shown = 0

  constructor(options: KernelFeedOptions) {
    this.#options = options
  }

  onEvent(event: KernelEvent): void {
    if (event.type === 'stream') this.#onText(event)
    else if (event.type === 'display' && event.update && event.displayId !== undefined) {
      const { displayId } = event
      const shown = bounded(event)
      this.#updates.set(displayId, { type: 'display-updated', displayId, ...shown })
      this.#flushWithin(BATCH_MS)
    } else {
      this.flush()
      this.#onOther(event)
    }
  }

  /** Applies what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const text = this.#text
    this.#text = undefined
    if (text !== undefined) {
      const { executionId, name, omitted } = text
      this.#options.apply({
        type: 'stream-appended',
        executionId,
        name,
        text: text.text,
        ...(omitted === 0 ? {} : { omitted }),
      })
    }
    const updates = [...this.#updates.values()]
    this.#updates.clear()
    for (const update of updates) this.#options.apply(update)
  }

  #onText({ executionId, name, text }: KernelEvent & { type: 'stream' }): void {
    const cellId = this.#options.cellOf(executionId)
    if (cellId === undefined) return
    this.#options.outputs.append(cellId, text)
    const kept = text.slice(0, Math.max(0, MOST_STREAM_CHARACTERS - this.#shown))
    const omitted = text.length - kept.length
    this.#shown += kept.length
    const last = this.#text
    const isSame = last?.executionId === executionId && (last.name === name || kept === '')
    if (last !== undefined && isSame) {
      last.text += kept
      last.omitted += omitted
    } else {
      if (last !== undefined) this.flush()
      this.#text = { executionId, name, text: kept, omitted }
    }
    if ((this.#text?.text.length ?? 0) >= BATCH_CHARACTERS) this.flush()
    else this.#flushWithin(this.#text?.text === '' ? OMITTED_MS : BATCH_MS)
  }

  #onOther(event: Exclude<KernelEvent, { type: 'stream' }>): void {
    const { apply, cellOf, outputs } = this.#options
    switch (event.type) {
      case 'execution-started': {
        const { executionId, count } = event
        this.#shown = 0
        const at = this.#options.now().toISOString()
        if (!apply({ type: event.type, executionId, at, count })) {
          // It was dropped from the queue while the kernel began it.
          this.#options.interrupt(executionId)
          break
        }
        const cellId = cellOf(executionId)
        if (cellId !== undefined) outputs.begin(cellId)
        break
      }
      case 'display': {
        const { executionId, displayId } = event
        const output = { type: 'display', ...bounded(event), displayId, trusted: true } as const
        apply({ type: 'output-added', executionId, output })
        break
      }
      case 'result': {
        const { executionId, count } = event
        const { data } = bounded({ data: event.data, metadata: {} })
        const output = { type: 'result', data, metadata: {}, count, trusted: true } as const
        apply({ type: 'output-added', executionId, output })
        break
      }
      case 'error': {
        const { executionId, name, message, traceback } = event
        apply({
          type: 'output-added',
          executionId,
          output: { type: 'error', name, message, traceback },
        })
        break
      }
      case 'cleared':
        this.#shown = 0
        apply({ type: 'outputs-cleared', executionId: event.executionId, wait: event.wait })
        break
      case 'input-requested': {
        const { executionId, inputId, prompt, isPassword } = event
        const cellId = cellOf(executionId)
        if (cellId === undefined) break
        apply({ type: event.type, request: { inputId, cellId, prompt, isPassword } })
        break
      }
      case 'execution-finished': {
        const { executionId, status, durationMs } = event
        apply({ type: event.type, executionId, how: status, durationMs })
        break
      }
      case 'status':
        apply({
          type: 'kernel-status',
          status: event.status,
          reason: event.reason,
          at: this.#options.now().toISOString(),
        })
        break
      case 'context-changed':
        apply({ type: event.type, context: event.context })
        break
      case 'usage':
        this.#options.tellUsage(event.usage)
        break
    }
  }

  #flushWithin(ms: number): void {
    if (this.#timer !== undefined && this.#timerMs <= ms) return
    clearTimeout(this.#timer)
    this.#timerMs = ms
    this.#timer = setTimeout(() => this.flush(), ms)
  }
}

/** The data of an output; of one that no page could show, what it was. */
function bounded(shown: {
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
}): { readonly data: JsonObject; readonly metadata: JsonObject } {
  const characters = JSON.stringify([shown.data, shown.metadata]).length
  if (characters <= MOST_DISPLAY_CHARACTERS) {
    return { data: shown.data as JsonObject, metadata: shown.metadata as JsonObject }
  }
  const megabytes = Math.round(characters / 1_000_000)
  const text = `[an output of ${megabytes} MB is left out: ${Object.keys(shown.data).join(', ')}]`
  return { data: { 'text/plain': text }, metadata: {} }
}
