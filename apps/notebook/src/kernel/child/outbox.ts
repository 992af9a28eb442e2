import { StringDecoder } from 'node:string_decoder'
import { type FromMain, SHARED } from '../messages.ts'
import type { Attribution } from './attribution.ts'
import { InterruptError } from './interrupt-error.ts'
import { RECORD, type RingWriter } from './ring.ts'

/** All that the main thread says, in the order in which it is said. */
export class Outbox {
  readonly #ring: RingWriter
  readonly #shared: Int32Array
  readonly #attribution: Attribution
  readonly #wake: () => void

  constructor(ring: RingWriter, shared: Int32Array, attribution: Attribution, wake: () => void) {
    this.#ring = ring
    this.#shared = shared
    this.#attribution = attribution
    this.#wake = wake
  }

  /** Says it for the execution that runs now, or for the one that is given. */
  send(message: FromMain, execution: number = this.#attribution.current): void {
    this.#ring.write(RECORD.json, execution, JSON.stringify(message))
    this.#wake()
  }

  /** Sends the process's stdout and stderr here instead of to the terminal. */
  captureStreams(): void {
    this.#capture(process.stdout, RECORD.stdout)
    this.#capture(process.stderr, RECORD.stderr)
  }

  /** Waits until the driver has read everything, but not for long. */
  flush(timeoutMs: number): void {
    const end = Date.now() + timeoutMs
    this.#wake()
    while (!this.#ring.isEmpty && Date.now() < end) this.#ring.wait(10)
  }

  #capture(stream: NodeJS.WriteStream, kind: typeof RECORD.stdout | typeof RECORD.stderr): void {
    // A write may end in the middle of a character.
    const decoder = new StringDecoder('utf8')
    const write = (
      chunk: string | Uint8Array,
      encodingOrDone?: BufferEncoding | ((error?: Error | null) => void),
      done?: (error?: Error | null) => void,
    ): boolean => {
      const encoding = typeof encodingOrDone === 'string' ? encodingOrDone : 'utf8'
      const text =
        typeof chunk === 'string'
          ? isText(encoding)
            ? chunk
            : Buffer.from(chunk, encoding).toString('utf8')
          : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
      if (text !== '') this.#ring.write(kind, this.#attribution.current, text, this.#onFull)
      const callback = typeof encodingOrDone === 'function' ? encodingOrDone : done
      if (callback !== undefined) process.nextTick(callback)
      return true
    }
    Object.defineProperty(stream, 'write', { value: write, configurable: true, writable: true })
  }

  /** A writer that waits for a slow reader can be interrupted as well. */
  readonly #onFull = (): void => {
    if (Atomics.load(this.#shared, SHARED.interrupt) !== 0) throw new InterruptError()
  }
}

function isText(encoding: BufferEncoding): boolean {
  return encoding === 'utf8' || encoding === 'utf-8'
}
