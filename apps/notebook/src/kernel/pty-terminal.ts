import type { IPty } from '@lydell/node-pty'
import { RedactedStream } from './redact-secrets.ts'

const TAIL_CHARACTERS = 4096
const EARLY_BYTES = 64 * 1024
const HELD_MS = 100

/** The server's end of a kernel's PTY: bytes without secrets, and the last of them for the reason of an end. */
export class PtyTerminal {
  readonly #pty: IPty
  readonly #redacted: RedactedStream
  readonly #listeners = new Set<(data: Buffer) => void>()
  #early: Buffer[] | undefined = []
  #earlyBytes = 0
  #timer: NodeJS.Timeout | undefined
  #tail = ''
  #hasEnded = false

  constructor(pty: IPty, secrets: () => readonly string[]) {
    this.#pty = pty
    // Bytes as characters, so that a character cut in two stays what it is.
    this.#redacted = new RedactedStream(() =>
      secrets().map((secret) => Buffer.from(secret).toString('latin1')),
    )
    // With `encoding: null` the PTY gives bytes, whatever its types say.
    pty.onData((data) => this.#onData(bytes(data)))
  }

  /** The last text that it printed. */
  get tail(): string {
    return this.#tail
  }

  write(data: Buffer | string): void {
    // Its types know text alone; bytes it writes as they are.
    if (!this.#hasEnded) this.#pty.write(data as string)
  }

  resize(columns: number, rows: number): void {
    if (!this.#hasEnded) this.#pty.resize(columns, rows)
  }

  pause(): void {
    if (!this.#hasEnded) this.#pty.pause()
  }

  resume(): void {
    if (!this.#hasEnded) this.#pty.resume()
  }

  /** The first listener gets what was printed before it came. */
  onData(listener: (data: Buffer) => void): () => void {
    this.#listeners.add(listener)
    const early = this.#early
    this.#early = undefined
    for (const data of early ?? []) listener(data)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  end(): void {
    this.#hasEnded = true
    this.#flush()
  }

  #onData(data: Buffer): void {
    this.#tail = (this.#tail + data.toString('latin1')).slice(-TAIL_CHARACTERS)
    this.#emit(this.#redacted.push(data.toString('latin1')))
    clearTimeout(this.#timer)
    if (this.#redacted.heldLength === 0) return
    this.#timer = setTimeout(() => this.#flush(), HELD_MS)
    this.#timer.unref()
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#emit(this.#redacted.flush())
  }

  #emit(text: string): void {
    if (text === '') return
    const data = Buffer.from(text, 'latin1')
    for (const listener of this.#listeners) listener(data)
    if (this.#early === undefined) return
    this.#earlyBytes += data.length
    if (this.#earlyBytes <= EARLY_BYTES) this.#early.push(data)
  }
}

function bytes(data: string | Buffer): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : data
}
