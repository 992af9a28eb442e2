import type { KernelEvent } from './kernel.ts'
import { RedactedStream } from './redact-secrets.ts'

type StreamEvent = Extract<KernelEvent, { readonly type: 'stream' }>

interface HeldText {
  readonly stream: RedactedStream
  readonly timer: NodeJS.Timeout
  readonly executionId: string
  readonly name: StreamEvent['name']
}

const HELD_TEXT_MS = 200
const SHORT_TEXT = 8

/** What executions print, without secrets: one may lie across two pieces of output. */
export class RedactedStreams {
  readonly #secrets: () => readonly string[]
  readonly #emit: (event: StreamEvent) => void
  /** Streams whose last characters may be the start of a secret; all others have no state. */
  readonly #held = new Map<string, HeldText>()

  constructor(secrets: () => readonly string[], emit: (event: StreamEvent) => void) {
    this.#secrets = secrets
    this.#emit = emit
  }

  push(event: StreamEvent): void {
    const { executionId, name } = event
    const key = keyOf(executionId, name)
    const held = this.#held.get(key)
    clearTimeout(held?.timer)
    this.#held.delete(key)
    const stream = held?.stream ?? new RedactedStream(this.#secrets)
    const text = stream.push(event.text)
    if (text !== '') this.#emit({ ...event, text })
    if (stream.heldLength === 0) return
    // A few characters are no secret yet, and a prompt should not wait for its end.
    const wait = stream.heldLength < SHORT_TEXT ? HELD_TEXT_MS : HELD_TEXT_MS * 10
    const timer = setTimeout(() => this.#flush(key), wait).unref()
    this.#held.set(key, { stream, timer, executionId, name })
  }

  /** Whatever was held back of this execution goes out: something else of it follows. */
  finish(executionId: string): void {
    this.#flush(keyOf(executionId, 'stdout'))
    this.#flush(keyOf(executionId, 'stderr'))
  }

  #flush(key: string): void {
    const held = this.#held.get(key)
    if (held === undefined) return
    clearTimeout(held.timer)
    this.#held.delete(key)
    const { stream, executionId, name } = held
    this.#emit({ type: 'stream', executionId, name, text: stream.flush() })
  }
}

function keyOf(executionId: string, name: StreamEvent['name']): string {
  return `${name} ${executionId}`
}
